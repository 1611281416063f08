"""What people fill in about time: calendars, holidays, their own terms, and when they are away."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django import forms

from leadloop.teams.forms import zones
from leadloop.worktime.domain.clocks import start_of_day
from leadloop.worktime.models import WorkCalendar
from leadloop.worktime.strip import FIRST_YEAR, LAST_YEAR

DAY_INPUT = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
MOST = 10_000


def countries() -> list[tuple[str, str]]:
    """Every country by name."""
    names = Locale("en").territories.items()
    return sorted(((code, name) for code, name in names if len(code) == 2 and code.isalpha()), key=lambda one: one[1])


class CalendarForm(forms.Form):
    """A calendar's name and place; its week is beside it."""

    name = forms.CharField(max_length=80, help_text="Such as “Office Berlin” or “Night desk”.")
    zone = forms.ChoiceField(label="Time zone", choices=zones, help_text="The hours are those of clocks in this place.")


class FillForm(forms.Form):
    """Public holidays of a country, and of a region where they differ."""

    country = forms.ChoiceField(choices=countries)
    region = forms.CharField(max_length=40, required=False, help_text="Its code, such as BY for Bavaria or CA for California.")


class HolidayForm(forms.Form):
    """One more day off."""

    day = forms.DateField(widget=DAY_INPUT)
    name = forms.CharField(max_length=120)


class FileForm(forms.Form):
    """A calendar file."""

    file = forms.FileField(label="Calendar file", widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}))


class TermsForm(forms.Form):
    """What a person's time has of its own."""

    calendar = forms.ModelChoiceField(queryset=WorkCalendar.objects.none(), required=False, empty_label="As the organisation")
    zone = forms.ChoiceField(label="Time zone", required=False, help_text="Their hours are those of clocks in this place.")
    share = forms.IntegerField(
        label="Part time, percent", min_value=1, max_value=100, initial=100, help_text="50 gets half as many leads as a colleague with 100."
    )
    per_day = forms.IntegerField(label="New leads a day, at most", min_value=0, max_value=MOST, required=False)
    per_week = forms.IntegerField(label="A week", min_value=0, max_value=MOST, required=False)
    per_month = forms.IntegerField(
        label="A month",
        min_value=0,
        max_value=MOST,
        required=False,
        help_text="Spread over the working days: 10 a month are one every three days.",
    )
    warm_from = forms.DateField(label="New here since", required=False, widget=DAY_INPUT)
    warm_days = forms.IntegerField(label="Days until a full share", min_value=0, max_value=365, initial=0, required=False)
    warm_share = forms.IntegerField(label="Share at the start, percent", min_value=1, max_value=100, initial=25, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calendar"].queryset = WorkCalendar.objects.order_by("name")  # type: ignore[attr-defined]  # a model choice field
        self.fields["zone"].choices = [("", "As the calendar"), *zones()]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        given["warm_days"] = given.get("warm_days") or 0
        given["warm_share"] = given.get("warm_share") or 25
        return given


class AbsenceForm(forms.Form):
    """Away from a day until a day, both included; with times for part of a day."""

    first = forms.DateField(label="From", widget=DAY_INPUT)
    last = forms.DateField(label="Until and with", required=False, widget=DAY_INPUT, help_text="Blank: until you say that it is over.")
    start = forms.TimeField(label="At", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label="Back at", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    why = forms.CharField(
        label="Why",
        max_length=120,
        required=False,
        help_text="Such as holiday or course. You and managers see it; others only that you are away.",
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = zone

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("first") is None:
            return given
        for name in ("first", "last"):
            if given.get(name) and not FIRST_YEAR <= given[name].year <= LAST_YEAR:
                self.add_error(name, f"A day from {FIRST_YEAR} to {LAST_YEAR}.")
                return given
        given["starts_at"] = self._moment(given["first"], given.get("start"))
        last = given.get("last") or (given["first"] if given.get("end") else None)
        given["ends_at"] = None if last is None else self._moment(last if given.get("end") else last + timedelta(days=1), given.get("end"))
        if given["ends_at"] is not None and given["ends_at"] <= given["starts_at"]:
            self.add_error("last", "An absence ends after it starts.")
        return given

    def _moment(self, day: date, at: time | None) -> datetime:
        if at is None:
            return start_of_day(day, self._zone)
        return datetime.combine(day, at, tzinfo=ZoneInfo(self._zone)).astimezone(UTC)
