"""What a draft would do to real leads: scores before and after, who crosses the definition. Pure; the clock is passed in."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadloop.scoring.domain.scorecard import Score, Scorecard, score

Holds = Callable[[dict[str, Any], datetime], bool]
STEP = 10
BANDS = tuple(f"{low}\u2013{low + STEP - 1 if low < 90 else 100}" for low in range(0, 100, STEP))
BIGGEST = 20


@dataclass(frozen=True, slots=True)
class Change:
    """One lead under the rules in force and under the draft; `meets` is whether it meets the definition, before and after."""

    lead_id: int
    before: Score
    after: Score
    meets: tuple[bool, bool]

    @property
    def gap(self) -> int:
        return self.after.points - self.before.points


@dataclass(frozen=True, slots=True)
class ScorePreview:
    """`before` and `after` are leads by band of ten points; `hits` are leads by rule id, before and after."""

    leads: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    grades: dict[str, tuple[int, int]]
    hits: dict[str, tuple[int, int]]
    changed: tuple[Change, ...]
    moves: tuple[tuple[str, str], ...] = ()  # of every lead: its grade before and after

    @property
    def biggest(self) -> list[Change]:
        """The leads that change most; the definition's border weighs more than points."""
        ranked = sorted(self.changed, key=lambda one: (-abs(one.gap), one.meets[0] == one.meets[1], -one.lead_id))
        return ranked[:BIGGEST]

    @property
    def enters(self) -> int:
        return sum(one.meets == (False, True) for one in self.changed)

    @property
    def leaves(self) -> int:
        return sum(one.meets == (True, False) for one in self.changed)

    @property
    def higher(self) -> int:
        return sum(one.gap > 0 for one in self.changed)

    @property
    def lower(self) -> int:
        return sum(one.gap < 0 for one in self.changed)


@dataclass(frozen=True, slots=True)
class DefinitionPreview:
    """Leads of the sample that meet the definition in force, the draft, and the ids of those that enter and leave."""

    leads: int
    now: int
    then: int
    enters: tuple[int, ...]
    leaves: tuple[int, ...]


def preview_score(
    facts: Mapping[int, dict[str, Any]], *, before: Scorecard, after: Scorecard, holds: Holds | None, now: datetime
) -> ScorePreview:
    """Score every lead twice, as the loop would. `facts` by lead id; `holds` is the definition in force."""
    given = [_change(lead_id, known, before, after, holds, now) for lead_id, known in facts.items()]
    letters = Counter(one.before.grade for one in given), Counter(one.after.grade for one in given)
    hits = rule_hits(one.before for one in given), rule_hits(one.after for one in given)
    return ScorePreview(
        leads=len(given),
        before=bands([one.before.points for one in given]),
        after=bands([one.after.points for one in given]),
        grades={letter: (letters[0][letter], letters[1][letter]) for letter in "ABCD"},
        hits={key: (hits[0][key], hits[1][key]) for key in hits[0].keys() | hits[1].keys()},
        changed=tuple(one for one in given if one.gap or one.before.grade != one.after.grade or one.meets[0] != one.meets[1]),
        moves=tuple((one.before.grade, one.after.grade) for one in given),
    )


def preview_definition(facts: Mapping[int, dict[str, Any]], *, before: Holds | None, after: Holds, now: datetime) -> DefinitionPreview:
    """Ask both definitions about every lead; `facts` hold the scores of the model in force."""
    old = {lead_id for lead_id, known in facts.items() if before and before(known, now)}
    new = {lead_id for lead_id, known in facts.items() if after(known, now)}
    enters, leaves = (tuple(one for one in facts if one in found) for found in (new - old, old - new))
    return DefinitionPreview(len(facts), len(old), len(new), enters, leaves)


def judged(facts: Mapping[int, dict[str, Any]], card: Scorecard | None, *, now: datetime) -> dict[int, dict[str, Any]]:
    """Facts as the loop has them when it asks for the definition: with a score of this moment."""
    if card is None:
        return dict(facts)
    return {lead_id: scored(known, score(known, card, now=now)) for lead_id, known in facts.items()}


def scored(facts: dict[str, Any], given: Score) -> dict[str, Any]:
    """The same facts with another score; facts that look declared fields up stay such facts."""
    known = type(facts)(facts)
    known.update(score=given.points, grade=given.grade)
    return known


def rule_hits(scores: Any) -> Counter[str]:
    """How many leads each rule holds for, by rule id."""
    return Counter(key for one in scores for key, _ in one.reasons)


def bands(points: Sequence[int]) -> tuple[int, ...]:
    """Leads by band of ten points; 100 belongs to the last."""
    counted = Counter(min(one // STEP, len(BANDS) - 1) for one in points)
    return tuple(counted[band] for band in range(len(BANDS)))


def _change(lead_id: int, facts: dict[str, Any], before: Scorecard, after: Scorecard, holds: Holds | None, now: datetime) -> Change:
    old, new = score(facts, before, now=now), score(facts, after, now=now)
    meets = (holds(scored(facts, old), now), holds(scored(facts, new), now)) if holds else (False, False)
    return Change(lead_id, old, new, meets)
