"""Terms of the agreement: what stands, what voids signatures, which conditions fail, what is promised."""

from datetime import UTC, datetime, timedelta

import pytest

from leadloop import starter
from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain.criteria import blank_facts, parse
from leadloop.scoring.domain.agreement import check_signed, check_term, said, span_words, term_lines
from leadloop.scoring.domain.definition import Returned, compile_definition, failing
from leadloop.scoring.domain.terms import KNOWN

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PHONE = {"field": "phone", "op": "is_not_blank"}
MAIL = {"field": "email", "op": "is_not_blank"}
SCORED = {"field": "score", "op": "at_least", "value": 45}
WORDS = {"kind": "words", "text": "A person on a target list.", "criteria": {"all": []}}


def agreement(**changes):
    return starter.QUALIFIED | changes


def facts(**known):
    return blank_facts() | known


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        (7, ""),
        (agreement(text="short"), "In plain words"),
        (agreement(sla_minutes=0), "Promised minutes"),
        (agreement(sla_minutes=43_201), "Promised minutes"),
        (agreement(sla_minutes=True), "Promised minutes"),
        (agreement(criteria={"all": []}), "Criteria"),
        (agreement(criteria={"field": "gone", "op": "is_blank"}), "Criteria"),
        (agreement(extra=1), ""),
        (agreement(kind="poem"), "Kind"),
        (agreement(verdict_minutes=0), "Promised verdict"),
        (agreement(returned={"to": "space"}), "A rejected lead goes"),
        (agreement(returned={"to": "pool"}), "A rejected lead goes"),
        (agreement(returned={"to": "nurture", "days": 0}), "A rejected lead goes"),
        ({"kind": "gate", "text": "Spoken with and it fits.", "criteria": {"all": []}}, "Criteria"),
    ],
)
def test_check_term_names_the_place(spec, place):
    assert [problem.place for problem in check_term(spec)] == [place]


@pytest.mark.parametrize("spec", [starter.QUALIFIED, WORDS, agreement(verdict_minutes=1440, returned={"to": "nurture", "days": 30})])
def test_terms_that_stand(spec):
    assert check_term(spec) == []


def test_the_first_wording_of_every_known_term_stands_once_somebody_says_what_an_mql_is():
    first = {name: {"kind": one.kind, "text": one.text, "criteria": one.criteria} for name, one in KNOWN.items() if name != "mql"}
    assert {name: check_term(spec) for name, spec in first.items() if check_term(spec)} == {}


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


def test_signatures_are_under_everything_but_themselves():
    spec = agreement(verdict_minutes=60, returned={"to": "disqualify"}, kind="promise")
    assert said(spec) == {name: part for name, part in spec.items() if name != "signatures"}


def test_term_lines_say_every_part():
    spec = agreement(criteria=PHONE, verdict_minutes=1_440, returned={"to": "nurture", "days": 1})
    assert term_lines(spec) == {
        "text": Line("In plain words", starter.QUALIFIED["text"]),
        "criteria": Line("Criteria", "phone is not blank"),
        "sla": Line("Promise of sales", "first answer within 5 minutes"),
        "verdict": Line("Verdict of sales", "accept or reject within 1 day"),
        "returned": Line("A rejected lead goes", "back to nurture for 1 day, with the reason"),
        "signed:marketing": Line("Signed for marketing", "Starter set"),
        "signed:sales": Line("Signed for sales", "Starter set"),
    }
    assert list(term_lines(WORDS)) == ["text", "signed:marketing", "signed:sales"]


def test_lines_of_criteria_that_do_not_stand_any_more_say_so():
    lines = term_lines(agreement(criteria={"field": "gone", "op": "is_blank"}))

    assert lines["criteria"].says == "(cannot be read: there is no field 'gone')"


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (90, "90 minutes"), (2_880, "2 days")])
def test_a_promise_is_said_in_whole_units(minutes, words):
    assert span_words(minutes) == words


@pytest.mark.parametrize(
    ("tree", "known", "expected"),
    [
        (PHONE, {"phone": "+1"}, []),
        (PHONE, {}, ["phone is not blank"]),
        ({"all": [PHONE, MAIL]}, {"phone": "+1"}, ["e-mail is not blank"]),
        ({"all": [PHONE, MAIL]}, {}, ["phone is not blank", "e-mail is not blank"]),
        ({"all": [SCORED, {"any": [PHONE, MAIL]}]}, {"score": 50}, ["phone is not blank or e-mail is not blank"]),
        ({"not": PHONE}, {"phone": "+1"}, ["not (phone is not blank)"]),
        ({"any": [{"all": [PHONE, MAIL]}, SCORED]}, {"score": 1}, ["(phone is not blank and e-mail is not blank) or score is at least 45"]),
    ],
)
def test_failing_conditions_are_told_one_by_one_and_choices_as_a_whole(tree, known, expected):
    assert failing(parse(tree), facts(**known), NOW) == expected


def test_a_term_knows_its_deadlines_and_truths():
    term = compile_definition(agreement(criteria={"all": [SCORED, {"any": [PHONE, {"not": MAIL}]}]}, verdict_minutes=120), version=3)

    assert (term.version, term.sla_minutes, term.due(NOW), term.returned) == (3, 5, NOW + timedelta(hours=2), Returned())
    assert term.truths(facts(score=45, email="a@b.c"), NOW) == "101"


def test_a_definition_of_old_promises_its_verdict_with_the_first_answer():
    old = {part: says for part, says in starter.QUALIFIED.items() if part != "verdict_minutes"}
    term = compile_definition(old, version=1)

    assert (term.due(NOW), term.returned.to) == (NOW + timedelta(minutes=5), "choose")


def test_a_verdict_is_due_when_whoever_keeps_the_calendar_says_that_its_time_is_over():
    def only_weekdays(start, promised):
        return start + promised + timedelta(days=2)

    term = compile_definition(agreement(verdict_minutes=120), version=3, ends=only_weekdays)

    assert term.due(NOW) == NOW + timedelta(days=2, hours=2)
