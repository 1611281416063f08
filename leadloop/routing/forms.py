"""What a person fills in for routes, pools and seats; conditions come from the builder beside them."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from leadloop.routing.roster import HEAVIEST, LARGEST_CAP
from leadloop.teams.models import User

LONGEST_SLA = 43_200  # minutes: 30 days
HOWS = [("turn", "Next in turn: somebody who is present gets it at once"), ("wait", "Waits to be claimed: first come, first served")]


class DestinationForm(forms.Form):
    """A pool, and how a lead leaves it."""

    pool = forms.TypedChoiceField(coerce=int, help_text="Whose leads these are.")
    how = forms.ChoiceField(label="How", choices=HOWS, widget=forms.RadioSelect)

    def __init__(self, *args: Any, pools: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pool"].choices = pools  # type: ignore[attr-defined]  # a choice field

    def destination(self) -> dict[str, Any]:
        """As a route holds it."""
        return {"pool": self.cleaned_data["pool"], "how": self.cleaned_data["how"]}


class RuleForm(DestinationForm):
    """One rule of a route."""

    label = forms.CharField(
        label="Name", max_length=120, help_text="What a rep reads as the reason, such as “Large companies go to key accounts”."
    )
    field_order = ("label", "pool", "how")


class PoolForm(forms.Form):
    """A pool's name and the promise for its leads."""

    name = forms.CharField(max_length=80)
    sla_minutes = forms.IntegerField(
        label="First answer within, minutes",
        min_value=1,
        max_value=LONGEST_SLA,
        help_text="For leads without the promise of the definition.",
    )


class SeatForm(forms.Form):
    """Somebody for a pool."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), empty_label="Choose a person", widget=forms.Select(attrs={"class": "input input--auto"})
    )
    weight = forms.IntegerField(
        min_value=1, max_value=HEAVIEST, initial=1, widget=forms.NumberInput(attrs={"class": "input input--auto", "size": 3})
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice field


class WeightForm(forms.Form):
    weight = forms.IntegerField(min_value=1, max_value=HEAVIEST)


class CapForm(forms.Form):
    cap = forms.IntegerField(label="Open leads at most", min_value=0, max_value=LARGEST_CAP)


def rule_key(label: str, taken: Iterable[str]) -> str:
    """An id for a new rule that reads like its name and that no other rule has."""
    stem = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:40] or "rule"
    known = {*taken, "fallback"}
    return next(key for key in (stem, *(f"{stem}_{number}" for number in range(2, 1000))) if key not in known)
