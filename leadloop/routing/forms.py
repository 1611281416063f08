"""What a person fills in for routes, pools and seats; conditions come from the builder beside them."""

from typing import Any

from django import forms

from leadloop.leads.sample import pools
from leadloop.routing.models import CatchUp
from leadloop.routing.roster import HEAVIEST, LARGEST_CAP
from leadloop.teams.models import User

LONGEST_SLA = 43_200  # minutes: 30 days
HOWS = [("turn", "Next in turn: somebody who is present gets it at once"), ("wait", "Waits to be claimed: first come, first served")]


class DestinationForm(forms.Form):
    """A pool, and how a lead leaves it."""

    pool = forms.TypedChoiceField(coerce=int, choices=pools, help_text="Whose leads these are.")
    how = forms.ChoiceField(label="How", choices=HOWS, initial="turn", widget=forms.RadioSelect)


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

    catch_up = forms.ChoiceField(
        label="After an absence", choices=CatchUp, initial=CatchUp.NONE, required=False, help_text="What somebody makes up who was away."
    )
    catch_up_most = forms.IntegerField(
        label="At most, leads", min_value=0, max_value=1_000, initial=0, required=False, help_text="Where some are made up."
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["catch_up"] = given.get("catch_up") or CatchUp.NONE.value
        given["catch_up_most"] = given.get("catch_up_most") or 0
        return given


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
