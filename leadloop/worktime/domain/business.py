"""Business time: moments and minutes inside somebody's working hours, calculated and never stepped through. Pure.

Wall clocks rule: a moment is open if the clock on the wall shows an hour of a shift. So a day on which clocks go back has an hour more
of an open night, a day on which they go forward an hour less. A shift belongs to the day it begins on: a holiday closes the night shift
that would begin on it, and not the rest of the one before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadloop.worktime.domain.clocks import (
    DAY,
    MICROS,
    MICROSECOND,
    Span,
    dates,
    merged,
    micros_of,
    moment_of,
    on_the_wall,
    without,
    year_start,
)

YEARS_AHEAD = 20  # hours that do not open within so many years never do

Shift = tuple[int, int, int]
"""Day of the week (Monday 0), first minute and minute after the last of that day; past 1,440 it ends on the next day."""

ALWAYS: tuple[Shift, ...] = tuple((day, 0, DAY) for day in range(7))
OFFICE: tuple[Shift, ...] = tuple((day, 540, 1_020) for day in range(5))


class NeverOpen(ValueError):
    """Working time was asked for of hours that do not open any more."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody works.

    Attributes:
        zone: IANA name of the place whose clocks count.
        weekly: shifts in local wall time; they may overlap, and may end on the next day.
        holidays: local dates on which no shift begins.
        absences: (from, to) in aware UTC, taken out of the shifts.
    """

    zone: str = "UTC"
    weekly: tuple[Shift, ...] = ALWAYS
    holidays: frozenset[date] = frozenset()
    absences: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for day, start, end in self.weekly:
            if not (0 <= day <= 6 and 0 <= start < DAY and start < end <= start + DAY):
                raise ValueError(f"not a shift: {(day, start, end)}")

    @property
    def is_always(self) -> bool:
        """Open at every moment, so that business time is time."""
        return self.weekly == ALWAYS and not self.holidays and not self.absences


def add(start: datetime, minutes: float, hours: Hours) -> datetime:
    """The first moment at which `minutes` of working time have passed since `start`; `start` itself for 0.

    Raises:
        ValueError: `minutes` is below 0.
        NeverOpen: there is not so much working time ahead.
    """
    if minutes < 0:
        raise ValueError("working minutes are added, never taken off")
    left = round(minutes * MICROS)
    if left == 0 or hours.is_always:
        return start + left * MICROSECOND
    origin = micros_of(start)
    first = start.astimezone(UTC).year
    for year in () if _never_opens(start, hours) else range(first, _last_year(first)):
        table = _table(hours, year)
        before = table.worked_until(origin) if year == first else 0
        if before + left <= table.total:
            return moment_of(table.moment_after(before + left))
        left -= table.total - before
    raise NeverOpen(f"{minutes} working minutes do not come after {start}")


def minutes_between(start: datetime, end: datetime, hours: Hours) -> float:
    """Working minutes from `start` to `end`; negative if `end` is earlier."""
    if end < start:
        return -minutes_between(end, start, hours)
    if hours.is_always:
        return (end - start) / MICROSECOND / MICROS
    first, last = start.astimezone(UTC).year, end.astimezone(UTC).year
    passed = sum(_table(hours, year).total for year in range(first, last))
    passed += _table(hours, last).worked_until(micros_of(end)) - _table(hours, first).worked_until(micros_of(start))
    return passed / MICROS


def is_open(moment: datetime, hours: Hours) -> bool:
    """Whether `moment` is working time."""
    return hours.is_always or _table(hours, moment.astimezone(UTC).year).is_open(micros_of(moment))


def next_opening(moment: datetime, hours: Hours) -> datetime | None:
    """`moment` itself if it is open, else the first one after it that is; None if there is none."""
    if _never_opens(moment, hours):
        return None
    if is_open(moment, hours):
        return moment
    at, first = micros_of(moment), moment.astimezone(UTC).year
    for year in range(first, _last_year(first)):
        table = _table(hours, year)
        place = bisect_left(table.starts, at)
        if place < len(table.starts):
            return moment_of(table.starts[place])
    return None


def next_closing(moment: datetime, hours: Hours) -> datetime | None:
    """The first moment from `moment` on that is not open; None for hours that never close."""
    if not is_open(moment, hours):
        return moment
    if hours.is_always:
        return None
    at, first = micros_of(moment), moment.astimezone(UTC).year
    for year in range(first, _last_year(first)):
        table = _table(hours, year)
        place = bisect_right(table.starts, at) - 1
        if place < 0 or table.ends[place] <= at:
            return moment_of(at)
        at = table.ends[place]
        if at < year_start(year + 1):
            return moment_of(at)
    return None


def open_days(first: date, last: date, hours: Hours) -> list[date]:
    """Local dates from `first` to `last` on which a shift begins that no absence swallows whole."""
    if hours.is_always:
        return list(dates(first, last))
    days = {day for day, _, _ in hours.weekly}
    found = [day for day in dates(first, last) if day.weekday() in days and day not in hours.holidays]
    if not hours.absences:
        return found
    away = merged(tuple(sorted((micros_of(start), micros_of(end)) for start, end in hours.absences)))
    return [day for day in found if any(True for _ in without(_shifts_of(hours, day), away))]


class _Table:
    """The open spans of one year of UTC, in order, with the working time that lies before each."""

    __slots__ = ("before", "ends", "starts", "total")

    def __init__(self, spans: Iterable[Span]) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.before: list[int] = []
        self.total = 0
        for start, end in spans:
            self.starts.append(start)
            self.ends.append(end)
            self.before.append(self.total)
            self.total += end - start

    def is_open(self, at: int) -> bool:
        place = bisect_right(self.starts, at) - 1
        return place >= 0 and at < self.ends[place]

    def worked_until(self, at: int) -> int:
        place = bisect_right(self.starts, at) - 1
        return 0 if place < 0 else self.before[place] + min(at, self.ends[place]) - self.starts[place]

    def moment_after(self, worked: int) -> int:
        """The first moment by which so much was worked; needs 0 < worked <= total."""
        place = bisect_left(self.before, worked) - 1
        return self.starts[place] + worked - self.before[place]


@lru_cache(maxsize=1_024)
def _table(hours: Hours, year: int) -> _Table:
    spans = _year_of_shifts(hours.zone, hours.weekly, hours.holidays, year)
    away = merged(tuple(sorted((micros_of(start), micros_of(end)) for start, end in hours.absences)))
    return _Table(without(spans, away))


@lru_cache(maxsize=256)
def _year_of_shifts(zone: str, weekly: tuple[Shift, ...], holidays: frozenset[date], year: int) -> tuple[Span, ...]:
    """Open spans of a year of UTC, merged and cut at its edges, absences not looked at."""
    hours = Hours(zone, weekly, holidays)
    low, high = year_start(year), year_start(year + 1)
    spans: list[Span] = []
    for day in dates(date(year, 1, 1) - timedelta(days=3), date(year, 12, 31) + timedelta(days=3)):
        if day not in holidays:
            spans += _shifts_of(hours, day)
    return tuple((max(start, low), min(end, high)) for start, end in merged(tuple(sorted(spans))) if start < high and end > low)


def _shifts_of(hours: Hours, day: date) -> list[Span]:
    """Spans of the shifts that begin on a local date."""
    weekday = day.weekday()
    return [span for on, start, end in hours.weekly if on == weekday for span in on_the_wall(day, start, end, hours.zone)]


def _never_opens(moment: datetime, hours: Hours) -> bool:
    """Whether there are no shifts, or one absence covers all that is looked at; seen without a table of any year."""
    horizon = datetime(_last_year(moment.astimezone(UTC).year), 1, 1, tzinfo=UTC)
    return not hours.weekly or any(start <= moment < end and end >= horizon for start, end in hours.absences)


def _last_year(first: int) -> int:
    """One past the last year that is looked at."""
    return min(first + YEARS_AHEAD, date.max.year)
