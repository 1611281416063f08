"""What a person fills in for routes, pools and seats; conditions come from the builder beside them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from leadloop.routing.domain.words import DAYS
from leadloop.routing.models import CatchUp
from leadloop.routing.roster import HEAVIEST, LARGEST_CAP
from leadloop.routing.skills import LONGEST, MOST
from leadloop.routing.stop_rows import posted, stored
from leadloop.teams.forms import zones
from leadloop.teams.models import User

TIME = forms.TimeInput(attrs={"type": "time", "class": "input input--auto"}, format="%H:%M")

LONGEST_SLA = 43_200  # minutes: 30 days


class WayForm(forms.Form):
    """Where leads go: stops, in order. `asked` says that a button of theirs was pressed, so that the form is shown again."""

    ends: ClassVar[bool] = False

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        pressed = bool(data and data.get("stop"))
        first = dict(data.items()) if pressed and data else dict(initial or {})  # nothing is judged before it is saved
        super().__init__(None if pressed else data, initial=first)
        self.known = initial or {}
        self.stops = (posted(data, ends=self.ends) if data is not None else stored(initial, ends=self.ends)).fill()

    @property
    def asked(self) -> bool:
        return self.stops.asked

    def clean(self) -> dict[str, Any]:
        """The parts of a rule, as the spec has them."""
        cleaned = super().clean() or self.cleaned_data
        way = self.stops.spec()
        if way is None:
            raise forms.ValidationError(self.stops.error or "One of the stops is not complete.")
        return {**cleaned, **way}


class FallbackForm(WayForm):
    """Where the leads go that no rule names."""

    ends = True


class RuleForm(WayForm):
    """One rule of a route."""

    label = forms.CharField(
        label="Name", max_length=120, help_text="What a rep reads as the reason, such as “Large companies go to key accounts”."
    )
    days = forms.TypedMultipleChoiceField(
        label="Only on", choices=list(enumerate(DAYS)), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label="From", required=False, widget=TIME)
    ends_at = forms.TimeField(label="Until", required=False, widget=TIME)
    zone = forms.ChoiceField(label="Time zone of the hours", choices=zones, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        between = self.known.get("between") or {}
        told = {
            "days": between.get("days", []),
            "starts": between.get("from"),
            "ends_at": between.get("to"),
            "zone": between.get("zone", "UTC"),
        }
        if self.asked and data is not None:
            told |= {
                "days": data.getlist("days") if hasattr(data, "getlist") else [],
                **{name: data.get(name) for name in ("starts", "ends_at", "zone")},
            }
        self.initial = {**self.initial, **told}

    @property
    def has_hours(self) -> bool:
        return bool(self.initial.get("days") or self.initial.get("starts") or self.initial.get("ends_at"))

    def clean(self) -> dict[str, Any]:
        """Without the fields of hours, which are one part of the rule, and with the rules in it, which another page shows."""
        cleaned = super().clean()
        days, starts, ends, zone = (cleaned.pop(name, None) for name in ("days", "starts", "ends_at", "zone"))
        if bool(starts) != bool(ends):
            self.add_error("ends_at" if starts else "starts", "Hours have a beginning and an end.")
        if days or starts:
            cleaned["between"] = {"days": sorted(days or range(7)), "zone": zone or "UTC"}
            if starts and ends:
                cleaned["between"] |= {"from": starts.strftime("%H:%M"), "to": ends.strftime("%H:%M")}
        if self.known.get("rules"):
            cleaned["rules"] = self.known["rules"]
        return cleaned


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


class SkillsForm(forms.Form):
    """What a person can do and speak, separated by commas."""

    skills = forms.CharField(required=False, max_length=2_000)
    languages = forms.CharField(required=False, max_length=2_000)

    def clean_skills(self) -> list[str]:
        return self._names("skills")

    def clean_languages(self) -> list[str]:
        return self._names("languages")

    def _names(self, which: str) -> list[str]:
        names = list(dict.fromkeys(part.strip() for part in self.cleaned_data[which].split(",") if part.strip()))
        if len(names) > MOST or any(len(name) > LONGEST for name in names):
            raise forms.ValidationError(f"At most {MOST} {which}, of {LONGEST} characters each.", code="too_many")
        return names
