"""What a person fills in to change a term of the agreement; its criteria come from the builder beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import slugify

from leadloop.kernel.naming import fresh_name
from leadloop.leads.sample import pools
from leadloop.scoring.domain.agreement import LONGEST_REST, LONGEST_SLA, LONGEST_VERDICT
from leadloop.scoring.domain.definition import PROMISE

UNITS = {1_440: "days", 60: "hours", 1: "minutes"}
RETURNED = [
    ("choose", "Where the person who rejects it says"),
    ("nurture", "Back to nurture, for some days"),
    ("disqualify", "To the disqualified"),
    ("pool", "To another pool"),
]
WORDS_HINT = "What both sides mean by it, so that both would say it this way."


class TermForm(forms.Form):
    """The term in plain words, and what sales promises. A term without a promise has no clock."""

    title = forms.CharField(label="Name", max_length=120)
    text = forms.CharField(
        label="In plain words", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=WORDS_HINT
    )
    sla_minutes = forms.IntegerField(
        label="Sales answers within, minutes", min_value=1, max_value=LONGEST_SLA, help_text="The clock on every ticket starts from this."
    )
    verdict = forms.IntegerField(label="Sales accepts or rejects within", min_value=1, max_value=LONGEST_VERDICT, required=False)
    unit = forms.TypedChoiceField(label="Unit", coerce=int, choices=list(UNITS.items()), required=False, empty_value=None)
    returned_to = forms.ChoiceField(label="A rejected lead goes", choices=RETURNED, required=False)
    returned_days = forms.IntegerField(label="Days in nurture", min_value=1, max_value=LONGEST_REST, required=False)
    returned_pool = forms.TypedChoiceField(label="That pool", coerce=int, choices=[], required=False, empty_value=None)

    def __init__(self, *args: Any, kind: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["returned_pool"].choices = [("", "No other pool"), *pools()]  # type: ignore[attr-defined]  # a choice field
        if kind != PROMISE:
            for name in ("sla_minutes", "verdict", "unit", "returned_to", "returned_days", "returned_pool"):
                del self.fields[name]

    @property
    def promises(self) -> bool:
        return "sla_minutes" in self.fields

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("returned_to") == "pool" and not given.get("returned_pool"):
            self.add_error("returned_pool", "Choose the pool.")
        minutes = (given.get("verdict") or 0) * (given.get("unit") or 1)
        if minutes > LONGEST_VERDICT:
            self.add_error("verdict", f"At most {LONGEST_VERDICT // 1_440} days.")
        return given

    def spec(self, kind: str) -> dict[str, Any]:
        """The form as a term holds it, without the criteria."""
        given = self.cleaned_data
        spec: dict[str, Any] = {"kind": kind, "text": given["text"].strip()}
        if not self.promises:
            return spec
        spec["sla_minutes"] = given["sla_minutes"]
        if given["verdict"]:
            spec["verdict_minutes"] = given["verdict"] * (given["unit"] or 1)
        to = given["returned_to"] or "choose"
        more = {"nurture": {"days": given["returned_days"] or 30}, "pool": {"pool": given["returned_pool"]}}.get(to, {})
        return spec if to == "choose" else spec | {"returned": {"to": to, **more}}


def values_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A term as the form holds it."""
    minutes, returned = spec.get("verdict_minutes"), spec.get("returned") or {}
    unit = next((size for size in UNITS if minutes and minutes % size == 0), 60)
    return {
        "text": spec["text"],
        "sla_minutes": spec.get("sla_minutes"),
        "verdict": minutes // unit if minutes else None,
        "unit": unit,
        "returned_to": returned.get("to", "choose"),
        "returned_days": returned.get("days", 30),
        "returned_pool": returned.get("pool"),
    }


def term_name(title: str, taken: Iterable[str]) -> str:
    """The name for addresses: reads like the title, and no other term has it."""
    return fresh_name(slugify(title)[:50].strip("-") or "term", set(taken))
