"""What a person fills in for a scrub and for erasing somebody; criteria come from the builder beside them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from leadloop.kernel.contact_points import email_address, phone_number
from leadloop.scrub.domain.presets import ACTIONS, LONGEST, PRESETS
from leadloop.scrub.models import Erasure


class WishForm(forms.Form):
    """Whom a scrub means."""

    preset = forms.ChoiceField(label="Which leads", choices=[(key, one.title) for key, one in PRESETS.items()], widget=forms.RadioSelect)
    days = forms.IntegerField(label="Days", required=False, min_value=1, max_value=LONGEST, help_text="For those that go by age.")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        preset = PRESETS.get(given.get("preset", ""))
        if preset and not given.get("days"):
            given["days"] = preset.days
        return given


class ActionForm(forms.Form):
    """What is done with them, and why."""

    action = forms.ChoiceField(label="What is done with them", choices=list(ACTIONS.items()), widget=forms.RadioSelect)
    why = forms.CharField(label="Why", max_length=300, help_text="Stays with the scrub, and with each lead as its note. Name nobody.")
    until = forms.DateField(
        label="Back on", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="For recycling; in half a year if blank."
    )
    typed = forms.CharField(
        label="To confirm", required=False, max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Only for anonymising and deleting: the action and the number, such as DELETE 12. These cannot be undone.",
    )  # fmt: skip

    def clean_until(self) -> Any:
        day = self.cleaned_data["until"] or timezone.localdate() + timedelta(days=182)
        if day <= timezone.localdate():
            raise forms.ValidationError("This day has passed. Choose one to come.")
        return day


class ErasureForm(forms.Form):
    """Why somebody is erased, and how much of them."""

    how = forms.ChoiceField(
        label="What stays",
        choices=[
            (Erasure.How.ANONYMISED.value, "Country, product, dates and decisions, without the person"),
            (Erasure.How.DELETED.value, "Nothing but a line in the counts"),
        ],
        initial=Erasure.How.ANONYMISED.value,
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Why", max_length=300, help_text="Such as the number of the request. Name nobody.")
    typed = forms.CharField(
        label="Type ERASE to confirm",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="This cannot be undone.",
    )

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip().upper() != "ERASE":
            raise forms.ValidationError("Type ERASE, in any case of letters.")
        return "ERASE"


class PersonForm(ErasureForm):
    """Somebody to be erased, by address or number, whatever there is of them."""

    email = forms.CharField(label="E-mail", required=False, max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label="Phone",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="With its country, as +1 415 555 0100.",
    )
    field_order = ("email", "phone", "how", "why", "typed")

    def clean_email(self) -> str:
        text = self.cleaned_data["email"].strip()
        found = email_address(text) if text else ""
        if found is None:
            raise forms.ValidationError("This is no e-mail address.")
        return found

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"].strip()
        found = phone_number(text, settings.DEFAULT_COUNTRY) if text else ""
        if found is None:
            raise forms.ValidationError("This is no telephone number.")
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not (given.get("email") or given.get("phone")):
            raise forms.ValidationError("Write an address or a number.")
        return given
