"""The form that corrects what we know of a lead."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from leadloop.intake.domain.amounts import currency_of
from leadloop.kernel.contact_points import email_address
from leadloop.kernel.telephone import phone_number
from leadloop.leads.domain.custom_fields import PREFIX
from leadloop.leads.domain.inquiry import LENGTHS
from leadloop.leads.models import Lead
from leadloop.outcomes.actions import MOST_CENTS
from leadloop.work.declared_edit import Declared
from leadloop.work.domain.story import field_words


class EditForm(forms.Form):
    """What we know of a lead; `version` is the standing that the person saw."""

    TEXTS = (
        "first_name", "last_name", "title", "company", "email", "phone", "company_domain", "website", "industry", "product",
        "street", "postal_code", "city", "region", "country", "campaign", "message",
    )  # fmt: skip
    GROUPS = {
        "Person": ("first_name", "last_name", "title", "email", "phone"),
        "Company": ("company", "company_domain", "website", "industry", "employees"),
        "Wish": ("product", "budget", "currency", "campaign"),
        "Place": ("street", "postal_code", "city", "region", "country"),
    }
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    employees = forms.IntegerField(required=False, min_value=0, max_value=100_000_000)
    budget = forms.DecimalField(
        required=False, min_value=0, max_value=MOST_CENTS // 100, decimal_places=2, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    currency = forms.CharField(required=False, max_length=3)

    def __init__(self, *args: Any, declared: Declared | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.declared = declared or Declared()
        for name in self.TEXTS:
            longest = 40 if name == "phone" else LENGTHS[name]
            widget = forms.Textarea(attrs={"rows": 4}) if name == "message" else forms.TextInput(attrs={"autocomplete": "off"})
            self.fields[name] = forms.CharField(label=field_words(name), required=False, max_length=longest, widget=widget)
        self.declared.add_to(self)

    @staticmethod
    def initial_of(lead: Lead, *, version: int, declared: Declared | None = None) -> dict[str, Any]:
        """What the form shows of a lead."""
        known = {name: getattr(lead, name) for name in (*EditForm.TEXTS, "employees", "currency")}
        budget = None if lead.budget_cents is None else Decimal(lead.budget_cents) / 100
        return {**known, "budget": budget, "version": version, **(declared.initial() if declared else {})}

    def groups(self) -> list[tuple[str, list[Any]]]:
        """Fields under headings, declared ones after our own."""
        own = [(title, [self[name] for name in names]) for title, names in self.GROUPS.items()]
        return own + [(title, [self[name] for name in names]) for title, names in self.declared.groups().items()]

    def clean_email(self) -> str:
        return _read(self.cleaned_data["email"], email_address(self.cleaned_data["email"]), "This is not an e-mail address.")

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"]
        country = (self.data.get("country") or settings.DEFAULT_COUNTRY)[:2].upper()
        return _read(text, phone_number(text, country) if text else None, "This is not a telephone number. Begin with + and the country.")

    def clean_country(self) -> str:
        code: str = self.cleaned_data["country"].upper()
        if code and not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise forms.ValidationError("Write the two letters of a country, such as DE.")
        return code

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].upper()
        if code and currency_of(code) != code:
            raise forms.ValidationError("Write the three letters of a currency, such as EUR.")
        return code

    def values(self) -> dict[str, Any]:
        """The columns of the lead as they shall be; a budget gets the install's currency where none is named."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "budget")}
        values = {name: value for name, value in given.items() if not name.startswith(PREFIX)} | self.declared.values(given)
        budget = self.cleaned_data["budget"]
        values["budget_cents"] = None if budget is None else int(budget * 100)
        if budget is not None and not values["currency"]:
            values["currency"] = settings.DEFAULT_CURRENCY
        return values


def _read(text: str, value: str | None, complaint: str) -> str:
    if text and value is None:
        raise forms.ValidationError(complaint)
    return value or ""
