"""Outcomes: what a lead becomes, once, and what the database itself would not let happen."""

import pytest
from django.db import IntegrityError, transaction

from leadloop.leads.models import Account, Contact, Lead
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.errors import BadAmount
from leadloop.outcomes.models import Conversion, Opportunity
from tests.make import NOON, make_lead

pytestmark = pytest.mark.django_db


def convert(payload: dict, deal: Deal = Deal()) -> Conversion:  # noqa: B008 - frozen
    return convert_lead(make_lead(payload), deal)


def convert_lead(lead: Lead, deal: Deal) -> Conversion:
    values = {field.attname: getattr(lead, field.attname) for field in Lead._meta.concrete_fields}
    return outcomes.convert(lead.pk, values, deal=deal, owner=None, author=None, now=NOON)


def test_people_without_a_company_have_no_account():
    made = convert({"name": "Ada Lovelace", "email": "ada@gmail.com"})
    assert (made.account, made.contact.last_name, made.opportunity.name) == (None, "Lovelace", "Ada Lovelace")


@pytest.mark.parametrize(
    ("first", "second", "accounts"),
    [
        ({"company": "Engines", "email": "a@engines.com"}, {"company": "The Engines Co", "email": "b@engines.com"}, 1),
        ({"company": "Engines", "email": "a@gmail.com"}, {"company": "ENGINES", "email": "b@gmail.com"}, 1),
        ({"company": "Engines", "email": "a@engines.com"}, {"company": "Engines", "email": "b@engines.org"}, 2),
    ],
    ids=["one domain", "one name, no domain", "one name, two domains"],
)
def test_a_company_is_known_by_its_domain_else_by_its_name(first, second, accounts):
    convert(first)
    convert(second)
    assert (Account.objects.count(), Contact.objects.count()) == (accounts, 2)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(-1, "USD"), (outcomes.MOST_CENTS + 1, "USD"), (100, ""), (100, "USDX")],
    ids=["below zero", "too much", "no currency", "no such"],
)
def test_an_amount_that_cannot_be_stored_is_refused(amount, currency):
    with pytest.raises(BadAmount):
        convert({"name": "Ada"}, Deal("", amount, currency))
    assert Opportunity.objects.count() == 0


def test_the_database_itself_allows_one_live_conversion_a_lead():
    made = convert({"name": "Ada Lovelace"})
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversion.objects.create(lead=made.lead, converted_at=NOON)
    Conversion.objects.update(undone_at=NOON)
    Conversion.objects.create(lead=made.lead, converted_at=NOON)


def test_a_lead_that_is_converted_is_not_converted_once_more():
    """`steps.convert` answers who asks again; here it would be a bug, and a lost deal is not opened by it."""
    made = convert({"name": "Ada Lovelace"})
    Opportunity.objects.update(state="lost")
    with pytest.raises(IntegrityError), transaction.atomic():
        convert_lead(made.lead, Deal())
    assert (Opportunity.objects.get().state, Contact.objects.count()) == ("lost", 1)
