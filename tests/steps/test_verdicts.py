"""The verdict of sales on what marketing hands over, read from the steps; and the gate of the signed definition."""

from datetime import timedelta

import pytest

from leadloop import loop, starter, steps
from leadloop.leads.models import Lead, Touch
from leadloop.outcomes.actions import Deal
from leadloop.qualification.errors import NotYetQualified
from leadloop.qualification.models import Handed, Passage, Verdict
from leadloop.scoring.models import Definition
from tests.make import NOON, arrival, make_person
from tests.proofs import driver_statements, publish_rules
from tests.steps.conftest import LATER, only, standing_of

DAY = timedelta(days=1)
GATE = {
    "kind": "gate",
    "text": "We have spoken with them and know the budget.",
    "criteria": {"all": [{"field": "first_touch_at", "op": "is_not_blank"}, {"field": "budget_cents", "op": "is_not_blank"}]},
    "signatures": {"marketing": {"name": "Mia"}, "sales": {"name": "Max"}},
}
FAILING = ["first touched at some time", "budget is not blank"]


@pytest.fixture
def mql(ann) -> Lead:
    return handed()


def handed(**more) -> Lead:
    payload = {"name": "Eve Boss", "email": "eve@engines.com", "phone": "+14155550123", "title": "CEO", "company": "Engines", **more}
    [taken] = loop.capture([arrival(payload)], now=NOON)
    assert taken.case
    assert taken.case.standing["stage"] == "mql"
    return Lead.objects.get(pk=taken.case.lead_id)


def said():
    """What stands of each handover, in order."""
    return list(Handed.objects.order_by("id").values_list("word", "reason"))


def words():
    return list(Verdict.objects.order_by("id").values_list("word", flat=True))


def test_a_lead_that_meets_the_definition_is_handed_over_with_a_deadline(mql):
    row = Handed.objects.get()
    assert (row.lead_id, row.version, row.word, row.asked_at, row.due_at) == (mql.pk, 1, "open", NOON, NOON + DAY)
    assert (row.truths, row.score) == ("111", standing_of(mql).score)
    assert words() == []


def test_a_lead_that_does_not_meet_it_owes_nobody_a_verdict(lead, ann):
    steps.accept([lead.pk], steps.by(ann, now=LATER)).or_raise()

    assert (said(), words()) == ([], [])


ENDS = {
    "disqualified:no_need": lambda ids, actor: steps.disqualify(ids, actor, reason="no_need"),
    "junked:spam": lambda ids, actor: steps.mark_junk(ids, actor, reason="spam"),
    "recycled:not_now": lambda ids, actor: steps.recycle(ids, actor, reason="not_now", due_at=LATER + 30 * DAY),
}
ACCEPTS = {
    "accept": lambda ids, actor: steps.accept(ids, actor).or_raise(),
    "qualify": lambda ids, actor: steps.qualify(ids, actor).or_raise(),
    "convert": lambda ids, actor: steps.convert(ids[0], actor, deal=Deal()),
}


@pytest.mark.parametrize("reason", ENDS)
def test_an_end_before_acceptance_is_a_rejection_and_reopening_takes_it_back(mql, ann, reason):
    ENDS[reason]([mql.pk], steps.by(ann, now=LATER)).or_raise()
    row = Handed.objects.get()
    assert (row.word, row.reason, row.person_id, row.said_at) == ("rejected", reason, ann.pk, LATER)

    steps.reopen([mql.pk], steps.by(ann, now=LATER + DAY)).or_raise()

    row = Handed.objects.get()
    assert (row.word, row.reason, row.person_id, row.said_at, row.due_at) == ("open", "", None, None, LATER + 2 * DAY)
    assert words() == ["rejected", "open"]


@pytest.mark.parametrize("step", ACCEPTS)
@pytest.mark.parametrize("reason", ENDS)
def test_an_end_after_acceptance_is_an_outcome_and_no_rejection(mql, ann, step, reason):
    ACCEPTS[step]([mql.pk], steps.by(ann, now=NOON))
    if step == "convert":
        steps.undo_conversion(mql.pk, steps.by(ann, now=NOON))
    ENDS[reason]([mql.pk], steps.by(ann, now=LATER)).or_raise()
    steps.reopen([mql.pk], steps.by(ann, now=LATER)).or_raise()

    assert (said(), words()) == ([("accepted", "")], ["accepted"])
    assert (Handed.objects.get().qualified_at is not None) is (step != "accept")


def test_giving_an_accepted_lead_back_leaves_the_verdict_open_and_giving_an_unread_one_back_says_nothing(mql, ann):
    steps.release([mql.pk], steps.by(ann, now=NOON)).or_raise()
    assert words() == []

    manager = steps.by(make_person("Max", "manager"), now=LATER)
    steps.assign([mql.pk], manager, person=ann).or_raise()
    steps.accept([mql.pk], steps.by(ann, now=LATER)).or_raise()
    steps.release([mql.pk], steps.by(ann, now=LATER)).or_raise()

    assert (said(), words()) == ([("open", "")], ["accepted", "open"])


def test_what_marketing_takes_back_is_no_word_of_sales(mql, ann):
    steps.release([mql.pk], steps.by(ann, now=NOON)).or_raise()
    steps.disqualify([mql.pk], steps.by(make_person("Mia", "marketer"), now=NOON), reason="wrong_fit").or_raise()

    assert said() == [("withdrawn", "disqualified:wrong_fit")]


def test_a_lead_that_comes_back_from_nurture_is_handed_over_anew(mql, ann):
    steps.recycle([mql.pk], steps.by(ann, now=LATER), reason="not_now", due_at=LATER + DAY).or_raise()
    loop.wake_due(now=LATER + 2 * DAY, limit=10)

    assert said() == [("rejected", "recycled:not_now"), ("open", "")]
    steps.accept([mql.pk], steps.by(ann, now=LATER + 2 * DAY)).or_raise()
    assert said() == [("rejected", "recycled:not_now"), ("accepted", "")]


def test_a_lead_passed_on_is_rejected_here_and_handed_to_others(mql, ann, pool):
    steps.pass_on([mql.pk], steps.by(ann, now=LATER), reason="wrong_fit", pool_id=pool.pk).or_raise()

    standing = standing_of(mql)
    assert (standing.stage, standing.owner_id, standing.pool_id, standing.due_at) == ("mql", None, pool.pk, LATER)
    assert said() == [("rejected", "passed_on:wrong_fit"), ("open", "")]


def test_the_conditions_are_those_of_the_version_it_was_handed_over_under(mql, ann):
    publish_rules(Definition, "mql", starter.QUALIFIED | {"criteria": {"field": "phone", "op": "is_not_blank"}})
    steps.edit([mql.pk], steps.by(ann, now=LATER), values={"phone": ""}).or_raise()

    steps.accept([mql.pk], steps.by(ann, now=LATER)).or_raise()

    assert (Handed.objects.get().version, Handed.objects.get().truths) == (1, "110")


def test_the_verdict_is_told_on_the_timeline(mql, ann):
    steps.disqualify([mql.pk], steps.by(ann, now=LATER), reason="no_need").or_raise()

    assert Touch.objects.filter(lead=mql).last().data["verdict"] == "rejected"


def test_many_verdicts_take_the_queries_of_one(ann):
    counts = []
    for number in (1, 1, 5):
        ids = [handed(email=f"e{len(counts)}{place}@x{place}.com", phone=f"+1415555{len(counts)}{place:03}").pk for place in range(number)]
        with driver_statements() as asked:
            assert len(steps.accept(ids, steps.by(None, now=LATER)).done) == number
        counts.append(len(asked))
    assert counts[1] == counts[2]  # the first reads the rules


def test_the_gate_names_what_fails_and_lets_nobody_through(mql, ann):
    publish_rules(Definition, "sql", GATE)

    step = steps.qualify([mql.pk], steps.by(ann, now=LATER))

    assert only(step, mql) is NotYetQualified
    assert step.refused[mql.pk].failing == FAILING
    assert standing_of(mql).stage == "mql"
    with pytest.raises(NotYetQualified):
        steps.convert(mql.pk, steps.by(ann, now=LATER), deal=Deal())
    assert (said(), Passage.objects.count()) == ([("open", "")], 0)


def test_a_reason_lets_a_lead_through_and_is_counted(mql, ann):
    publish_rules(Definition, "sql", GATE)

    steps.qualify([mql.pk], steps.by(ann, now=LATER), override_reason="They signed on the fair.").or_raise()

    row = Passage.objects.get()
    assert (row.lead_id, row.version, row.truths, row.failing, row.person_id) == (mql.pk, 1, "00", FAILING, ann.pk)
    assert row.override_reason == "They signed on the fair."
    assert Touch.objects.filter(lead=mql).last().data["gate"]["failing"] == FAILING
    steps.convert(mql.pk, steps.by(ann, now=LATER), deal=Deal())  # it is qualified; nobody asks twice
    assert Passage.objects.count() == 1


def test_who_meets_the_definition_passes_without_a_word(ann):
    publish_rules(Definition, "sql", GATE)
    lead = handed(budget="9000 EUR")
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="called").or_raise()

    steps.qualify([lead.pk], steps.by(ann, now=LATER), override_reason="Not needed").or_raise()

    row = Passage.objects.get()
    assert (row.truths, row.failing, row.override_reason) == ("11", [], "")


def test_the_gate_stops_one_and_lets_its_neighbour_through(ann):
    publish_rules(Definition, "sql", GATE)
    good, short = handed(budget="9000 EUR"), handed(email="x@y.com", phone="+14155550199")
    for lead in (good, short):
        steps.log([lead.pk], steps.by(ann, now=NOON), kind="called").or_raise()

    step = steps.qualify([good.pk, short.pk], steps.by(ann, now=LATER))

    assert (step.done, list(step.refused)) == ([good.pk], [short.pk])
    assert step.refused[short.pk].failing == ["budget is not blank"]
