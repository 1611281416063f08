"""Local wall clocks on the line of time: which moments show an hour of a day, whatever clocks are put forward or back. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 1_440  # minutes
MICROS = 60_000_000  # microseconds a minute
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
MARGIN = timedelta(days=4)  # a shift of two days, and the farthest that clocks are from UTC
Span = tuple[int, int]
"""From and to, in microseconds since 1970 UTC; the end is outside."""


def start_of_day(day: date, zone: str) -> datetime:
    """The first moment of a local date, in UTC, also where clocks skip midnight."""
    return moment_of(next(on_the_wall(day, 0, 2 * DAY, zone))[0])


def on_the_wall(day: date, start: int, end: int, zone: str) -> Iterator[Span]:
    """Spans in which the local clock shows a time from minute `start` to minute `end` of `day`; two if clocks were put back between."""
    midnight = (day.toordinal() - EPOCH.toordinal()) * DAY * MICROS
    low, high = midnight + start * MICROS, midnight + end * MICROS
    for since, until, offset in _offsets_in(zone, day.year):
        span = max(low - offset, since), min(high - offset, until)
        if span[0] < span[1]:
            yield span


@lru_cache(maxsize=1_024)
def _offsets_in(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """(since, until, offset from UTC) over a year and some days around it, in microseconds."""
    place = ZoneInfo(zone)
    since, high = datetime(year, 1, 1, tzinfo=UTC) - MARGIN, datetime(year, 12, 31, tzinfo=UTC) + MARGIN
    found = []
    while since < high:
        until = _change_after(since, high, place)
        found.append((micros_of(since), micros_of(until), _offset(since, place)))
        since = until
    return tuple(found)


def _change_after(since: datetime, high: datetime, place: ZoneInfo) -> datetime:
    """The first moment after `since` with another offset, to the second; `high` if there is none. Looks twice a day, then halves."""
    step, offset = timedelta(hours=12), _offset(since, place)
    late = min(since + step, high)
    while late < high and _offset(late, place) == offset:
        late = min(late + step, high)
    if _offset(late - MICROSECOND, place) == offset:
        return late
    early = max(since, late - step)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        middle = middle.replace(microsecond=0)
        early, late = (middle, late) if _offset(middle, place) == offset else (early, middle)
    return late


def _offset(moment: datetime, place: ZoneInfo) -> int:
    return (moment.astimezone(place).utcoffset() or timedelta()) // MICROSECOND


def merged(spans: tuple[Span, ...]) -> list[Span]:
    """Sorted spans, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif start < end:
            joined.append((start, end))
    return joined


def without(spans: Iterable[Span], away: list[Span]) -> Iterator[Span]:
    """Sorted spans with sorted, separate `away` taken out."""
    starts = [start for start, _ in away]
    for start, end in spans:
        at = start
        for gone, back in away[max(0, bisect_right(starts, start) - 1) :]:
            if gone >= end:
                break
            if back > at:
                if gone > at:
                    yield at, gone
                at = max(at, back)
        if at < end:
            yield at, end


def dates(first: date, last: date) -> Iterator[date]:
    return (date.fromordinal(number) for number in range(first.toordinal(), last.toordinal() + 1))


def year_start(year: int) -> int:
    return (date(year, 1, 1).toordinal() - EPOCH.toordinal()) * DAY * MICROS


def micros_of(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment_of(micros: int) -> datetime:
    return EPOCH + timedelta(microseconds=micros)
