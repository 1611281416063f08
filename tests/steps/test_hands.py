"""Leads go from hand to hand: claimed, given, given back."""

from datetime import timedelta

from leadloop import steps
from leadloop.leads.domain.lifecycle import WrongStage
from leadloop.leads.models import Notification
from leadloop.routing.errors import AlreadyClaimed, DeskFull, NotYours
from leadloop.routing.models import Assignment, Desk
from tests.make import NOON, make_lead, make_leads, make_person, make_rep
from tests.steps.conftest import LATER, let_leads_wait, only, standing_of


def test_a_claim_puts_a_waiting_lead_into_the_hands_of_who_asked(ann, pool):
    let_leads_wait(pool)
    lead = make_lead()

    steps.claim([lead.pk], steps.by(ann, now=LATER)).or_raise()

    standing = standing_of(lead)
    assert (standing.owner_id, standing.pool_id, standing.due_at) == (ann.pk, pool.pk, NOON + timedelta(minutes=5))
    assert Assignment.objects.values_list("person", "how", "pool", "ended_at").get() == (ann.pk, "claim", pool.pk, None)
    assert Desk.objects.get(person=ann).open_count == 1


def test_a_second_claim_is_refused_and_the_first_keeps_the_lead(ann, pool):
    let_leads_wait(pool)
    lead, ben = make_lead(), make_rep("Ben", pool=pool)
    steps.claim([lead.pk], steps.by(ann, now=NOON)).or_raise()

    assert only(steps.claim([lead.pk], steps.by(ben, now=NOON)), lead) is AlreadyClaimed
    assert standing_of(lead).owner_id == ann.pk


def test_a_claim_beyond_the_cap_is_refused_lead_by_lead(pool):
    let_leads_wait(pool)
    ann, leads = make_rep("Ann", pool=pool, cap=2), make_leads(3)

    result = steps.claim([lead.pk for lead in leads], steps.by(ann, now=NOON))

    assert (result.done, {lead: type(error) for lead, error in result.refused.items()}) == (
        [lead.pk for lead in leads[:2]],
        {leads[2].pk: DeskFull},
    )
    assert Desk.objects.get(person=ann).open_count == 2


def test_a_lead_that_cannot_be_claimed_takes_no_room_from_one_that_can(pool):
    let_leads_wait(pool)
    ann, [junk, fits] = make_rep("Ann", pool=pool, cap=1), make_leads(2)
    steps.mark_junk([junk.pk], steps.by(None, now=NOON), reason="spam").or_raise()

    result = steps.claim([junk.pk, fits.pk], steps.by(ann, now=NOON))

    assert (result.done, {lead: type(error) for lead, error in result.refused.items()}) == ([fits.pk], {junk.pk: WrongStage})


def test_a_manager_gives_a_lead_to_somebody_who_is_told(lead, ann, pool):
    ben, mia = make_rep("Ben", pool=pool, cap=0), make_person("Mia", "manager")

    steps.assign([lead.pk], steps.by(mia, now=LATER), person=ben).or_raise()

    assert standing_of(lead).owner_id == ben.pk  # a manager's word goes before the cap
    assert list(Assignment.objects.order_by("pk").values_list("person", "how", "ended_how")) == [
        (ann.pk, "turn", "given away"),
        (ben.pk, "given", ""),
    ]
    assert [desk.open_count for desk in Desk.objects.order_by("person_id")] == [0, 1]
    assert Notification.objects.filter(person=ben).values_list("kind", "lead_id").get() == ("assigned", lead.pk)


def test_a_rep_does_not_give_leads_away(lead, ann, pool):
    assert only(steps.assign([lead.pk], steps.by(ann, now=NOON), person=make_rep("Ben", pool=pool)), lead) is NotYours


def test_a_lead_given_back_waits_in_its_pool_where_another_can_claim_it(lead, ann, pool):
    ben = make_rep("Ben", pool=pool)
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()

    steps.release([lead.pk], steps.by(ann, now=LATER), reason="on holiday").or_raise()

    standing = standing_of(lead)
    assert (standing.owner_id, standing.pool_id, standing.stage, standing.accepted_at) == (None, pool.pk, "new", None)
    assert (standing.waits_since, Desk.objects.get(person=ann).open_count) == (NOON, 0)
    steps.claim([lead.pk], steps.by(ben, now=LATER)).or_raise()
