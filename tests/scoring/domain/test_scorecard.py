"""Points are a state: what holds now, with its reasons, between 0 and 100."""

from datetime import timedelta

import pytest

from leadloop.leads.domain.case import Signal as Happened
from leadloop.leads.domain.criteria import blank_facts
from leadloop.leads.domain.heat import heat_after
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS, WEIGHTS
from leadloop.scoring.domain.definition import compile_definition, missing_signatures
from leadloop.scoring.domain.scorecard import Score, compile_scorecard, score
from tests.make import NOON

SPEC = {
    "base": 10,
    "rules": [
        {"id": "big", "when": {"field": "employees", "op": "at_least", "value": 100}, "points": 50},
        {"id": "phone", "when": {"field": "phone", "op": "is_not_blank"}, "points": 15},
        {"id": "student", "when": {"field": "title", "op": "contains", "value": "student"}, "points": -90},
    ],
    "heat": {"points": 20, "full_at": 10},
    "grades": {"A": 70, "B": 40, "C": 20},
}
CARD = compile_scorecard(SPEC, version=3)
NOTHING = blank_facts() | {"heat": None}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Score(10, "D", ())),
        ({"phone": "+14155550100"}, Score(25, "C", (("phone", 15),))),
        ({"phone": "+14155550100", "employees": 100}, Score(75, "A", (("big", 50), ("phone", 15)))),
        ({"title": "Student"}, Score(0, "D", (("student", -90),))),
    ],
    ids=["nothing known", "one rule", "two rules, in their order", "never below zero"],
)
def test_a_score_is_the_sum_of_its_reasons(facts, expected):
    assert score(NOTHING | facts, CARD, now=NOON) == expected


def heat(*kinds: str, days_ago: float = 0) -> float | None:
    touches = [Happened(kind, NOON - timedelta(days=days_ago)) for kind in kinds]
    return heat_after(None, touches, weights=WEIGHTS, half_life_days=HALF_LIFE_DAYS)


def test_heat_comes_on_top_counts_half_after_its_half_life_and_makes_no_grade():
    def given(found: float | None) -> tuple[int, str]:
        return (one := score(NOTHING | {"heat": found}, CARD, now=NOON)).points, one.grade

    assert [given(found) for found in (heat("captured"), heat("captured", days_ago=HALF_LIFE_DAYS), heat(*["captured"] * 50), None)] == [
        (20, "D"), (15, "D"), (30, "D"), (10, "D"),
    ]  # fmt: skip


def test_a_score_never_passes_100():
    full = compile_scorecard(SPEC | {"base": 90}, version=1)
    assert score(NOTHING | {"employees": 500, "phone": "x"}, full, now=NOON).points == 100


def test_a_field_that_changes_away_and_back_leaves_the_score_as_it_was():
    facts = NOTHING | {"employees": 100}
    assert score(facts, CARD, now=NOON) == score(facts | {"employees": 1} | {"employees": 100}, CARD, now=NOON)


def test_a_definition_takes_two_signatures_and_equal_to_the_threshold_counts():
    spec = {"criteria": {"field": "score", "op": "at_least", "value": 45}, "sla_minutes": 5, "signatures": {"sales": {}}}
    qualified = compile_definition(spec, version=1)
    assert [qualified.holds(blank_facts() | {"score": points}, NOON) for points in (44, 45, None)] == [False, True, False]
    assert missing_signatures(spec) == ["marketing"]


EXACT = {
    "v": 2,
    "base": 10,
    "rules": SPEC["rules"],
    "engagement": {"points": 30, "full_at": 10, "kinds": {"opened": {"weight": 1, "cap": 4}, "replied": {"weight": 8}}},
    "probability": {"points": 20},
    "grades": SPEC["grades"],
}


def exactly(**facts):
    return score(NOTHING | facts, compile_scorecard(EXACT, version=4), now=NOON)


OPENED, REPLIED = Happened("opened", NOON), Happened("replied", NOON)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Score(10, "D", (("base", 10),))),
        ({"signals": [OPENED] * 50}, Score(22, "D", (("base", 10), ("engaged:opened", 12)))),
        ({"signals": [OPENED] * 3 + [REPLIED]}, Score(40, "D", (("base", 10), ("engaged:replied", 22), ("engaged:opened", 8)))),
        ({"probability": 62}, Score(22, "D", (("base", 10), ("probability", 12)))),
        ({"probability": None}, Score(10, "D", (("base", 10),))),
        (
            {"phone": "1", "employees": 100, "signals": [REPLIED], "probability": 140},
            Score(100, "A", (("base", 10), ("big", 50), ("phone", 15), ("engaged:replied", 24), ("probability", 20), ("limit", -19))),
        ),
        ({"title": "Student"}, Score(0, "D", (("base", 10), ("student", -90), ("limit", 80)))),
        ({"heat": heat("captured")}, Score(10, "D", (("base", 10),))),
    ],
    ids=[
        "everybody's start is a reason", "opens count at most their cap", "two kinds share the points", "a probability of another room",
        "without one", "what is above 100 is cut by a reason", "what is below 0 too", "heat means nothing where touches are counted",
    ],
)  # fmt: skip
def test_reasons_sum_exactly_to_what_is_shown(facts, expected):
    given = exactly(**facts)
    assert given == expected
    assert sum(points for _, points in given.reasons) == given.points
