"""Points by criteria, added up to a score with its reasons."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadloop.leads.domain import criteria
from leadloop.leads.domain.heat import faded
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS

TOP = 100


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A published score model, compiled.

    `rules` are (id, holds, points); `heat_points` are added in full when the faded heat reaches `heat_full`, and in proportion below;
    `grades` are (letter, points of fit it takes), best first.
    """

    version: int
    base: int
    rules: tuple[tuple[str, Callable[[dict[str, Any], datetime], bool], int], ...]
    heat_points: int
    heat_full: float
    grades: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """0-100, the grade of the fit alone, and what made it: (rule id, points), "heat" among them."""

    points: int
    grade: str
    reasons: tuple[tuple[str, int], ...]


def compile_scorecard(spec: dict[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> Scorecard:
    """From `{"base", "rules": [{"id", "label", "when", "points"}], "heat": {"points", "full_at"}, "grades": {"A": 70, ...}}`.

    Raises:
        CriteriaInvalid: a rule's criteria do not stand.
    """
    heat = spec.get("heat") or {}
    return Scorecard(
        version=version,
        base=int(spec.get("base", 0)),
        rules=tuple(
            (rule["id"], criteria.predicate(criteria.parse(rule["when"], catalogue)), int(rule["points"])) for rule in spec["rules"]
        ),
        heat_points=int(heat.get("points", 0)),
        heat_full=float(heat.get("full_at", 10)),
        grades=tuple(sorted(spec.get("grades", {}).items(), key=lambda item: -item[1])),
    )


def score(facts: dict[str, Any], card: Scorecard, *, now: datetime) -> Score:
    """Points of rules are a state: a rule that stops holding takes its points along. Heat adds on top of the fit."""
    reasons = [(name, points) for name, holds, points in card.rules if holds(facts, now)]
    fit = card.base + sum(points for _, points in reasons)
    warmth = 0
    if card.heat_points and facts["heat"] is not None:
        share = min(1.0, faded(facts["heat"], now, HALF_LIFE_DAYS) / card.heat_full)
        warmth = round(card.heat_points * share)
        if warmth:
            reasons.append(("heat", warmth))
    grade = next((letter for letter, needed in card.grades if fit >= needed), "D")
    return Score(max(0, min(TOP, fit + warmth)), grade, tuple(reasons))
