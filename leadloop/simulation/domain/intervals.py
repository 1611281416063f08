"""Means over seeds with 95 % intervals by Student's t."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from statistics import fmean, stdev

_T = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093)
_Z = 1.959964
LARGEST = 700.0
"""A power of e that is still a number."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the ends of its interval."""

    mean: float
    low: float
    high: float

    @property
    def is_sure(self) -> bool:
        """Whether it lies to one side of zero."""
        return self.low > 0 or self.high < 0


def t_quantile(freedom: int) -> float:
    """The 97.5 % quantile of Student's t: from the table below 20 degrees of freedom, then by Cornish and Fisher (to 0.001)."""
    if freedom < 1:
        return inf
    if freedom <= len(_T):
        return _T[freedom - 1]
    return _Z + (_Z**3 + _Z) / (4 * freedom) + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * freedom**2)


def over(values: Sequence[float]) -> Interval:
    """The mean of independent runs; of a single one nothing is known but itself."""
    middle = fmean(values)
    if len(values) < 2:
        return Interval(middle, middle, middle)
    half = t_quantile(len(values) - 1) * stdev(values) / sqrt(len(values))
    return Interval(middle, middle - half, middle + half)


def ratio(values: Sequence[float], base: Sequence[float]) -> Interval | None:
    """The mean ratio of pairs, reckoned on logarithms; None where one of them is zero."""
    if min(*values, *base) <= 0:
        return None
    found = over([log(value) - log(other) for value, other in zip(values, base, strict=True)])
    return Interval(*(exp(max(-LARGEST, min(LARGEST, power))) for power in (found.mean, found.low, found.high)))
