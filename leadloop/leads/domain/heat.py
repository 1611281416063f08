"""How warm a lead is: touches that fade with time, without a job that ever subtracts anything."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import inf, log2
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


class Happened(Protocol):
    """A touch, as far as heat is concerned."""

    @property
    def kind(self) -> str: ...

    @property
    def happened_at(self) -> datetime: ...


def heat_after(heat: float | None, touches: Sequence[Happened], *, weights: Mapping[str, float], half_life_days: float) -> float | None:
    """Fold touches into a lead's heat, which orders leads for ever and is never faded by a job.

    Forward decay (Cormode et al., ICDE 2009), kept as a base-2 logarithm so that it cannot overflow.

    Args:
        heat: log2 of the weighted sum so far; None for a lead that nobody touched.
        touches: new ones, in any order; `happened_at` is aware UTC.
        weights: points by kind of touch, each above 0; a kind without one counts nothing.
        half_life_days: days after which a touch counts half; above 0.

    Returns:
        The new heat; its value at a moment T is `2 ** (heat - days_since_epoch(T) / half_life_days)`.

    Raises:
        ValueError: `half_life_days` or a weight is not positive.
    """
    if half_life_days <= 0 or min(weights.values(), default=1) <= 0:
        raise ValueError("half_life_days and every weight must be above 0")
    terms = [] if heat is None else [heat]
    terms += [heat_of_one(log2(weights[t.kind]), t.happened_at, half_life_days=half_life_days) for t in touches if t.kind in weights]
    return log2_sum(terms)


def heat_of_one(weight: float, happened_at: datetime, *, half_life_days: float) -> float:
    """What a single touch is worth for ever; `weight` is log2 of its points."""
    return weight + days_since_epoch(happened_at) / half_life_days


def heat_of(touches: Sequence[Happened], *, weights: Mapping[str, float], caps: Mapping[str, float], half_life_days: float) -> float | None:
    """The heat of all touches together, where a kind with a cap is never worth more than that, at no moment.

    A cap works when something happens: what is above it then is lost, and what is left fades like everything else. So the heat still orders
    leads for ever, a touch that is told late lands at its right age, and asking twice changes nothing.

    Args:
        touches: all of them, in any order.
        caps: points that a kind is worth at most, each above 0; a kind without one has none.
    """
    levels: dict[str, float | None] = {}
    for touch in sorted(touches, key=lambda one: one.happened_at):
        level = heat_after(levels.get(touch.kind), [touch], weights=weights, half_life_days=half_life_days)
        if level is not None and touch.kind in caps:
            level = min(level, hot_line(caps[touch.kind], touch.happened_at, half_life_days))
        levels[touch.kind] = level
    return log2_sum([level for level in levels.values() if level is not None])


def faded(heat: float | None, now: datetime, half_life_days: float) -> float:
    """What the heat is worth at `now`, in points; 0 for a lead that nobody touched.

    Raises:
        ValueError: `half_life_days` is not positive.
    """
    if half_life_days <= 0:
        raise ValueError("half_life_days must be above 0")
    if heat is None:
        return 0.0
    exponent = heat - days_since_epoch(now) / half_life_days
    return 2.0**exponent if exponent < 1024 else inf  # a moment long before the touches; pow would overflow


@lru_cache(maxsize=64)  # one moment and few thresholds a batch
def hot_line(threshold: float, now: datetime, half_life_days: float) -> float:
    """The heat that is worth exactly `threshold` points at `now`: leads are that hot where `heat >= hot_line(...)`, by an index.

    Raises:
        ValueError: `threshold` or `half_life_days` is not positive.
    """
    if half_life_days <= 0 or threshold <= 0:
        raise ValueError("half_life_days and threshold must be above 0")
    return days_since_epoch(now) / half_life_days + log2(threshold)


def log2_sum(terms: Sequence[float]) -> float | None:
    """log2 of the sum of `2 ** term`, or None for no terms."""
    if not terms:
        return None
    if len(terms) == 1:
        return terms[0]
    top = max(terms)
    return top + log2(sum(2 ** (term - top) for term in terms))


def days_since_epoch(moment: datetime) -> float:
    """Days since 1970 began in UTC, with fractions."""
    return (moment - EPOCH) / DAY
