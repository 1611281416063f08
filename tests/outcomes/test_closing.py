"""Opportunities won and lost, many at once."""

import pytest

from leadloop.outcomes import actions as outcomes
from leadloop.outcomes.errors import BadAmount, NotConverted
from leadloop.outcomes.models import Opportunity
from tests.analytics.work import arrive, convert
from tests.make import NOON, make_install

WON = {"state": "won", "reason": "", "closed_at": NOON}


@pytest.mark.parametrize("number", [1, 3])
def test_closing_many_takes_two_queries(db, django_assert_num_queries, number):
    make_install()
    leads = [convert(arrive()) for _ in range(number)]
    with django_assert_num_queries(2):
        outcomes.close(leads, amount_cents=None, currency="", **WON)
    assert Opportunity.objects.filter(state="won", closed_at=NOON).count() == number


def test_without_an_amount_each_keeps_its_own(db):
    make_install()
    leads = [convert(arrive()), convert(arrive())]
    Opportunity.objects.update(amount_cents=500, currency="EUR")
    outcomes.close(leads[:1], amount_cents=None, currency="", **WON)
    outcomes.close(leads[1:], amount_cents=900, currency="USD", **WON)
    assert sorted(Opportunity.objects.values_list("amount_cents", "currency")) == [(500, "EUR"), (900, "USD")]


def test_one_without_an_opportunity_closes_none(db):
    make_install()
    leads = [convert(arrive()), arrive()]
    with pytest.raises(NotConverted):
        outcomes.close(leads, amount_cents=None, currency="", **WON)
    with pytest.raises(BadAmount):
        outcomes.close(leads[:1], amount_cents=5, currency="", **WON)
    assert Opportunity.objects.get().state == "open"
