"""Whether a model still fits: leads that are unlike those it learned from, and probabilities that no longer come true."""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from typing import Any, NamedTuple

from leadloop.learning.domain.scorecard import Scorecard

SHIFTED, SHIFTING = 0.25, 0.1
"""Population stability index: above 0.25 a feature has shifted, above 0.1 it is worth a look (the customary limits)."""
FEWEST_LEADS, FEWEST_DECIDED = 100, 50
TOO_FAR = 3.0
"""Standard errors between wins that were foretold and wins that came."""
PRIOR = 0.5


class Shift(NamedTuple):
    """How far one feature has moved."""

    column: str
    part: str
    psi: float

    @property
    def verdict(self) -> str:
        return "shifted" if self.psi >= SHIFTED else "shifting" if self.psi >= SHIFTING else "steady"


def stability_index(then: Sequence[int], now: Sequence[int]) -> float:
    """PSI of two counts by bin; bins that one side lacks are thought to hold half a lead."""
    before, after = sum(then) + PRIOR * len(then), sum(now) + PRIOR * len(now)
    total = 0.0
    for a, b in zip(then, now, strict=True):
        p, q = (a + PRIOR) / before, (b + PRIOR) / after
        total += (q - p) * log(q / p)
    return total


def shifts(card: Scorecard, rows: Sequence[Mapping[str, object]]) -> list[Shift]:
    """The features of a card by how far recent leads have moved from those it learned from, the farthest first; none of too few leads.

    Chance alone moves many bins: an index of about bins / leads is expected and taken off.
    """
    if len(rows) < FEWEST_LEADS:
        return []
    codes = [card.bins(row) for row in rows]
    found = []
    for at, (feature, spec) in enumerate(zip(card.features, card.spec["features"], strict=True)):
        now = [0] * len(feature.bins)
        for code in codes:
            now[code[at]] += 1
        used = sum(1 for a, b in zip(spec["leads"], now, strict=True) if a or b)
        noise = (used - 1) * (1 / max(1, sum(spec["leads"])) + 1 / len(rows))
        found.append(Shift(feature.column, feature.part, max(0.0, round(stability_index(spec["leads"], now) - noise, 4))))
    return sorted(found, key=lambda shift: (-shift.psi, shift.column, shift.part))


class Kept(NamedTuple):
    """What was foretold of decided leads, and what came."""

    leads: int
    said: float
    came: float
    apart: float  # standard errors

    @property
    def holds(self) -> bool:
        return self.leads < FEWEST_DECIDED or abs(self.apart) < TOO_FAR


def promises_kept(won: Sequence[int], said: Sequence[float]) -> Kept:
    """Compare wins with the sum of their probabilities."""
    if not won:
        return Kept(0, 0.0, 0.0, 0.0)
    spread = sqrt(sum(p * (1 - p) for p in said))
    return Kept(len(won), sum(said) / len(said), sum(won) / len(won), (sum(won) - sum(said)) / spread if spread else 0.0)


def warnings(found: Sequence[Shift], kept: Kept, label: Mapping[str, Any]) -> list[str]:
    """What somebody should hear."""
    told = [f"{label.get(one.column, one.column)} has shifted (PSI {one.psi:.2f})" for one in found if one.psi >= SHIFTED]
    if not kept.holds:
        direction = "more" if kept.apart > 0 else "fewer"
        told.append(f"{direction} leads were won than was said: {kept.came:.0%} of {kept.leads:,}, and {kept.said:.0%} was said")
    return told
