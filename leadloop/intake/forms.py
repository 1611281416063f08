"""Declared fields on forms: a control for each kind, checked and read as the loop reads them, so that what was typed can be mended."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.timezone import get_current_timezone

from leadloop.db.clock import utc_now
from leadloop.intake.domain.declared import Habits, complaint, longest, read_value
from leadloop.leads.domain.custom_facts import READERS
from leadloop.leads.domain.custom_fields import FieldSpec, Kind
from leadloop.leads.domain.masks import MASK

SEPARATOR = "\n"


class PickMany(forms.CheckboxSelectMultiple):
    """Boxes whose answers may arrive as a list, or as lines of one text."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        found = super().value_from_datadict(data, files, name)
        return found.split(SEPARATOR) if isinstance(found, str) and found else found


class DeclaredField(forms.Field):
    """A declared field as a control. Cleans to the stored form of its kind; None for nothing."""

    def __init__(
        self, spec: FieldSpec, *, required: bool = False, label: str = "", hint: str = "", country: str = "", zone: tzinfo | None = None
    ) -> None:
        super().__init__(required=required, label=label or spec.label, help_text=hint or spec.help, widget=_widget(spec))
        self.spec, self.country, self.zone = spec, country, zone
        self.error_messages["required"] = "Choose at least one." if spec.kind is Kind.CHOICES else self.error_messages["required"]

    def clean(self, value: Any) -> Any:
        """Read what was sent.

        Raises:
            ValidationError: it cannot be read as this kind, or is outside its limits.
        """
        given = value if not isinstance(value, str) or not any("\ud800" <= letter <= "\udfff" for letter in value) else None
        if given is None and value:
            raise ValidationError("This holds characters that cannot be stored.")
        zone = self.zone or ZoneInfo(settings.REPORT_ZONE)
        today: date = utc_now().astimezone(zone).date()
        read = read_value(self.spec, given, Habits(self.country or settings.DEFAULT_COUNTRY, zone, today))
        if read.flaw:
            raise ValidationError(complaint(self.spec, read.flaw), code=read.flaw)
        if read.value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return read.value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


def typed(spec: FieldSpec, value: Any) -> Any:
    """A stored value as its control shows it; one that does not fit as it came, to be mended."""
    if value in (None, "", []):
        return [] if spec.kind is Kind.CHOICES else ""
    if spec.kind is Kind.YES_NO:
        return {True: "yes", False: "no"}.get(value, value)
    if isinstance(value, Mapping) and type(value.get("cents")) is int:
        cents, currency = value["cents"], str(value.get("currency") or "")
        text = f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"
        return text if currency == spec.currency else f"{text} {currency}".strip()
    read = READERS[spec.kind](value) if spec.kind is Kind.MOMENT else None
    if isinstance(read, datetime):
        return read.astimezone(get_current_timezone()).replace(tzinfo=None).isoformat(timespec="minutes" if not read.second else "seconds")
    return value


def _widget(spec: FieldSpec) -> forms.Widget:
    if spec.kind is Kind.CHOICES:
        return PickMany(choices=[(one, one) for one in spec.choices])
    if spec.kind in (Kind.CHOICE, Kind.YES_NO):
        answers = [(one, one) for one in spec.choices] if spec.kind is Kind.CHOICE else [("yes", "Yes"), ("no", "No")]
        return forms.Select(choices=[("", "Please choose"), *answers])
    if spec.kind is Kind.LONG_TEXT:
        return forms.Textarea(attrs={"rows": 4, "maxlength": longest(spec)})
    marks: dict[str, Any] = dict(_MARKS.get(spec.kind, {"maxlength": longest(spec)}))
    return _INPUTS.get(spec.kind, forms.TextInput)(attrs=marks | ({"placeholder": spec.currency} if spec.kind is Kind.MONEY else {}))


_INPUTS: dict[Kind, type[forms.Widget]] = {Kind.EMAIL: forms.EmailInput, Kind.PHONE: forms.TelInput}
_MARKS = {
    Kind.DATE: {"type": "date", "autocomplete": "off"},
    Kind.MOMENT: {"type": "datetime-local", "autocomplete": "off"},
    Kind.WHOLE: {"inputmode": "numeric", "autocomplete": "off"},
    Kind.DECIMAL: {"inputmode": "decimal", "autocomplete": "off"},
    Kind.MONEY: {"inputmode": "decimal", "autocomplete": "off"},
    Kind.URL: {"inputmode": "url"},
}


def masked_note(spec: FieldSpec) -> str:
    """What stands beside a control whose value this person may not see."""
    return f"{spec.help} " * bool(spec.help) + f"Filled in ({MASK}), and sensitive: write to replace it, leave it empty to keep it."
