"""How fast a group of leads was answered: percentiles and shares, reckoned as PostgreSQL's `percentile_cont` does."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

WITHIN = {"5 min": 300, "30 min": 1_800, "1 h": 3_600, "24 h": 86_400}
"""The promises that speed is judged by: words and seconds."""
LEVELS = tuple(WITHIN.values())


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds from arrival to our first word. `leads` counts those that were routed, `touched` those that got it."""

    leads: int
    touched: int
    median: float | None
    p90: float | None
    within: tuple[int, ...]  # leads touched within each of `WITHIN`

    @property
    def never(self) -> int:
        return self.leads - self.touched

    @property
    def shares(self) -> tuple[float, ...]:
        """Of all leads, 0 to 1, within each of `WITHIN`."""
        return tuple(count / self.leads if self.leads else 0.0 for count in self.within)

    @property
    def never_share(self) -> float:
        return self.never / self.leads if self.leads else 0.0

    @property
    def level(self) -> int:
        """How well this is: 0 for a median within the first promise, rising by one for each broken one; 5 if nobody was touched."""
        if self.median is None:
            return len(LEVELS) + 1
        return sum(self.median > seconds for seconds in LEVELS)


NOTHING = Speed(0, 0, None, None, (0,) * len(WITHIN))


def speed_of(rising: Sequence[int], *, leads: int) -> Speed:
    """The figures of one group.

    Args:
        rising: seconds of the leads that were touched, in rising order.
        leads: how many there are in all, touched or not.
    """
    within = tuple(bisect_right(rising, seconds) for seconds in LEVELS)
    return Speed(leads, len(rising), percentile(rising, 0.5), percentile(rising, 0.9), within)


def percentile(rising: Sequence[float], share: float) -> float | None:
    """The value below which `share` of them lie, between two of them where it falls between; None of none."""
    if not rising:
        return None
    place = share * (len(rising) - 1)
    low = int(place)
    high = min(low + 1, len(rising) - 1)
    return rising[low] + (rising[high] - rising[low]) * (place - low)
