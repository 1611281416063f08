"""Everybody's month on one strip: a square for each day, and who works now. Reads only what `setup` holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from leadloop.worktime.domain.business import minutes_between, open_days
from leadloop.worktime.domain.clocks import dates, start_of_day
from leadloop.worktime.domain.presence import Presence
from leadloop.worktime.setup import Setup, Terms

FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True, slots=True)
class Square:
    """One day of a person: `kind` is work, off, holiday, away or part (away for some of it)."""

    day: date
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person's month and whether they work now."""

    person: Any
    presence: Presence
    squares: list[Square]
    zone: str


def month_of(asked: str, today: date) -> date:
    """The first of the month that was asked for as "2026-03", else of today's."""
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return month if FIRST_YEAR <= month.year <= LAST_YEAR else today.replace(day=1)


def month_after(first: date) -> date:
    """The first of the next month."""
    return (first + timedelta(days=32)).replace(day=1)


def rows(people: Iterable[Any], presences: dict[int, Presence], setup: Setup, first: date) -> list[Row]:
    """A row a person."""
    return [Row(one, presences[one.pk], squares(setup.of(one.pk), first), setup.of(one.pk).hours.zone) for one in people]


def squares(terms: Terms, first: date) -> list[Square]:
    """Each day of the month that begins with `first`."""
    last = month_after(first) - timedelta(days=1)
    working = set(open_days(first, last, type(terms.hours)(terms.hours.zone, terms.hours.weekly, terms.hours.holidays)))
    return [_square(terms, day, works=day in working) for day in dates(first, last)]


def _square(terms: Terms, day: date, *, works: bool) -> Square:
    name = terms.holiday_names.get(day)
    if name and day in terms.hours.holidays:
        return Square(day, "holiday", name)
    begins, ends = start_of_day(day, terms.hours.zone), start_of_day(day + timedelta(days=1), terms.hours.zone)
    away = [one for one in terms.away if one.start < ends and (one.end is None or one.end > begins)]
    if not works:
        return Square(day, "off", "off")
    if not away:
        return Square(day, "work", "works")
    why = away[0].why or "away"
    return Square(day, "part" if _works_some(terms, begins, ends) else "away", why)


def _works_some(terms: Terms, begins: datetime, ends: datetime) -> bool:
    return minutes_between(begins, ends, terms.hours) > 0
