"""Which score models and definitions can be published."""

import pytest

from leadloop import starter
from leadloop.kernel.drafts import Line, Problem
from leadloop.scoring.domain.checks import check_definition_spec, check_score_spec, check_signed, definition_lines, score_lines

PHONE = {"id": "phone", "label": "Left a phone number", "when": {"field": "phone", "op": "is_not_blank"}, "points": 10}
GRADES = {"A": 60, "B": 40, "C": 25}


def model(**changes):
    return {"base": 0, "rules": [PHONE], "heat": {"points": 5, "full_at": 10}, "grades": GRADES} | changes


def rule(**changes):
    return model(rules=[PHONE | changes])


def test_the_starter_rules_stand():
    assert check_score_spec(starter.SCORE) == []
    assert check_signed(starter.QUALIFIED) == []


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ([], ""),
        (model(bonus=1), ""),
        (model(base="10"), "Starting points"),
        (model(base=True), "Starting points"),
        (model(base=101), "Starting points"),
        (model(heat={"points": -1, "full_at": 10}), "Warmth"),
        (model(heat={"points": 5, "full_at": 0}), "Warmth"),
        (model(heat=7), "Warmth"),
        (model(grades={"A": 60, "B": 40}), "Grades"),
        (model(grades={"A": 40, "B": 40, "C": 25}), "Grades"),
        (model(rules=[7]), "Rule 1"),
        (rule(points=0), "Rule 1: Left a phone number"),
        (rule(points=1.5), "Rule 1: Left a phone number"),
        (rule(label=" "), "Rule 1:  "),
        (rule(id="heat"), "Rule 1: Left a phone number"),
        (rule(color="red"), "Rule 1: Left a phone number"),
        (rule(when={"field": "shoe_size", "op": "is_blank"}), "Rule 1: Left a phone number"),
        (rule(when={"field": "score", "op": "at_least", "value": 50}), "Rule 1: Left a phone number"),
        (model(rules=[PHONE, PHONE]), "Rule 2: Left a phone number"),
        (model(rules=[PHONE | {"id": f"r{number}"} for number in range(101)]), "Rules"),
    ],
)
def test_check_score_spec_names_the_place(spec, place):
    assert [problem.place for problem in check_score_spec(spec)] == [place]


def agreement(**changes):
    return starter.QUALIFIED | changes


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        (7, ""),
        (agreement(text="short"), "In plain words"),
        (agreement(sla_minutes=0), "Promised minutes"),
        (agreement(sla_minutes=43_201), "Promised minutes"),
        (agreement(criteria={"all": []}), "Criteria"),
        (agreement(criteria={"field": "gone", "op": "is_blank"}), "Criteria"),
        (agreement(extra=1), ""),
    ],
)
def test_check_definition_spec_names_the_place(spec, place):
    assert [problem.place for problem in check_definition_spec(spec)] == [place]


@pytest.mark.parametrize(
    ("signatures", "expected"),
    [
        ({}, ["Nobody has signed for marketing yet.", "Nobody has signed for sales yet."]),
        ({"sales": {"name": "Max", "person": 2}}, ["Nobody has signed for marketing yet."]),
        (
            {"sales": {"name": "Ada", "person": 3}, "marketing": {"name": "Ada", "person": 3}},
            ["One person signed for both sides; an agreement takes two."],
        ),
        ({"sales": {"name": "Max", "person": 2}, "marketing": {"name": "Mia", "person": 1}}, []),
    ],
    ids=["nobody", "one side", "one person twice", "both"],
)
def test_check_signed_takes_two_people(signatures, expected):
    assert check_signed(agreement(signatures=signatures)) == [Problem("Signatures", text) for text in expected]


def test_score_lines_say_every_part():
    assert score_lines(model()) == {
        "base": Line("Starting points", "0 points"),
        "rule:phone": Line("Left a phone number", "+10 when phone is not blank"),
        "heat": Line("Warmth", "up to 5 points, in full at 10 points of fresh activity"),
        "grades": Line("Grades", "A from 60, B from 40, C from 25, else D"),
    }


def test_lines_of_criteria_that_do_not_stand_any_more_say_so():
    lines = definition_lines(agreement(criteria={"field": "gone", "op": "is_blank"}))

    assert lines["criteria"].says == "(cannot be read: there is no field 'gone')"
