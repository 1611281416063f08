"""The last step never was: what stood before stands again, to the second, and the timeline says so."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.consent.models import Suppression
from leadloop.consent.suppression import suppressed
from leadloop.leads.errors import NotUndoable
from leadloop.leads.models import Standing, Touch
from leadloop.nurture.models import Recycle
from leadloop.outcomes.models import Disposition
from leadloop.qualification.models import Handed, Verdict
from leadloop.routing.errors import NotYours
from leadloop.routing.models import Assignment, Desk, Pool
from tests.make import NOON, make_lead, make_person, make_rep
from tests.steps.conftest import LATER, only, standing_of

SOON = LATER + timedelta(minutes=10)
STEPS = {
    "accepted": steps.accept,
    "qualified": steps.qualify,
    "called": lambda ids, actor: steps.log(ids, actor, kind="called", text="hi"),
    "released": steps.release,
    "passed_on": lambda ids, actor: steps.pass_on(
        ids, actor, reason="wrong_fit", pool_id=Pool.objects.create(name="Other", created_at=NOON).pk
    ),
    "disqualified": lambda ids, actor: steps.disqualify(ids, actor, reason="no_need"),
    "recycled": lambda ids, actor: steps.recycle(ids, actor, reason="not_now", due_at=LATER + timedelta(days=30)),
    "junked": lambda ids, actor: steps.mark_junk(ids, actor, reason="spam"),
}


def stands(lead) -> dict:
    """Everything that stands, but for the count of versions."""
    return {name: value for name, value in Standing.objects.filter(pk=lead.pk).values()[0].items() if name not in ("version", "heat")}


def beside() -> tuple:
    """What steps change beside the standing."""
    return (
        list(Assignment.objects.order_by("pk").values_list("person", "pool", "assigned_at", "touch_by", "accepted_at", "ended_at")),
        list(Desk.objects.values_list("person", "open_count")),
        list(Recycle.objects.filter(ended_at=None).values_list("lead", "due_at")),
        list(Disposition.objects.in_force().values_list("stage", "reason")),
        suppressed(["e:ada@engines.com"], now=SOON),
    )


@pytest.mark.parametrize("kind", STEPS)
def test_undo_puts_back_exactly_what_was(lead, ann, kind):
    before, around, heat = stands(lead), beside(), standing_of(lead).heat
    STEPS[kind]([lead.pk], steps.by(ann, now=LATER)).or_raise()
    assert stands(lead) != before

    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert (stands(lead), beside(), standing_of(lead).heat) == (before, around, heat)
    undone, last = Touch.objects.filter(lead=lead).order_by("pk")[1:]
    assert (undone.kind, undone.data["void_of"]) == ("void", kind)
    assert (last.kind, last.data["undid"], last.data["undid_touch"], last.actor) == ("undone", kind, undone.pk, ann)


def test_undo_wakes_no_lead_that_rested_before(lead, ann):
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=LATER + timedelta(days=30)).or_raise()
    steps.disqualify([lead.pk], steps.by(ann, now=LATER), reason="no_need").or_raise()

    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert (standing_of(lead).stage, Recycle.objects.get().ended_at) == ("nurture", None)


def test_an_undone_end_is_in_no_statistics_and_still_there(lead, ann):
    steps.disqualify([lead.pk], steps.by(ann, now=LATER), reason="no_need").or_raise()
    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert (Disposition.objects.get().undone_at, Disposition.objects.told().count()) == (SOON, 0)


def test_nothing_is_undone_once_something_else_happened(lead, ann):
    steps.accept([lead.pk], steps.by(ann, now=LATER)).or_raise()
    accepted = Touch.objects.get(kind="accepted")
    steps.log([lead.pk], steps.by(ann, now=LATER), kind="called").or_raise()

    assert only(steps.undo([lead.pk], steps.by(ann, now=SOON), touch=accepted.pk), lead) is NotUndoable
    assert only(steps.undo([lead.pk], steps.by(ann, now=SOON), taken_at=NOON), lead) is NotUndoable


def test_nothing_is_undone_after_the_window_or_twice(lead, ann, settings):
    steps.accept([lead.pk], steps.by(ann, now=LATER)).or_raise()
    late = steps.by(ann, now=LATER + settings.UNDO_WINDOW + timedelta(seconds=1))
    assert only(steps.undo([lead.pk], late), lead) is NotUndoable

    steps.undo([lead.pk], late, within=timedelta(days=1)).or_raise()

    assert only(steps.undo([lead.pk], late), lead) is NotUndoable


def test_only_who_took_the_step_or_a_manager_undoes_it(lead, ann, pool):
    steps.release([lead.pk], steps.by(ann, now=LATER)).or_raise()

    assert only(steps.undo([lead.pk], steps.by(make_rep("Ben", pool=pool), now=SOON)), lead) is NotYours
    assert steps.undo([lead.pk], steps.by(make_person("Mia", "manager"), now=SOON)).done == [lead.pk]
    assert standing_of(lead).owner == ann


def test_an_undone_call_counts_as_no_touch(lead, ann):
    steps.log([lead.pk], steps.by(ann, now=LATER), kind="called").or_raise()
    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert (standing_of(lead).touches, standing_of(lead).first_touch_at) == (1, None)
    assert not Touch.objects.filter(kind="called").exists()


def test_what_undo_lifts_stays_written_down(lead, ann):
    steps.mark_junk([lead.pk], steps.by(ann, now=LATER), reason="spam").or_raise()
    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert list(Suppression.objects.values_list("kind", "lifted_how")) == [("junk", "undone")]


def test_an_undone_word_of_sales_was_none_and_both_stay_in_the_ledger(ann):
    lead = make_lead({"name": "Ada", "email": "ada@engines.com", "phone": "+14155550123", "title": "Director"})
    steps.qualify([lead.pk], steps.by(ann, now=LATER)).or_raise()
    assert (Handed.objects.get().word, Handed.objects.get().qualified_at) == ("accepted", LATER)

    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    handed = Handed.objects.get()
    assert (handed.word, handed.person, handed.said_at, handed.qualified_at) == ("open", None, None, None)
    assert list(Verdict.objects.order_by("pk").values_list("word", "kind")) == [("accepted", "qualified"), ("open", "undone")]


def test_giving_back_by_mistake_leaves_the_word_of_sales_as_it_was(ann):
    lead = make_lead({"name": "Ada", "email": "ada@engines.com", "phone": "+14155550123", "title": "Director"})
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    steps.release([lead.pk], steps.by(ann, now=LATER)).or_raise()

    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert (Handed.objects.get().word, Handed.objects.get().person, Handed.objects.get().said_at) == ("accepted", ann, NOON)


def test_passing_on_by_mistake_was_no_handover_and_no_rejection(ann):
    lead = make_lead({"name": "Ada", "email": "ada@engines.com", "phone": "+14155550123", "title": "Director"})
    other = Pool.objects.create(name="Other", created_at=NOON)
    steps.pass_on([lead.pk], steps.by(ann, now=LATER), reason="wrong_fit", pool_id=other.pk).or_raise()
    assert list(Handed.objects.order_by("pk").values_list("word", flat=True)) == ["rejected", "open"]

    steps.undo([lead.pk], steps.by(ann, now=SOON)).or_raise()

    assert list(Handed.objects.values_list("word", "reason", "asked_at", "said_at")) == [("open", "", NOON, None)]
    assert list(Verdict.objects.order_by("pk").values_list("word", "kind")) == [("rejected", "passed_on"), ("open", "undone")]
    assert (standing_of(lead).owner, standing_of(lead).pool_id == other.pk) == (ann, False)
    assert only(steps.undo([lead.pk], steps.by(ann, now=SOON)), lead) is NotUndoable
