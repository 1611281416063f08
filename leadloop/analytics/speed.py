"""Speed-to-lead: from arrival to our first word, over the leads that were routed; by person, source, month and hour of the week.

PostgreSQL reckons all groups in one query. SQLite, which has no percentiles, hands out whole seconds that are grouped here. Both count
in whole seconds and give the same figures. Junk is left out. A touch told for a moment before the arrival counts as at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from leadloop.analytics.domain.periods import Period
from leadloop.analytics.domain.speeds import NOTHING, WITHIN, Speed, speed_of
from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.leads.models import Source
from leadloop.teams.models import User

QUARTER = 900  # seconds; the offset of every zone is a multiple of it, so that all moments of one fall into the same local hour
HOURS = 24


@dataclass(frozen=True, slots=True)
class Groups:
    """Speed of all leads, and by key: person (None: nobody yet), source, first day of the month, hour of the week (0 = Monday 0:00)."""

    total: Speed
    people: dict[int | None, Speed]
    sources: dict[int, Speed]
    months: dict[date, Speed]
    hours: dict[int, Speed]


@dataclass(frozen=True, slots=True)
class Named:
    """A group with its name."""

    key: Any
    name: str
    speed: Speed


@dataclass(frozen=True, slots=True)
class Report:
    """The page's figures: slow ones matter, so groups stand by size, months in order, hours as seven days of 24."""

    total: Speed
    people: list[Named]
    sources: list[Named]
    months: list[Named]
    week: list[list[Speed]]


def report(period: Period) -> Report:
    """Speed of the leads received in `period`. Three queries."""
    groups = measure(period)
    people = dict(User.objects.values_list("pk", "name"))
    sources = dict(Source.objects.values_list("pk", "name"))
    return Report(
        groups.total,
        _named((key, people.get(key, "Nobody yet") if key else "Nobody yet", speed) for key, speed in groups.people.items()),
        _named((key, sources.get(key, f"Source {key}"), speed) for key, speed in groups.sources.items()),
        [Named(month, f"{month:%Y-%m}", speed) for month, speed in sorted(groups.months.items())],
        [[groups.hours.get(day * HOURS + hour, NOTHING) for hour in range(HOURS)] for day in range(7)],
    )


def measure(period: Period) -> Groups:
    """All groups at once. One query."""
    return _from_postgres(period) if bulk.is_postgres() else _from_rows(period)


def _named(groups: Iterator[tuple[Any, str, Speed]]) -> list[Named]:
    return sorted((Named(*group) for group in groups), key=lambda one: (-one.speed.leads, one.name.casefold()))


def _condition(period: Period) -> tuple[str, list[Any]]:
    ends = [("received_at >= %s", period.start), ("received_at < %s", period.end)]
    used = [(text, moment(end)) for text, end in ends if end is not None]
    texts = ["stage <> 'junk'", "(owner_id is not null or pool_id is not null)", *(text for text, _ in used)]
    return " and ".join(texts), [end for _, end in used]


def _from_postgres(period: Period) -> Groups:
    condition, params = _condition(period)
    within = ", ".join(f"count(*) filter (where seconds <= {seconds})" for seconds in WITHIN.values())
    rows = bulk.fetch(
        "with answered as (select owner_id, source_id, received_at at time zone %s as local, "  # noqa: S608 - constants and placeholders only
        "greatest(0, floor(extract(epoch from first_touch_at)) - floor(extract(epoch from received_at)))::float8 as seconds, "
        f"first_touch_at is not null as touched from leads_standing where {condition}), "
        "placed as (select owner_id, source_id, date_trunc('month', local)::date as month, "
        "(extract(isodow from local)::int - 1) * 24 + extract(hour from local)::int as hour, "
        "case when touched then seconds end as seconds from answered) "
        "select grouping(owner_id, source_id, month, hour), owner_id, source_id, month, hour, count(*), count(seconds), "
        f"percentile_cont(0.5) within group (order by seconds), percentile_cont(0.9) within group (order by seconds), {within} "
        "from placed group by grouping sets ((), (owner_id), (source_id), (month), (hour))",
        [period.zone, *params],
    )
    found: dict[int, dict[Any, Speed]] = defaultdict(dict)
    for grouped, owner, source, month, hour, leads, touched, median, p90, *counts in rows:
        key = {0b0111: owner, 0b1011: source, 0b1101: month, 0b1110: hour}.get(grouped)
        found[grouped][key] = Speed(leads, touched, median, p90, tuple(counts))
    return Groups(found[0b1111].get(None, NOTHING), found[0b0111], found[0b1011], found[0b1101], found[0b1110])


def _from_rows(period: Period) -> Groups:
    condition, params = _condition(period)
    rows = bulk.fetch(
        f"select owner_id, source_id, unixepoch(received_at) / {QUARTER}, "  # noqa: S608 - constants and placeholders only
        "max(0, unixepoch(first_touch_at) - unixepoch(received_at)) as seconds "
        f"from leads_standing where {condition}",
        params,
    )
    owners, sources, quarters, seconds = zip(*rows, strict=True) if rows else ((), (), (), ())
    local = {quarter: _local(quarter, period.zone) for quarter in set(quarters)}
    return Groups(
        _grouped([None] * len(rows), seconds).get(None, NOTHING),
        _grouped(owners, seconds),
        _grouped(sources, seconds),
        _grouped([local[quarter][0] for quarter in quarters], seconds),
        _grouped([local[quarter][1] for quarter in quarters], seconds),
    )


def _grouped(keys: Sequence[Any], seconds: Sequence[int | None]) -> dict[Any, Speed]:
    leads = Counter(keys)
    touched: dict[Any, list[int]] = {key: [] for key in leads}
    for key, value in zip(keys, seconds, strict=True):
        if value is not None:
            touched[key].append(value)
    return {key: speed_of(sorted(touched[key]), leads=count) for key, count in leads.items()}


@lru_cache(maxsize=100_000)
def _local(quarter: int, zone: str) -> tuple[date, int]:
    """The month, and the hour of the week, in which a quarter of an hour lies."""
    at = datetime.fromtimestamp(quarter * QUARTER, UTC).astimezone(ZoneInfo(zone))
    return at.date().replace(day=1), at.weekday() * HOURS + at.hour
