"""When somebody is there, and what working minutes come to on the clock.

The seam for working hours: whoever knows a person's calendar hands `Presence` its intervals instead of `shifts`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import inf

from leadloop.simulation.domain.draws import ABSENT, uniform
from leadloop.simulation.domain.world import DAY, HOUR, Person

Interval = tuple[float, float]
ALWAYS: list[Interval] = [(0.0, inf)]


class Presence:
    """Disjoint intervals in order. From a start on one is there, at an end no more."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self._starts = [start for start, _ in intervals]
        self._ends = [end for _, end in intervals]

    def is_here(self, moment: float) -> bool:
        place = bisect_right(self._starts, moment) - 1
        return place >= 0 and moment < self._ends[place]

    def next_here(self, moment: float) -> float:
        """That moment if there is somebody, else the next start; infinity if never again."""
        place = bisect_right(self._starts, moment)
        if place and moment < self._ends[place - 1]:
            return moment
        return self._starts[place] if place < len(self._starts) else inf

    def next_start(self, moment: float) -> float:
        """The first start after that moment; infinity if there is none."""
        place = bisect_right(self._starts, moment)
        return self._starts[place] if place < len(self._starts) else inf

    def after(self, moment: float, minutes: float) -> float:
        """When `minutes` of presence have passed since then; work that a shift's end cuts goes on in the next."""
        place = bisect_right(self._starts, moment) - 1
        if place < 0 or moment >= self._ends[place]:
            place += 1
        while place < len(self._starts):
            begin = max(moment, self._starts[place])
            if begin + minutes <= self._ends[place]:
                return begin + minutes
            minutes -= self._ends[place] - begin
            place += 1
        return inf

    def minutes(self, begin: float, end: float) -> float:
        """Minutes of presence between two moments."""
        first, last = bisect_right(self._ends, begin), bisect_left(self._starts, end)
        return sum(max(0.0, min(self._ends[place], end) - max(self._starts[place], begin)) for place in range(first, last))


def shifts(person: Person, number: int, until: float, seed: int) -> list[Interval]:
    """A person's days at work, some of them missed."""
    if person.gone:
        return []
    if len(person.days) == 7 and person.ends - person.starts >= 24 and not person.absent:
        return ALWAYS
    days = [day for day in range(int(until // DAY) + 1) if day % 7 in person.days and uniform(seed, ABSENT, number, day) >= person.absent]
    return [(day * DAY + person.starts * HOUR, day * DAY + person.ends * HOUR) for day in days]
