"""Declared fields on the form that corrects a lead: what it shows of them, and what it changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.timezone import get_current_timezone

from leadloop.intake.forms import DeclaredField, masked_note, typed
from leadloop.leads.custom_shown import shown
from leadloop.leads.domain.custom_fields import PREFIX, FieldSpec, Kind
from leadloop.leads.domain.masks import MASK

NOTHING: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True)
class Declared:
    """The fields in force, what the lead has of them, and which of these this person may not see."""

    specs: Mapping[str, FieldSpec] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    country: str = ""

    def add_to(self, form: forms.Form) -> None:
        """A control for each. A sensitive value is never put on the form: who may see it asks for it on the lead's page."""
        for name, spec in self.specs.items():
            hint = masked_note(spec) if self._is_masked(name) else ""
            control = DeclaredField(spec, country=self.country, zone=get_current_timezone(), hint=hint)
            _keep_choice(control, spec, None if self._is_masked(name) else self.custom.get(name))
            form.fields[spec.key] = control

    def initial(self) -> dict[str, Any]:
        return {spec.key: typed(spec, None if self._is_masked(name) else self.custom.get(name)) for name, spec in self.specs.items()}

    def groups(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for spec in self.specs.values():
            found.setdefault(spec.group or "Your fields", []).append(spec.key)
        return found

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What changes; an empty answer keeps what is masked."""
        found = {spec.key: given.get(spec.key) for spec in self.specs.values()}
        return {key: value for key, value in found.items() if value is not None or not self._is_masked(key.removeprefix(PREFIX))}

    def differing(self, given: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Label, what was typed and what is stored, where these are not the same; of what is masked only that something was typed."""
        found = []
        for name, spec in self.specs.items():
            yours, stored = given.get(spec.key), self.custom.get(name)
            if self._is_masked(name):
                if yours not in NOTHING:
                    found.append((spec.label, shown(spec, yours), MASK))
            elif yours != stored and not (yours in NOTHING and stored in NOTHING):
                found.append((spec.label, shown(spec, yours), shown(spec, stored)))
        return found

    def _is_masked(self, name: str) -> bool:
        return name in self.hidden and self.custom.get(name) not in NOTHING


def _keep_choice(control: DeclaredField, spec: FieldSpec, value: Any) -> None:
    """A value that is no choice (any more) stays to be seen, and to be chosen from again."""
    if spec.kind is Kind.CHOICE and isinstance(value, str) and value and value not in spec.choices:
        control.widget.choices = [*control.widget.choices, (value, f"{value} (not a choice)")]
