"""Which score models can be published."""

import pytest

from leadloop import starter
from leadloop.kernel.drafts import Line
from leadloop.scoring.domain.checks import check_score_spec, score_lines

PHONE = {"id": "phone", "label": "Left a phone number", "when": {"field": "phone", "op": "is_not_blank"}, "points": 10}
GRADES = {"A": 60, "B": 40, "C": 25}


def model(**changes):
    return {"base": 0, "rules": [PHONE], "heat": {"points": 5, "full_at": 10}, "grades": GRADES} | changes


def rule(**changes):
    return model(rules=[PHONE | changes])


def test_the_starter_rules_stand():
    assert check_score_spec(starter.SCORE) == []


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


def test_score_lines_say_every_part():
    assert score_lines(model()) == {
        "base": Line("Starting points", "0 points"),
        "rule:phone": Line("Left a phone number", "+10 when phone is not blank"),
        "heat": Line("Warmth", "up to 5 points, in full at 10 points of fresh activity"),
        "grades": Line("Grades", "A from 60, B from 40, C from 25, else D"),
    }
