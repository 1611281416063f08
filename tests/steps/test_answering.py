"""Answers to the questions that qualify a lead: kept with who and how they know, read by rules and by the gate."""

import pytest
from django.conf import settings

from leadloop import steps
from leadloop.db.versions import current_epoch
from leadloop.leads import criteria_sql, fields
from leadloop.leads.actions import load_cases
from leadloop.leads.domain import criteria
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.qualification.answering import published_frameworks
from leadloop.qualification.models import Answer, Passage
from leadloop.routing.errors import NotYours
from leadloop.scoring.models import Definition
from tests.make import NOON, make_rep
from tests.proofs import publish_rules
from tests.steps.conftest import LATER, only


@pytest.fixture
def bant(lead):
    [found] = published_frameworks(current_epoch())
    return found


def holds(spec, lead) -> tuple[bool, bool]:
    """What both compilers say of a lead."""
    tree = criteria.parse(spec, fields.in_force())
    case = load_cases([lead.pk])[lead.pk]
    return criteria.predicate(tree)(case.facts(), LATER), Standing.objects.filter(criteria_sql.condition(tree, LATER), pk=lead.pk).exists()


def test_an_answer_is_kept_with_who_when_and_how_they_know(lead, ann, bant):
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="called").or_raise()
    call = Touch.objects.get(kind="called")
    said = {"budget": "Yes", "amount": {"cents": 900_000, "currency": settings.DEFAULT_CURRENCY}, "timing": "Unknown"}

    steps.answer([lead.pk], steps.by(ann, now=LATER), framework=bant, given=said, evidence=" On the phone ", touch_id=call.pk).or_raise()

    rows = Answer.objects.order_by("id").values_list("question", "value", "evidence", "touch_id", "person_id", "answered_at", "version")
    assert list(rows) == [(key, value, "On the phone", call.pk, ann.pk, LATER, 1) for key, value in said.items()]
    assert Lead.objects.get(pk=lead.pk).custom == {
        "bant_budget": "Yes",
        "bant_amount": {"cents": 900_000, "currency": settings.DEFAULT_CURRENCY},
        "bant_timing": "Unknown",
        "bant_score": 33,
        "bant_complete": 40,
    }


def test_the_last_answer_counts_and_the_first_is_not_forgotten(lead, ann, bant):
    for value in ("No", "Yes"):
        steps.answer([lead.pk], steps.by(ann, now=LATER), framework=bant, given={"budget": value}).or_raise()
    steps.answer([lead.pk], steps.by(ann, now=LATER), framework=bant, given={"amount": None}).or_raise()

    assert list(Answer.objects.order_by("id").values_list("value", flat=True)) == ["No", "Yes", None]
    assert "bant_amount" not in Lead.objects.get(pk=lead.pk).custom


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"field": "custom.bant_budget", "op": "is", "value": "Yes"}, True),
        ({"field": "custom.bant_amount", "op": "at_least", "value": 900_000}, True),
        ({"field": "custom.bant_amount", "op": "above", "value": 900_000}, False),
        ({"field": "custom.bant_score", "op": "at_least", "value": 33}, True),
        ({"field": "custom.bant_timing", "op": "is_blank"}, True),
        ({"field": "custom.bant_authority", "op": "is", "value": "Unknown"}, True),
        ({"field": "custom.bant_need", "op": "is", "value": "Unknown"}, False),
    ],
)
def test_rules_read_answers_in_both_compilers(lead, ann, bant, spec, expected):
    said = {"budget": "Yes", "amount": {"cents": 900_000, "currency": settings.DEFAULT_CURRENCY}, "authority": "Unknown"}
    steps.answer([lead.pk], steps.by(ann, now=LATER), framework=bant, given=said).or_raise()

    assert holds(spec, lead) == (expected, expected)


def test_the_gate_asks_for_answers(lead, ann, bant):
    gate = {
        "kind": "gate",
        "text": "They have a budget.",
        "criteria": {"field": "custom.bant_budget", "op": "is", "value": "Yes"},
        "signatures": {"marketing": {"name": "Mia"}, "sales": {"name": "Max"}},
    }
    publish_rules(Definition, "sql", gate)
    step = steps.qualify([lead.pk], steps.by(ann, now=LATER))
    assert step.refused[lead.pk].failing == ["Is there a budget? is Yes"]

    steps.answer([lead.pk], steps.by(ann, now=LATER), framework=bant, given={"budget": "Yes"}).or_raise()

    steps.qualify([lead.pk], steps.by(ann, now=LATER)).or_raise()
    assert Passage.objects.get().failing == []


def test_only_who_holds_the_lead_answers_for_it(lead, bant):
    step = steps.answer([lead.pk], steps.by(make_rep("Ben"), now=LATER), framework=bant, given={"budget": "Yes"})

    assert only(step, lead) is NotYours
    assert not Answer.objects.exists()
