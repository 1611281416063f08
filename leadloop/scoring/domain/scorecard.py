"""Points by criteria, added up to a score with its reasons. A spec without `"v": 2` keeps the exact meaning it was published with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import log2
from typing import Any, NamedTuple

from leadloop.leads.domain import criteria
from leadloop.leads.domain.heat import days_since_epoch, faded
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS
from leadloop.scoring.domain.engagement import Engagement, compile_engagement, half_up, points_by_kind, worth
from leadloop.scoring.domain.thresholds import Threshold, compile_thresholds

TOP = 100
MAIN = "main"
USUAL_ORDER = 50
LAST = 100
BASE, HEAT, LIMIT, PROBABILITY, ENGAGED = "base", "heat", "limit", "probability", "engaged:"
RESERVED = frozenset({BASE, HEAT, LIMIT, PROBABILITY})
"""Ids of reasons that no rule may have; those of engagement begin with `ENGAGED`."""

Holds = Callable[[dict[str, Any], datetime], bool]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A published score model, compiled.

    `rules` are (id, holds, points); `heat_points` are added in full when the faded heat reaches `heat_full`, and in proportion below;
    `grades` are (letter, points of fit it takes), best first. The rest is of models with `"v": 2`: their reasons sum exactly to the score.
    """

    version: int
    base: int
    rules: tuple[tuple[str, Holds, int], ...]
    heat_points: int
    heat_full: float
    grades: tuple[tuple[str, int], ...]
    name: str = MAIN
    exact: bool = False
    engagement: Engagement | None = None
    probability_points: int = 0
    applies: Holds | None = None  # None: to every lead
    order: int = USUAL_ORDER
    thresholds: tuple[Threshold, ...] = ()


class Score(NamedTuple):
    """0-100, the grade of the fit alone, and what made it: (reason, points)."""

    points: int
    grade: str
    reasons: tuple[tuple[str, int], ...]


def compile_scorecard(
    spec: dict[str, Any], *, version: int, name: str = MAIN, catalogue: criteria.Catalogue = criteria.CATALOGUE
) -> Scorecard:
    """From `{"base", "rules": [{"id", "label", "when", "points"}], "heat": {"points", "full_at"}, "grades": {"A": 70, ...}}`.

    With `"v": 2` it may also have `engagement`, `probability: {"points"}`, `for` (criteria), `order` and `thresholds`.

    Raises:
        CriteriaInvalid: a rule's criteria do not stand.
    """
    heat = spec.get("heat") or {}
    engagement = spec.get("engagement")
    return Scorecard(
        version=version,
        base=int(spec.get("base", 0)),
        rules=tuple(
            (rule["id"], criteria.predicate(criteria.parse(rule["when"], catalogue)), int(rule["points"])) for rule in spec["rules"]
        ),
        heat_points=int(heat.get("points", 0)),
        heat_full=float(heat.get("full_at", 10)),
        grades=tuple(sorted(spec.get("grades", {}).items(), key=lambda item: -item[1])),
        name=name,
        exact=spec.get("v") == 2,
        engagement=compile_engagement(engagement) if engagement else None,
        probability_points=int((spec.get("probability") or {}).get("points", 0)),
        applies=criteria.predicate(criteria.parse(spec["for"], catalogue)) if spec.get("for") else None,
        order=int(spec.get("order", LAST if name == MAIN else USUAL_ORDER)),
        thresholds=compile_thresholds(spec.get("thresholds", ())),
    )


def score(facts: dict[str, Any], card: Scorecard, *, now: datetime) -> Score:
    """Points of rules are a state: a rule that stops holding takes its points along. Heat adds on top of the fit."""
    reasons = [(name, points) for name, holds, points in card.rules if holds(facts, now)]
    fit, grade = card.base, "D"
    for _, points in reasons:
        fit += points
    for letter, needed in card.grades:
        if fit >= needed:
            grade = letter
            break
    if card.exact:
        return _exact(facts, card, reasons, fit, grade, now)
    warmth = 0
    if card.heat_points and facts["heat"] is not None:
        share = min(1.0, faded(facts["heat"], now, HALF_LIFE_DAYS) / card.heat_full)
        warmth = round(card.heat_points * share)
        if warmth:
            reasons.append((HEAT, warmth))
    return Score(max(0, min(TOP, fit + warmth)), grade, tuple(reasons))


def _exact(facts: dict[str, Any], card: Scorecard, rules: list[tuple[str, int]], fit: int, grade: str, now: datetime) -> Score:
    """As shown: start, rules, activity, probability, and what is cut off at either end are reasons, which sum to the score."""
    activity = _activity(facts, card, now)
    likely = facts.get("probability")
    if card.probability_points and likely is not None:
        points = half_up(card.probability_points * min(100, max(0, likely)) / 100)
        activity += [(PROBABILITY, points)] if points else []
    whole = fit + sum(points for _, points in activity)
    reasons = [*([(BASE, card.base)] if card.base else []), *rules, *activity]
    shown = max(0, min(TOP, whole))
    if shown != whole:
        reasons.append((LIMIT, shown - whole))
    return Score(shown, grade, tuple(reasons))


def _activity(facts: dict[str, Any], card: Scorecard, now: datetime) -> list[tuple[str, int]]:
    if card.engagement is not None:
        return [(ENGAGED + kind, points) for kind, points in points_by_kind(card.engagement, facts.get("signals", ()), now)]
    if not card.heat_points or facts["heat"] is None:
        return []
    points = half_up(card.heat_points * min(1.0, faded(facts["heat"], now, HALF_LIFE_DAYS) / card.heat_full))
    return [(HEAT, points)] if points else []


def stays_at(facts: dict[str, Any], card: Scorecard, given: Score, *, least: int, now: datetime) -> float | None:
    """Until which day since 1970 the score stays at `least` or above if nothing else happens; None for ever.

    Only activity fades, so this is the day on which it has faded to what is missing without it.
    """
    active = sum(points for name, points in given.reasons if name == HEAT or name.startswith(ENGAGED))
    cut = sum(points for name, points in given.reasons if name == LIMIT)
    rest = (given.points - cut if card.exact else card.base + sum(points for _, points in given.reasons)) - active
    missing = least - rest
    if missing <= 0:
        return None
    today = days_since_epoch(now)
    points, full = (card.engagement.points, card.engagement.full_at) if card.engagement else (card.heat_points, card.heat_full)
    needed = (missing - 0.5) / points * full if points else 0.0
    level = (
        sum(worth(card.engagement, facts.get("signals", ()), now).values())
        if card.engagement
        else faded(facts["heat"], now, HALF_LIFE_DAYS)
    )
    if needed <= 0 or level <= needed:
        return today
    return today + HALF_LIFE_DAYS * log2(level / needed)
