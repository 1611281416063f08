"""Hands and desks: what a person holds, and the constraint that lets only one hold it."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import Destination
from leadloop.routing.errors import AlreadyClaimed
from leadloop.routing.models import Assignment, Desk, Draw, Pool, Seat
from tests.make import NOON, make_lead, make_leads, make_person, make_rep

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool() -> Pool:
    return Pool.objects.create(name="Sales", created_at=NOON, sla_minutes=30)


def requests(pool: Pool, count: int, *, how: str = "turn", **more) -> list[routing.Request]:
    return [routing.Request(number, Destination(pool.pk, how, "fallback"), **more) for number in range(1, count + 1)]


def test_a_batch_is_dealt_counted_and_can_be_recomputed(pool):
    ann, ben = make_rep("Ann", pool=pool, weight=2), make_rep("Ben", pool=pool)

    handovers = routing.assign_leads(requests(pool, 6), now=NOON)

    assert [one.person for one in handovers] == [ann.pk, ann.pk, ben.pk, ann.pk, ann.pk, ben.pk]
    assert {one.touch_by for one in handovers} == {NOON + timedelta(minutes=30)}
    assert list(Seat.objects.order_by("person_id").values_list("turns", flat=True)) == [4, 2]
    assert list(Desk.objects.order_by("person_id").values_list("open_count", flat=True)) == [4, 2]
    assert Draw.objects.get().roster == [[ann.pk, 2, 0, 50, True], [ben.pk, 1, 0, 50, True]]
    assert {(one.draw_id, one.place) for one in handovers} == {(Draw.objects.get().pk, place) for place in range(6)}


def test_what_the_definition_promises_goes_before_what_the_pool_promises(pool):
    make_rep("Ann", pool=pool)
    [one] = routing.assign_leads(requests(pool, 1, sla_minutes=5), now=NOON)
    assert one.touch_by == NOON + timedelta(minutes=5)


@pytest.mark.parametrize("why", ["nobody sits there", "away", "has left", "full", "it is to wait"], ids=lambda why: why)
def test_a_lead_that_finds_nobody_waits_in_the_pool(pool, why):
    if why != "nobody sits there":
        ann = make_rep("Ann", pool=pool, present=why != "away", cap=0 if why == "full" else 50)
        ann.is_active = why != "has left"
        ann.save(update_fields=["is_active"])

    [one] = routing.assign_leads(requests(pool, 1, how="wait" if why == "it is to wait" else "turn"), now=NOON)

    assert (one.person, one.pool_id, one.touch_by) == (None, pool.pk, NOON + timedelta(minutes=30))
    assert (Assignment.objects.count(), Counter(Seat.objects.values_list("turns", flat=True)) - Counter([0])) == (0, Counter())


def test_who_comes_back_to_a_person_takes_no_turn(pool):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    handovers = routing.assign_leads(requests(pool, 2, before=ben.pk) + requests(pool, 3)[2:], now=NOON)
    assert [(one.person, one.how) for one in handovers] == [(ben.pk, "kept"), (ben.pk, "kept"), (ann.pk, "turn")]
    assert list(Seat.objects.order_by("person_id").values_list("turns", flat=True)) == [1, 0]


def test_a_second_pair_of_hands_is_refused_by_the_database_itself(pool):
    ann, ben, lead = make_rep("Ann"), make_rep("Ben"), make_lead()
    routing.give([routing.Gift(lead.pk, ann.pk)], how="claim", now=NOON)

    with pytest.raises(AlreadyClaimed):
        routing.give([routing.Gift(lead.pk, ben.pk)], how="claim", now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(lead=lead, person=ben, how="given", assigned_at=NOON)
    assert list(Desk.objects.order_by("person_id").values_list("open_count", flat=True)) == [1, 0]


def test_ending_twice_frees_the_desk_once(pool):
    ann, ids = make_person("Ann"), [lead.pk for lead in make_leads(3)]
    routing.give([routing.Gift(lead_id, ann.pk) for lead_id in ids], how="given", now=NOON)

    for _ in range(2):
        routing.end_assignments(ids[:2], how="released", now=NOON)

    assert (Desk.objects.get().open_count, Assignment.objects.filter(ended_at=None).count()) == (1, 1)
