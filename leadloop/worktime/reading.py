"""Reads iCalendar text: times away out of a person's calendar, and dates out of a calendar of holidays."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import YEARLY, rrule, rruleset, rrulestr
from icalendar import Calendar

from leadloop.worktime.domain.clocks import start_of_day
from leadloop.worktime.domain.feed import Event
from leadloop.worktime.errors import Unreadable

AHEAD = timedelta(days=400)
BACK = timedelta(days=40)
MOST_EVENTS = 2_000
MOST_BYTES = 5_000_000
MOST_DAYS = 1_000_000  # days that the rules of one file may look at, whatever comes of them
DAYS_OF_A_YEARLY_RULE = MOST_DAYS // 10  # one that counts weekdays through the year, whose days cannot be counted
LONGEST_RULE = 2_000
TOO_OFTEN = ("SECONDLY", "MINUTELY", "HOURLY")
ONE_DAY = timedelta(days=1)
NUL = "\0"
WRONG = (ValueError, LookupError, AttributeError, TypeError, ArithmeticError, OSError, RecursionError)
"""What text that makes no sense is answered with: by the parser, by moments past the end of time, by names of zones that are no files."""


class _Budget:
    """Days that may still be looked at, over a whole file."""

    def __init__(self) -> None:
        self._left = MOST_DAYS

    def spend(self, days: int = 1) -> None:
        self._left -= days
        if self._left < 0:
            raise Unreadable


class _Months:
    """Months a rule holds in. A rule asks for the month of each day that it looks at, so here those days are counted."""

    def __init__(self, months: Iterable[int], budget: _Budget) -> None:
        self._months, self._budget = tuple(months), budget

    def __iter__(self) -> Iterator[int]:
        return iter(self._months)

    def __contains__(self, month: int) -> bool:
        self._budget.spend()
        return month in self._months


def times_away(text: bytes, *, zone: str, now: datetime) -> list[Event]:
    """Events that keep the person busy, from 40 days back to 400 ahead; all-day ones in the person's zone.

    Left out: what is marked as free (TRANSP:TRANSPARENT), cancelled, or no event. A repeated event is told one by one.
    What an event is about is the person's own matter and is not read.

    Raises:
        Unreadable: it is no calendar, or too big.
    """
    low, high, budget = now - BACK, now + AHEAD, _Budget()
    events = _events(text)
    moved = _moved(events, zone)
    earliest, latest = datetime(low.year - 1, 1, 1, tzinfo=UTC), datetime(high.year + 2, 1, 1, tzinfo=UTC)
    found: dict[str, Event] = {}
    for one in events:
        if str(one.get("TRANSP", "")).upper() == "TRANSPARENT" or str(one.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in one:
            continue
        for start, end in _occurrences(one, zone, low, high, moved, budget):
            if end > low and start < high and end > start:
                key = f"{str(one.get('UID', '')).replace(NUL, '')[-150:]}|{start:%Y%m%dT%H%M}"
                found[key] = Event(key, max(start, earliest), min(end, latest))
            if len(found) >= MOST_EVENTS:
                return list(found.values())
    return list(found.values())


def dates_of(text: bytes, *, first: int, last: int) -> dict[date, str]:
    """Local dates of a calendar of holidays in these years, with their names; events of several days count for each.

    Raises:
        Unreadable: it is no calendar, or too big.
    """
    low, high = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    found: dict[date, str] = {}
    budget = _Budget()
    for one in _events(text):
        if "DTSTART" not in one:
            continue
        name = str(one.get("SUMMARY", "Holiday")).replace(NUL, "").strip()[:120] or "Holiday"
        for start, end in _occurrences(one, "UTC", low, high, set(), budget):
            day, after = max(start, low).date(), min(end, high).date()
            while day < after and len(found) < MOST_EVENTS:
                budget.spend()
                found.setdefault(day, name)
                day += ONE_DAY
    return found


def _events(text: bytes) -> list[Any]:
    if len(text) > MOST_BYTES:
        raise Unreadable
    try:
        return list(Calendar.from_ical(text).walk("VEVENT"))
    except WRONG as error:
        raise Unreadable from error


def _moved(events: list[Any], zone: str) -> set[tuple[str, datetime]]:
    """Occurrences of repeated events that have an event of their own."""
    try:
        return {(str(one.get("UID", "")), _utc(one["RECURRENCE-ID"].dt, zone)) for one in events if "RECURRENCE-ID" in one}
    except WRONG as error:
        raise Unreadable from error


def _occurrences(
    one: Any, zone: str, low: datetime, high: datetime, moved: set[tuple[str, datetime]], budget: _Budget
) -> Iterator[tuple[datetime, datetime]]:
    """Each time the event takes place, from the moment it starts to the moment it ends; the rule runs in the event's own wall time."""
    try:
        start = one["DTSTART"].dt
        length = _length(one, start)
        if "RRULE" not in one:
            begin = _utc(start, zone)
            yield begin, _utc(start + length, zone)
            return
        naive, place = _wall(start)
        since, until = _naive(low, place) - length, _naive(high, place)
        for wall in takewhile(lambda moment: moment <= until, _rule(one, naive, place, budget)):
            if wall < since:
                continue
            at: Any = wall.date() if place is None and not isinstance(start, datetime) else wall.replace(tzinfo=place)
            begin = _utc(at, zone)
            if "RECURRENCE-ID" in one or (str(one.get("UID", "")), begin) not in moved:
                yield begin, _utc(at + length, zone)
    except WRONG as error:
        raise Unreadable from error


def _rule(one: Any, naive: datetime, place: Any, budget: _Budget) -> rruleset:
    rules = rruleset()
    parts = _parts(one["RRULE"].to_ical().decode())
    until = one["RRULE"].get("UNTIL")
    rule: Any = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=naive)
    rules.rrule(_counted(rule.replace(until=_naive_of(until[0], place)) if until else rule, budget))
    left_out = one.get("EXDATE") or []
    for group in left_out if isinstance(left_out, list) else [left_out]:
        for gone in group.dts:
            rules.exdate(_naive_of(gone.dt, place))
    return rules


def _parts(text: str) -> dict[str, str]:
    """The rule without its end; only rules that come once a day at most, as no calendar of people needs others."""
    parts = dict(part.split("=", 1) for part in text.upper().split(";") if part)
    several = any("," in parts.get(name, "") for name in ("BYSECOND", "BYMINUTE", "BYHOUR"))
    if len(text) > LONGEST_RULE or parts.get("FREQ") in TOO_OFTEN or several or int(parts.get("INTERVAL", "1")) < 1:
        raise Unreadable
    parts.pop("UNTIL", None)
    return parts


def _counted(rule: Any, budget: _Budget) -> rrule:
    """The rule, made to count the days it looks at: one that never comes would look at every day until the year 9999."""
    if not isinstance(rule, rrule):
        raise Unreadable
    told: Any = rule
    if told._freq == YEARLY and told._bynweekday and not told._bymonth:  # noqa: SLF001 - twelve months would mean another thing there
        budget.spend(DAYS_OF_A_YEARLY_RULE)
    else:
        told._bymonth = _Months(told._bymonth or range(1, 13), budget)  # noqa: SLF001 - the library has no other place to count at
    return rule


def _length(one: Any, start: Any) -> timedelta:
    if "DTEND" in one:
        end = one["DTEND"].dt
        return timedelta(end - start) if isinstance(end - start, int) else end - start
    if "DURATION" in one:
        length: timedelta = one["DURATION"].dt
        return length
    return timedelta(0) if isinstance(start, datetime) else ONE_DAY


def _wall(start: Any) -> tuple[datetime, Any]:
    """Naive wall time, and the place whose clocks it is of; None for days and for floating times."""
    if isinstance(start, datetime):
        return start.replace(tzinfo=None), start.tzinfo
    return datetime(start.year, start.month, start.day), None  # noqa: DTZ001 - a day as the rule counts it


def _naive_of(moment: Any, place: Any) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, 23, 59) if place is not None else _wall(moment)[0]  # noqa: DTZ001 - as above
    return _naive(moment, place) if moment.tzinfo else moment


def _naive(moment: datetime, place: Any) -> datetime:
    return moment.astimezone(place or UTC).replace(tzinfo=None)


def _utc(at: Any, zone: str) -> datetime:
    """A moment in UTC: days begin, and floating times are, in the person's zone."""
    if not isinstance(at, datetime):
        return start_of_day(at, zone)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
