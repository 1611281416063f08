"""The verbs of calendars and of what a person's time has of its own. Each turns the epoch, so that all notice."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from leadloop.db.versions import turn_epoch
from leadloop.worktime.domain.business import Hours
from leadloop.worktime.errors import CalendarInUse, CalendarNameTaken
from leadloop.worktime.models import Holiday, PersonTime, WorkCalendar

Week = Sequence[Sequence[int]]


def save_calendar(calendar: WorkCalendar | None, *, name: str, zone: str, weekly: Week) -> WorkCalendar:
    """A new calendar, or another week for one; the first one is the organisation's.

    Raises:
        CalendarNameTaken: another one has that name.
        ValueError: the week or the zone is none.
    """
    Hours(zone, tuple((day, start, end) for day, start, end in weekly))
    rows = [list(shift) for shift in weekly]
    try:
        with transaction.atomic():
            if calendar is None:
                first = not WorkCalendar.objects.exists()
                calendar = WorkCalendar.objects.create(name=name, zone=zone, weekly=rows, is_default=first)
            else:
                calendar.name, calendar.zone, calendar.weekly = name, zone, rows
                calendar.save(update_fields=["name", "zone", "weekly"])
            turn_epoch()
    except IntegrityError as error:
        raise CalendarNameTaken(name=name) from error
    return calendar


def make_default(calendar: WorkCalendar) -> None:
    """Everybody without a calendar works by this one."""
    with transaction.atomic():
        WorkCalendar.objects.filter(is_default=True).update(is_default=False)
        WorkCalendar.objects.filter(pk=calendar.pk).update(is_default=True)
        turn_epoch()


def remove_calendar(calendar: WorkCalendar) -> None:
    """Nobody works by it any more, and its holidays go too.

    Raises:
        CalendarInUse: somebody works by it, or everybody does who has no other while there are others.
    """
    with transaction.atomic():
        others = WorkCalendar.objects.exclude(pk=calendar.pk).exists()
        if PersonTime.objects.filter(calendar=calendar).exists() or (
            others and WorkCalendar.objects.filter(pk=calendar.pk, is_default=True).exists()
        ):
            raise CalendarInUse(name=calendar.name)
        calendar.delete()
        turn_epoch()


def add_holidays(calendar: WorkCalendar, days: Mapping[date, str], *, country: str = "", region: str = "") -> int:
    """Days on which nobody of the calendar works; days that it has stay as they are. Returns how many are new."""
    with transaction.atomic():
        known = set(Holiday.objects.filter(calendar=calendar).values_list("day", flat=True))
        fresh = [Holiday(calendar=calendar, day=day, name=name[:120]) for day, name in sorted(days.items()) if day not in known]
        Holiday.objects.bulk_create(fresh, ignore_conflicts=True)
        if country:
            WorkCalendar.objects.filter(pk=calendar.pk).update(country=country, region=region)
        if fresh:
            turn_epoch()
    return len(fresh)


def remove_holiday(holiday: Holiday) -> None:
    """That day is a working day again."""
    with transaction.atomic():
        Holiday.objects.filter(pk=holiday.pk).delete()
        turn_epoch()


def change_time(person: Any, *, now: datetime, **terms: Any) -> PersonTime:  # noqa: ARG001 - verbs are told the time
    """What a person's time has of its own: calendar, zone, weekly, share, caps, warm-up, feed; what is not named stays."""
    with transaction.atomic():
        time, _ = PersonTime.objects.update_or_create(person=person, defaults=terms)
        turn_epoch()
    return time
