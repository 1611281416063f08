"""Leads as they come: moments by a Poisson process whose rate follows the hours of the week."""

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from leadloop.simulation.domain.draws import ARRIVAL, exponential, uniform
from leadloop.simulation.domain.world import HOUR, WEEK, Source, World

HOURS = 168
BLOCK = 1 << 20
"""Draws a source may use before it would meet those of the next."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One lead: when, from where."""

    at: float
    source: int


def arrivals(world: World, seed: int) -> list[Arrival]:
    """All leads from the start to the end of the tail, in order."""
    found = [Arrival(at, number) for number, source in enumerate(world.sources) for at in _of(source, number, world.until, seed)]
    return sorted(found, key=lambda one: (one.at, one.source))


def _of(source: Source, number: int, until: float, seed: int) -> list[float]:
    """Unit-rate arrivals in the time of the integrated rate, brought back to the clock."""
    total = sum(source.by_hour)
    if source.per_week <= 0 or total <= 0:
        return []
    ends = list(accumulate(source.per_week * share / total for share in source.by_hour))
    found: list[float] = []
    passed, count = 0.0, number * BLOCK
    while True:
        passed += exponential(uniform(seed, ARRIVAL, count), 1.0)
        count += 1
        weeks, rest = divmod(passed, ends[-1])
        hour = min(bisect_left(ends, rest), HOURS - 1)
        before = ends[hour - 1] if hour else 0.0
        width = ends[hour] - before
        at = weeks * WEEK + (hour + ((rest - before) / width if width else 0.0)) * HOUR
        if at >= until:
            return found
        found.append(at)
