"""Matching a batch: against what is stored and against itself, the surest key first, the oldest lead first."""

import pytest
from django.db import transaction

from leadloop import loop
from leadloop.leads.models import Lead
from leadloop.matching.models import MatchKey
from tests.make import NOON, arrival, make_lead

pytestmark = pytest.mark.django_db


def lead_of(payload: dict, *, source: str = "Website") -> int:
    [taken] = loop.capture([arrival(payload, source=source)], now=NOON)
    return taken.case.lead_id


def test_an_external_id_is_good_within_its_source_only():
    first = lead_of({"external_id": "A-17", "email": "a@a.com"}, source="Fair")
    assert lead_of({"external_id": "A-17", "email": "b@a.com"}, source="Fair") == first
    assert lead_of({"external_id": "A-17", "email": "c@a.com"}, source="Shop") != first


def test_the_surest_key_decides_when_two_point_to_two_leads():
    by_mail, by_phone = lead_of({"email": "ada@a.com"}), lead_of({"phone": "+14155550100"})
    assert lead_of({"email": "ada@a.com", "phone": "+14155550100"}) == by_mail != by_phone


def test_of_two_leads_that_both_fit_the_oldest_is_the_one():
    oldest = lead_of({"name": "Ada", "phone": "+14155550100"})
    lead_of({"name": "Mary", "phone": "+14155550100"})
    assert lead_of({"phone": "+14155550100"}) == oldest


def test_what_a_later_inquiry_tells_is_a_key_from_then_on():
    lead = make_lead({"email": "ada@a.com"})
    lead_of({"email": "ada@a.com", "phone": "+14155550100"})
    assert lead_of({"phone": "+14155550100"}) == lead.pk
    assert list(MatchKey.objects.order_by("key").values_list("key", "lead")) == [("e:ada@a.com", lead.pk), ("p:+14155550100", lead.pk)]


def test_a_key_found_twice_is_written_once():
    payload = {"email": "ada@a.com", "phone": "+14155550100"}
    loop.capture([arrival(payload) for _ in range(3)], now=NOON)
    with transaction.atomic():
        loop.capture([arrival(payload) for _ in range(3)], now=NOON)
    assert (Lead.objects.count(), MatchKey.objects.count()) == (1, 2)


@pytest.mark.parametrize("payload", [{"email": "not an address"}, {"phone": "12"}, {"message": "hello"}, {"email": "****"}])
def test_what_names_nobody_matches_nobody(payload):
    assert lead_of(payload) != lead_of(payload)
