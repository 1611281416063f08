"""Chance as a function of numbers: the same lead has the same luck whatever the policy, so that policies differ by what they do."""

from math import exp, log, sqrt
from statistics import NormalDist

MASK = (1 << 64) - 1
ARRIVAL, REACTION, REACH, MINUTES, FORGOTTEN, WANTED, ABSENT = range(1, 8)
"""What a draw is for; each has a stream of its own."""

_NORMAL = NormalDist()


def uniform(seed: int, stream: int, one: int, two: int = 0) -> float:
    """A number between 0 and 1, both left out: the finaliser of splitmix64 over a weighted sum of its inputs."""
    word = (seed * 0x9E3779B97F4A7C15 + stream * 0xD1B54A32D192ED03 + one * 0x8CB92BA72F3D8DD7 + two * 0xABC98388FB8FAC03) & MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    word ^= word >> 31
    word = ((word ^ (word >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    word ^= word >> 33
    return ((word >> 11) + 0.5) / (1 << 53)


def exponential(share: float, mean: float) -> float:
    """The quantile of an exponential time."""
    return -log(1.0 - share) * mean


def around(share: float, median: float, spread: float) -> float:
    """The quantile of a log-normal time; `spread` is the deviation of its logarithm, 0 for always the median."""
    return median * exp(spread * _NORMAL.inv_cdf(share)) if spread and median else median


def mean_of(median: float, spread: float) -> float:
    """The mean of the same."""
    return median * exp(spread * spread / 2)


def spread_of(logarithms: list[float]) -> float:
    """The deviation of some logarithms."""
    middle = sum(logarithms) / len(logarithms)
    return sqrt(sum((value - middle) ** 2 for value in logarithms) / max(1, len(logarithms) - 1))
