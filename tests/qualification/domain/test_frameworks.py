"""Questions that qualify a lead: what answers are worth, and that unknown is not no."""

from datetime import UTC, date, datetime

import pytest

from leadloop.leads.domain.criteria import CATALOGUE, blank_facts
from leadloop.qualification.domain.frameworks import (
    Kind,
    Qualified,
    Question,
    check_framework,
    compile_framework,
    credit,
    framework_for,
    framework_lines,
    qualified,
)
from leadloop.qualification.domain.known_frameworks import KNOWN

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
BUDGET = {"id": "budget", "label": "Is there a budget?", "kind": "yes_no", "weight": 3}
WHO = {"id": "who", "label": "Who?", "kind": "choice", "choices": [{"label": "Decides", "points": 100}, {"label": "Uses it", "points": 30}]}


def spec(*questions, **more):
    return {"questions": list(questions) or [BUDGET, WHO], **more}


def compiled(given, name="bant", title="BANT"):
    return compile_framework(given, name=name, title=title, version=1, catalogue=CATALOGUE)


@pytest.mark.parametrize("name", KNOWN)
def test_frameworks_that_people_know_stand(name):
    assert check_framework(KNOWN[name][2]) == []


@pytest.mark.parametrize(
    ("question", "value", "expected"),
    [
        (Question("q", "?", Kind.YES_NO), "Yes", 100),
        (Question("q", "?", Kind.YES_NO), "No", 0),
        (Question("q", "?", Kind.YES_NO), "Unknown", 0),
        (Question("q", "?", Kind.YES_NO), None, 0),
        (Question("q", "?", Kind.CHOICE, choices={"A": 70}), "A", 70),
        (Question("q", "?", Kind.CHOICE, choices={"A": 70}), "gone", 0),
        (Question("q", "?", Kind.MONEY), {"cents": 1, "currency": "EUR"}, 100),
        (Question("q", "?", Kind.MONEY, good=10_000), {"cents": 2_500, "currency": "EUR"}, 25),
        (Question("q", "?", Kind.MONEY, good=10_000), {"cents": 90_000, "currency": "EUR"}, 100),
        (Question("q", "?", Kind.DATE, good=30), "2026-04-01", 100),
        (Question("q", "?", Kind.DATE, good=30), "2026-04-02", 0),
        (Question("q", "?", Kind.DATE), "2040-01-01", 100),
        (Question("q", "?", Kind.TEXT), "They lose 3 days a month", 100),
    ],
)
def test_credit(question, value, expected):
    assert credit(question, value, today=TODAY) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, Qualified(0, 2, 0)),
        ({"budget": "Unknown"}, Qualified(0, 2, 0)),
        ({"budget": "No"}, Qualified(1, 2, 0)),
        ({"budget": "Yes"}, Qualified(1, 2, 75)),
        ({"budget": "Yes", "who": "Uses it"}, Qualified(2, 2, 82)),
        ({"who": "Decides", "another": "Yes"}, Qualified(1, 2, 25)),
    ],
    ids=["nothing asked", "unknown is not answered", "no is an answer", "yes", "weights", "other questions do not count"],
)
def test_qualified_counts_answers_and_weighs_them(values, expected):
    assert qualified(compiled(spec()), values, today=TODAY) == expected


def test_the_framework_whose_criteria_fit_comes_before_the_one_for_all():
    loans = compiled(spec(criteria={"field": "product", "op": "is", "value": "loan"}), name="loans", title="Zed loans")
    everybody = compiled(spec(), name="bant", title="BANT")

    assert framework_for([everybody, loans], blank_facts() | {"product": "Loan"}, NOW) is loans
    assert framework_for([everybody, loans], blank_facts(), NOW) is everybody
    assert framework_for([loans], blank_facts(), NOW) is None
    assert framework_for([], blank_facts(), NOW) is None


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (7, ""),
        ({"questions": []}, "Questions"),
        (spec(bonus=1), ""),
        (spec(BUDGET, BUDGET), "Question 2: Is there a budget?"),
        (spec(BUDGET | {"id": "score"}), "Question 1: Is there a budget?"),
        (spec(BUDGET | {"label": " "}), "Question 1:  "),
        (spec(BUDGET | {"kind": "poem"}), "Question 1: Is there a budget?"),
        (spec(BUDGET | {"weight": 0}), "Question 1: Is there a budget?"),
        (spec(BUDGET | {"colour": "red"}), "Question 1: Is there a budget?"),
        (spec(WHO | {"choices": [{"label": "One"}]}), "Question 1: Who?"),
        (spec(WHO | {"choices": [{"label": "A"}, {"label": "A"}]}), "Question 1: Who?"),
        (spec(WHO | {"choices": [{"label": "A"}, {"label": "Unknown"}]}), "Question 1: Who?"),
        (spec(WHO | {"choices": [{"label": "A", "points": 101}, {"label": "B"}]}), "Question 1: Who?"),
        (spec(criteria={"field": "gone", "op": "is_blank"}), "Applies to"),
    ],
)
def test_check_framework_names_the_place(given, place):
    assert [problem.place for problem in check_framework(given)] == [place]


def test_lines_say_what_is_asked_of_whom():
    lines = framework_lines(spec(BUDGET, WHO, criteria={"field": "product", "op": "is", "value": "loan"}))

    assert {key: line.says for key, line in lines.items()} == {
        "criteria": "leads of which product is loan",
        "rule:budget": "yes, no or unknown, weight 3",
        "rule:who": "one of some choices, weight 1: Decides 100, Uses it 30",
    }
