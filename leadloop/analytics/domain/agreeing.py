"""How well marketing and sales agree: rates with intervals, conditions that tell accepted from rejected, and a threshold that would.

Intervals are Wilson's score intervals; differences of two rates have Newcombe's (1998, method 10), made of the two. All at 95 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from leadloop.kernel.intervals import Z95, wilson

Z = Z95
FEW = 20
"""Verdicts below which a rate is shown in grey and nothing is concluded from it."""
NARROW = 0.15
"""A difference whose interval reaches no further than this is called none."""
STAMP_ACCEPTED, STAMP_QUALIFIED = 0.85, 0.35
"""Surely more than the one accepted, surely less than the other qualified of them: a rubber stamp."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, 0 to 1, with its interval."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        return self.hits / self.total if self.total else None

    @property
    def low(self) -> float:
        return self._ends()[0]

    @property
    def high(self) -> float:
        return self._ends()[1]

    @property
    def few(self) -> bool:
        return self.total < FEW

    def _ends(self) -> tuple[float, float]:
        return wilson(self.hits, self.total)


@dataclass(frozen=True, slots=True)
class Gap:
    """One rate less another, with its interval."""

    value: float
    low: float
    high: float


def gap_of(one: Rate, other: Rate) -> Gap | None:
    """The difference of two rates; None where one of them is of nothing."""
    if one.value is None or other.value is None:
        return None
    value = one.value - other.value
    low = value - sqrt((one.value - one.low) ** 2 + (other.high - other.value) ** 2)
    high = value + sqrt((one.high - one.value) ** 2 + (other.value - other.low) ** 2)
    return Gap(value, low, high)


class Telling(StrEnum):
    """What a condition tells of the verdicts."""

    FOR = "for"  # leads that meet it are accepted more often
    AGAINST = "against"  # ... less often
    NOTHING = "nothing"  # as often: it never separates accepted from rejected
    ALWAYS = "always"  # it held for all of them, so they cannot tell
    NEVER = "never"  # it held for none
    OPEN = "open"  # too few, or too near to call


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a definition: how often sales accepted where it held, and where it did not."""

    place: int
    held: Rate
    failed: Rate

    @property
    def gap(self) -> Gap | None:
        return gap_of(self.held, self.failed)

    @property
    def telling(self) -> Telling:
        if not self.failed.total:
            return Telling.ALWAYS
        if not self.held.total:
            return Telling.NEVER
        gap = self.gap
        if gap is None or self.held.few or self.failed.few:
            return Telling.OPEN
        if gap.low > 0:
            return Telling.FOR
        if gap.high < 0:
            return Telling.AGAINST
        return Telling.NOTHING if max(-gap.low, gap.high) <= NARROW else Telling.OPEN


def conditions_of(counted: Mapping[str, tuple[int, int]], count: int) -> list[Condition]:
    """Judge the conditions of one version.

    Args:
        counted: (accepted, rejected) leads by which conditions held: {"101": (3, 1)}; texts of another length are left out.
        count: how many conditions the definition has.
    """
    usable = {truths: both for truths, both in counted.items() if len(truths) == count}
    return [Condition(place, _rate(usable, place, "1"), _rate(usable, place, "0")) for place in range(count)]


def _rate(counted: Mapping[str, tuple[int, int]], place: int, truth: str) -> Rate:
    found = [both for truths, both in counted.items() if truths[place] == truth]
    accepted = sum(yes for yes, _ in found)
    return Rate(accepted, accepted + sum(no for _, no in found))


def is_rubber_stamp(accepted: Rate, qualified: Rate) -> bool:
    """Whether nearly everything is accepted and little of it comes to anything. `qualified` is of the accepted ones."""
    return not accepted.few and not qualified.few and accepted.low > STAMP_ACCEPTED and qualified.high < STAMP_QUALIFIED


@dataclass(frozen=True, slots=True)
class Option:
    """A score from which leads would be handed over: how many a week, and how often sales accepted such leads."""

    score: int
    per_week: float
    accepted: Rate


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The option that separates best, or why there is none; and the options beside it, from low to high."""

    best: Option | None
    why: str
    options: Sequence[Option]


def suggest_threshold(verdicts: Mapping[int, tuple[int, int]], unjudged: Mapping[int, int], *, weeks: float, step: int = 5) -> Suggestion:
    """The score that best tells accepted from rejected: the largest Youden index (accepted at or above it less rejected at or above it).

    Only leads that were handed over have a verdict, so nothing is said of scores below the lowest of them. A threshold is suggested only
    if acceptance above and below it surely differs and both sides have enough verdicts.

    Args:
        verdicts: (accepted, rejected) by score.
        unjudged: leads without a verdict by score; they count for the volume.
        weeks: the time in which all of them came; above 0.
        step: options lie this far apart.
    """
    scores = sorted(verdicts)
    accepted, rejected = (sum(verdicts[score][side] for score in scores) for side in (0, 1))
    handed = {score: sum(verdicts.get(score, (0, 0))) + unjudged.get(score, 0) for score in {*verdicts, *unjudged}}

    def option(score: int) -> Option:
        return Option(score, sum(count for at, count in handed.items() if at >= score) / weeks, _above(verdicts, score))

    grid = sorted({score - score % step for score in scores})
    options = [option(score) for score in grid]
    if accepted + rejected < 2 * FEW:
        return Suggestion(None, f"Too few verdicts: {accepted + rejected} of the {2 * FEW} that it takes.", options)
    if not accepted or not rejected:
        return Suggestion(None, "Sales said the same of every lead, so no score can tell them apart.", options)
    best = max(scores, key=lambda score: (_youden(verdicts, score, accepted, rejected), -score))
    above = _above(verdicts, best)
    below = Rate(accepted - above.hits, accepted + rejected - above.total)
    gap = gap_of(above, below)
    if gap is None or above.few or below.few or gap.low <= 0:
        return Suggestion(None, "The score does not tell accepted from rejected leads.", options)
    return Suggestion(option(best), "", options)


def _above(verdicts: Mapping[int, tuple[int, int]], score: int) -> Rate:
    found = [both for at, both in verdicts.items() if at >= score]
    accepted = sum(yes for yes, _ in found)
    return Rate(accepted, accepted + sum(no for _, no in found))


def _youden(verdicts: Mapping[int, tuple[int, int]], score: int, accepted: int, rejected: int) -> float:
    above = _above(verdicts, score)
    return above.hits / accepted - (above.total - above.hits) / rejected
