"""Calendars for tests: an office in Berlin, Monday to Friday, nine to five."""

from datetime import UTC, datetime

from leadloop.worktime import calendars
from leadloop.worktime.models import WorkCalendar

OFFICE = [[day, 540, 1_020] for day in range(5)]
MONDAY_TEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # ten in Berlin
SUNDAY = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)  # sixteen in Berlin


def office(*, name: str = "Office", zone: str = "Europe/Berlin", weekly=OFFICE) -> WorkCalendar:
    return calendars.save_calendar(None, name=name, zone=zone, weekly=weekly)
