"""Rest: one row a lead that brings it back on its date."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leadloop.nurture import actions as nurture
from leadloop.nurture.models import Recycle
from tests.make import NOON, make_leads

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    return [lead.pk for lead in make_leads(3)]


def rest(ids: list[int], *, days: int) -> None:
    nurture.rest(ids, reason="not_now", note="", due_at=NOON + timedelta(days=days), author=None, now=NOON)


def test_the_longest_due_come_back_first_and_no_more_than_asked_for(ids):
    for days, lead in zip((3, 1, 2), ids, strict=True):
        rest([lead], days=days)
    assert nurture.due(now=NOON + timedelta(days=2), limit=9) == [ids[1], ids[2]]
    assert nurture.due(now=NOON + timedelta(days=9), limit=2) == [ids[1], ids[2]]


def test_a_lead_rests_once_at_a_time_and_as_often_as_it_must(ids):
    rest(ids[:1], days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        rest(ids[:1], days=2)
    nurture.wake(ids[:1], how="woken", now=NOON)
    nurture.wake(ids[:1], how="again", now=NOON)
    rest(ids[:1], days=2)
    assert list(Recycle.objects.order_by("pk").values_list("ended_how", flat=True)) == ["woken", ""]


def test_waking_nobody_is_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        nurture.wake([], how="woken", now=NOON)
