"""Hot, warm, cold: comparisons with the clock, equal counts, a person's word stays."""

from datetime import timedelta

import pytest

from leadloop.leads.domain.heat import hot_line
from leadloop.leads.domain.temperature import check_temperature, compile_temperature
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS
from tests.make import NOON

RULE = compile_temperature({"hot": {"at": 8, "within_days": 30, "score": 50, "grades": ["A", "B"]}, "warm": {"at": 2}}, version=1)


def standing(points=8.0, **more):
    heat = None if points is None else hot_line(points, NOON, HALF_LIFE_DAYS)
    return {"heat": heat, "received_at": NOON, "score": 50, "grade": "B", "temper": ""} | more


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (standing(8), "hot"),
        (standing(7.99), "warm"),
        (standing(2), "warm"),
        (standing(1.99), "cold"),
        (standing(None), "cold"),
        (standing(received_at=NOON - timedelta(days=30)), "hot"),
        (standing(received_at=NOON - timedelta(days=30, seconds=1)), "warm"),
        (standing(score=49), "warm"),
        (standing(score=None), "warm"),
        (standing(grade="C"), "warm"),
        (standing(0.1, temper="hot"), "hot"),
        (standing(99, temper="cold"), "cold"),
    ],
    ids=[
        "at the line", "below it", "at the warm line", "below that", "nobody touched it", "as old as may be", "older", "scores less",
        "has no score", "fits less", "a person said hot", "a person said cold",
    ],
)  # fmt: skip
def test_a_lead_is_as_warm_as_the_bands_it_reaches(standing, expected):
    assert RULE.reads(standing, NOON) == expected


def test_nothing_but_time_cools_a_lead():
    warm = standing(8)
    assert [RULE.reads(warm, NOON + timedelta(days=days)) for days in (0, 14, 28, 29)] == ["hot", "warm", "warm", "cold"]


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ([], "is an object"),
        ({"hot": {"at": 8}}, "hot and warm"),
        ({"hot": {"at": 1}, "warm": {"at": 2}}, "at least as much"),
        ({"hot": {"at": 0}, "warm": {"at": 2}}, "above 0"),
        ({"hot": {"at": 8, "grades": ["E"]}, "warm": {"at": 2}}, "Grades are"),
        ({"hot": {"at": 8, "score": 101}, "warm": {"at": 2}}, "from 0 to 100"),
        ({"hot": {"at": 8, "within_days": 0}, "warm": {"at": 2}}, "from 1 to"),
        ({"hot": {"at": 8, "mood": 1}, "warm": {"at": 2}}, "no part called mood"),
        ({"hot": {"at": 8}, "warm": {"at": 2}, "contact_minutes": -1}, "Minutes"),
    ],
)
def test_a_rule_that_does_not_stand_says_why(spec, words):
    assert words in " ".join(text for _, text in check_temperature(spec))


def test_a_rule_that_stands_has_no_problem():
    assert (
        check_temperature({"hot": {"at": 8, "within_days": 30, "score": None, "grades": []}, "warm": {"at": 8}, "contact_minutes": 0}) == []
    )
