"""What people fill in: the hosted form itself, and the forms of the pages behind it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from leadloop.capture.domain.form_spec import OURS, FormSpec, Question
from leadloop.capture.domain.import_fields import CHOICES
from leadloop.capture.domain.scopes import SCOPES
from leadloop.intake.domain.countries import country_code
from leadloop.intake.forms import DeclaredField
from leadloop.kernel.contact_points import email_address
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.models import Source

CHANNELS = ("form", "ads", "event", "partner", "file", "api", "phone", "other")


def storable(text: str) -> None:
    """Refuse what no store takes; Django's own check knows only of NUL."""
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValidationError("This holds characters that cannot be stored.")


def reachable(text: str) -> None:
    """Refuse an address that mail cannot be sent to, while the person can still mend it."""
    if email_address(text) is None:
        raise ValidationError("Enter an e-mail address such as name@company.com.")


class HostedForm(forms.Form):
    """The form that strangers see, made from its spec. Boxes begin unticked, always."""

    def __init__(self, spec: FormSpec, data: Mapping[str, Any] | None = None, *, declared: Mapping[str, FieldSpec] | None = None) -> None:
        super().__init__(data, auto_id="f_%s")
        self.spec = spec
        for question in spec.questions:
            known = (declared or {}).get(question.name) if not question.column else None
            self.fields[question.name] = _declared(question, known) if known else _field(question)
        for place, box in enumerate(spec.boxes):
            wording = {"required": "This box has to be ticked to go on."}
            self.fields[f"{OURS}consent_{place}"] = forms.BooleanField(label=box.text, required=box.required, error_messages=wording)

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.answers():
            raise ValidationError("Fill in at least one field.")
        return self.cleaned_data

    def answers(self) -> dict[str, Any]:
        """What was filled in: text in the one Unicode form that is stored, and answers to declared fields as they are stored."""
        found: dict[str, Any] = {}
        for question in self.spec.questions:
            value = self.cleaned_data.get(question.name, "")
            if isinstance(self.fields[question.name], DeclaredField):
                found |= {} if value is None else {question.name: value}
                continue
            text = "yes" if value is True else unicodedata.normalize("NFC", value or "")
            if text:
                found[question.name] = text
        return found

    def ticked(self) -> list[bool]:
        """The state of each consent box."""
        return [bool(self.cleaned_data.get(f"{OURS}consent_{place}")) for place in range(len(self.spec.boxes))]


def _declared(question: Question, spec: FieldSpec) -> forms.Field:
    """A declared field is asked as it is declared now, under the question's own words."""
    return DeclaredField(spec, required=question.required or spec.required, label=question.label, hint=question.hint)


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {"label": question.label, "required": question.required, "help_text": question.hint}
    marks = {"autocomplete": question.autocomplete} if question.autocomplete else {}
    if question.type == "checkbox":
        return forms.BooleanField(**common)
    if question.type == "select":
        choices = [("", "Please choose"), *((option, option) for option in question.options)]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs=marks), **common)
    if question.type == "textarea":
        widget: forms.Widget = forms.Textarea(attrs=marks | {"rows": 4})
    else:
        widget = {"email": forms.EmailInput, "tel": forms.TelInput}.get(question.type, forms.TextInput)(attrs=marks)
    checks = [storable, reachable] if question.type == "email" else [storable]
    return forms.CharField(max_length=question.longest, widget=widget, validators=checks, **common)


class UploadForm(forms.Form):
    """A file and where its leads come from."""

    file = forms.FileField(label="File", error_messages={"required": "Choose a file first.", "empty": "This file is empty."})
    source = forms.CharField(
        label="Source", max_length=120, validators=[storable], help_text="Where these leads come from, such as “Fair Berlin 2026”."
    )


class MappingForm(forms.Form):
    """One choice a column, and how dates are read."""

    dates = forms.ChoiceField(
        label="Read dates as",
        required=False,
        choices=[
            ("found", "As found"),
            ("dmy", "Day first: 31/12/2026"),
            ("mdy", "Month first: 12/31/2026"),
            ("ymd", "Year first: 2026-12-31"),
        ],
    )

    def __init__(
        self, headers: list[str], *args: Any, declared: Mapping[str, FieldSpec] | None = None, may_declare: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.headers = headers
        known = declared or {}
        yours = [("Your fields", [(spec.key, spec.label) for spec in known.values()])] if known else []
        for place, header in enumerate(headers):
            name = custom_name(header)
            new = name if name[0].isalpha() else f"field_{name}"[:60]
            kept = [] if name in known else [(f"custom.{name}", "Keep it under its name")]
            made = [(f"new.{new}", "Make a new field of it")] if may_declare and new not in known else []
            choices = [("", "Leave out"), *made, *kept, *yours, *CHOICES]
            self.fields[f"column_{place}"] = forms.ChoiceField(label=header, choices=choices, required=False)

    def mapping(self) -> dict[str, str]:
        return {header: self.cleaned_data.get(f"column_{place}", "") for place, header in enumerate(self.headers)}


def custom_name(header: str) -> str:
    """The name of the custom field that a column becomes."""
    plain = unicodedata.normalize("NFKD", header.casefold())
    words = "".join(
        letter if letter.isascii() and letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
    ).split()
    return "_".join(words)[:60] or "column"


class NewFormForm(forms.Form):
    """What a new hosted form is called."""

    title = forms.CharField(label="Title", max_length=120, validators=[storable])
    name = forms.SlugField(
        label="Address", max_length=60, required=False, help_text="The end of its address; made from the title if left empty."
    )


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label="Name", max_length=80, validators=[storable], help_text="The program that will use it.")
    scopes = forms.MultipleChoiceField(
        label="May", choices=list(SCOPES.items()), widget=forms.CheckboxSelectMultiple, error_messages={"required": "Tick at least one."}
    )
    source = forms.ModelChoiceField(
        label="Source", queryset=Source.objects.order_by("name"), required=False, empty_label="Named by each lead",
        help_text="Leads that name none come from this one.",
    )  # fmt: skip
    expires = forms.DateField(label="Ends on", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SourceForm(forms.ModelForm[Source]):
    """What an install says of a source."""

    channel = forms.ChoiceField(choices=[(channel, channel.capitalize()) for channel in CHANNELS])
    default_country = forms.CharField(
        label="Country",
        max_length=60,
        required=False,
        help_text="Read phone numbers without a prefix as of this country: “DE” or “Germany”.",
    )

    class Meta:
        model = Source
        fields = ("name", "channel", "default_country")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = self.instance.channel
        if known and known not in CHANNELS:
            self.fields["channel"].choices = [(known, known.capitalize()), *self.fields["channel"].choices]  # type: ignore[attr-defined]  # a choice field

    def clean_default_country(self) -> str:
        given = self.cleaned_data["default_country"].strip()
        code = country_code(given) if given else ""
        if given and not code:
            raise ValidationError("No country is called that.")
        return code
