"""Leads end, by a reason, and begin again."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.nurture.models import Recycle
from leadloop.outcomes.models import Disposition
from leadloop.routing.models import Desk
from leadloop.teams.models import User
from tests.make import FIVE_MINUTES, NOON, make_person, make_rep
from tests.steps.conftest import LATER, standing_of

ENDS = {
    "disqualified": lambda ids, actor: steps.disqualify(ids, actor, reason="no_need", note="x" * 2000),
    "junk": lambda ids, actor: steps.mark_junk(ids, actor, reason="spam"),
    "nurture": lambda ids, actor: steps.recycle(ids, actor, reason="not_now", due_at=LATER + timedelta(days=30), note="x" * 2000),
}


@pytest.mark.parametrize("stage", ENDS)
def test_an_end_is_a_disposition_and_nobody_waits(lead, ann, stage):
    ENDS[stage]([lead.pk], steps.by(ann, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.stage, standing.closed_at, standing.waits_since, standing.due_at) == (stage, LATER, None, None)
    assert (Disposition.objects.get().stage, Desk.objects.get().open_count) == (stage, 0)
    assert Recycle.objects.filter(ended_at=None).exists() == (stage == "nurture")


@pytest.mark.parametrize("stage", ENDS)
def test_a_reopened_lead_goes_on_where_it_stood_with_its_person_and_a_new_clock(lead, ann, stage):
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    ENDS[stage]([lead.pk], steps.by(ann, now=NOON)).or_raise()

    steps.reopen([lead.pk], steps.by(None, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.stage, standing.owner_id, standing.closed_at, standing.waits_since, standing.due_at) == (
        "working",
        ann.pk,
        None,
        LATER,
        LATER + FIVE_MINUTES,
    )
    assert (Disposition.objects.get().reopened_at, Desk.objects.get().open_count) == (LATER, 1)
    assert not Recycle.objects.filter(ended_at=None).exists()


def test_a_reopened_lead_of_somebody_who_left_is_routed_anew(lead, ann, pool):
    ben = make_rep("Ben", pool=pool)
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    User.objects.filter(pk=ann.pk).update(is_active=False)

    steps.reopen([lead.pk], steps.by(make_person("Mia", "manager"), now=LATER)).or_raise()

    assert (standing_of(lead).owner_id, Desk.objects.get(person=ben).open_count) == (ben.pk, 1)


def test_a_lead_is_reopened_even_if_its_person_never_had_a_desk(lead, ann):
    mia = make_person("Mia", "manager")
    steps.assign([lead.pk], steps.by(mia, now=NOON), person=mia).or_raise()
    steps.disqualify([lead.pk], steps.by(mia, now=NOON), reason="no_need").or_raise()
    Desk.objects.filter(person=mia).delete()

    steps.reopen([lead.pk], steps.by(mia, now=LATER)).or_raise()

    assert (standing_of(lead).owner_id, Desk.objects.get(person=mia).open_count) == (mia.pk, 1)
