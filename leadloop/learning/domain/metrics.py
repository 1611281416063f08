"""How good probabilities are: ranking (AUC, lift), honesty (calibration error) and both (Brier, log loss)."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import groupby
from math import log
from typing import NamedTuple

BINS = 10
_SMALLEST = 1e-15


class Bin(NamedTuple):
    """Leads whose probability is alike: how many, what was said on average, what came."""

    leads: int
    said: float
    came: float


def auc(won: Sequence[int], said: Sequence[float]) -> float | None:
    """The chance that a won lead was given more than a lost one, ties counting half; None without both kinds."""
    wins = sum(won)
    losses = len(won) - wins
    if not wins or not losses:
        return None
    ranks, seen = 0.0, 0
    for _, group in groupby(sorted(zip(said, won, strict=True)), key=lambda pair: pair[0]):
        tied = [one for _, one in group]
        ranks += sum(tied) * (seen + (len(tied) + 1) / 2)
        seen += len(tied)
    return (ranks - wins * (wins + 1) / 2) / (wins * losses)


def brier(won: Sequence[int], said: Sequence[float]) -> float:
    """The mean squared distance between what was said and what came; 0 is perfect."""
    return sum((p - y) ** 2 for y, p in zip(won, said, strict=True)) / len(won)


def log_loss(won: Sequence[int], said: Sequence[float]) -> float:
    """The mean surprise in nats; a sure word that was wrong costs most."""
    return -sum(log(max(p if y else 1 - p, _SMALLEST)) for y, p in zip(won, said, strict=True)) / len(won)


def calibration(won: Sequence[int], said: Sequence[float], *, bins: int = BINS) -> list[Bin]:
    """Leads by probability in bins of equal width, empty ones left out."""
    kept: list[list[float]] = [[0, 0.0, 0.0] for _ in range(bins)]
    edges = [(at + 1) / bins for at in range(bins - 1)]
    for y, p in zip(won, said, strict=True):
        one = kept[bisect_right(edges, p)]
        one[0] += 1
        one[1] += p
        one[2] += y
    return [Bin(int(leads), p / leads, y / leads) for leads, p, y in kept if leads]


def calibration_error(won: Sequence[int], said: Sequence[float], *, bins: int = BINS) -> float:
    """ECE: the mean distance between what was said and what came over bins of equal width, weighted by their leads."""
    return sum(one.leads * abs(one.said - one.came) for one in calibration(won, said, bins=bins)) / len(won)


def lift(won: Sequence[int], said: Sequence[float], *, share: float = 0.1) -> float | None:
    """How many times more often the top `share` is won than all; leads that tie at the edge count in parts. None without wins."""
    wins, room = sum(won), len(won) * share
    if not wins or not room:
        return None
    got, left = 0.0, room
    for _, group in groupby(sorted(zip(said, won, strict=True), reverse=True), key=lambda pair: pair[0]):
        tied = [one for _, one in group]
        taken = min(left, len(tied))
        got += sum(tied) * taken / len(tied)
        left -= taken
        if left <= 0:
            break
    return (got / room) / (wins / len(won))


def figures(won: Sequence[int], said: Sequence[float]) -> dict[str, float | int | None]:
    """All of the above, for a table."""
    return {
        "leads": len(won),
        "won": sum(won),
        "auc": auc(won, said),
        "ece": calibration_error(won, said),
        "brier": brier(won, said),
        "log_loss": log_loss(won, said),
        "lift": lift(won, said),
    }
