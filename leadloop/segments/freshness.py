"""How fresh each segment is: when everybody was compared last, and until when it is right."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from leadloop.db.models import Job
from leadloop.segments.models import Freshness
from leadloop.segments.published import segments_in_force

STALE_SECONDS = 60


class State(NamedTuple):
    """`lag_seconds` is 0 for a segment that only what happens to leads can move."""

    rebuilt_at: datetime | None
    sure_until: datetime | None
    lag_seconds: float
    under_way: bool  # its members are being brought up to date

    @property
    def is_stale(self) -> bool:
        return self.lag_seconds > STALE_SECONDS

    @property
    def is_steady(self) -> bool:
        return self.lag_seconds == 0


def states(names: Iterable[str], *, now: datetime) -> dict[str, State]:
    """The state of each of these segments that is in force. Three queries once the rules are compiled."""
    wanted, known = set(names), {row.segment: row for row in Freshness.objects.all()}
    rules = [rule for rule in segments_in_force().rules if rule.name in wanted]
    live = Job.objects.filter(name="leadloop.segments.tasks.rebuild_members", state__in=(Job.State.READY, Job.State.RUNNING))
    rebuilt = {args[0] for args in live.values_list("args", flat=True)}
    return {rule.name: _state(known.get(rule.name), moving=bool(rule.moving), under_way=rule.name in rebuilt, now=now) for rule in rules}


def longest_lag(*, now: datetime) -> dict[str, float]:
    """Seconds by which each segment that time can move is behind, for /metrics. Three queries."""
    return {name: state.lag_seconds for name, state in states([rule.name for rule in segments_in_force().rules], now=now).items()}


def _state(row: Freshness | None, *, moving: bool, under_way: bool, now: datetime) -> State:
    if row is None:
        return State(None, None, 0.0, under_way)
    lag = max(0.001, (now - row.sure_until).total_seconds()) if moving else 0.0
    return State(row.rebuilt_at, row.sure_until, lag, under_way)
