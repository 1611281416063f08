"""What a person fills in about people."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from leadloop.teams.domain.steering import roles_to_give
from leadloop.teams.models import Role

ROLE_HINTS = {
    "rep": "works the leads they are given, and claims from their pools",
    "marketer": "sees all leads; changes scores, definitions, segments and forms",
    "manager": "all of that, and routes, pools and people",
    "admin": "everything, and other administrators",
}


@lru_cache(maxsize=1)
def zones() -> list[tuple[str, str]]:
    """Every named zone of places, and UTC."""
    return [
        (zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith(("Etc/", "System"))
    ] + [("UTC", "UTC")]


class ProfileForm(forms.Form):
    """What everybody may change of themselves."""

    name = forms.CharField(max_length=120)
    zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="Days and hours on your pages are those of this place.")

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.strip():
            raise forms.ValidationError("A person needs a name.")
        return name.strip()


class PersonForm(ProfileForm):
    """A person as those who steer change them."""

    role = forms.ChoiceField(widget=forms.RadioSelect)
    sensitive = forms.TypedChoiceField(
        label="Sensitive data",
        required=False,
        choices=[("", "As the role says: administrators see it"), ("yes", "Sees it"), ("no", "Does not see it")],
        coerce=lambda word: word == "yes",
        empty_value=None,
        help_text="Values of fields that are marked as sensitive, of the leads that this person sees. Each look at one is written down.",
    )
    field_order = ("email", "name", "role", "sensitive", "zone")

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Role.choices)
        self.fields["role"].choices = [(role, f"{labels[role]}: {ROLE_HINTS[role]}") for role in roles_to_give(by.role)]  # type: ignore[attr-defined]  # a choice field
        self.fields["zone"].help_text = "Days and hours on their pages are those of this place."


class NewPersonForm(PersonForm):
    """Somebody new."""

    email = forms.EmailField(label="E-mail", max_length=254, help_text="They sign in with it.")
