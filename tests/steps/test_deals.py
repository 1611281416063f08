"""Leads become accounts, contacts and opportunities, which are won or lost, and conversions are undone."""

import pytest

from leadloop import loop, steps
from leadloop.kernel.errors import NotFound
from leadloop.leads.domain.lifecycle import WrongStage
from leadloop.leads.models import Account, Contact, Touch
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.errors import BadAmount, DealMovedOn, NotConverted
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.routing.errors import NotYours
from leadloop.routing.models import Assignment, Desk
from tests.make import NOON, arrival, make_lead, make_person
from tests.steps.conftest import LATER, only, standing_of


def test_a_conversion_is_account_contact_and_opportunity_and_asked_twice_the_same(lead, ann):
    first = steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("A mill", 500_00, "USD"))
    again = steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("Another", 1, "EUR"))

    standing, deal = standing_of(lead), Opportunity.objects.get()
    assert first == again
    assert (standing.stage, standing.converted_at, standing.sql_at, standing.due_at, standing.owner_id) == (
        "converted",
        LATER,
        LATER,
        None,
        ann.pk,
    )
    assert (deal.name, deal.amount_cents, deal.currency, deal.owner_id) == ("A mill", 500_00, "USD", ann.pk)
    assert (Account.objects.get().name, Contact.objects.get().email) == ("Engines", "ada@engines.com")
    assert Assignment.objects.get().ended_how == "converted"


@pytest.mark.parametrize("role", ["rep", "marketer"])
def test_a_conversion_is_not_told_to_who_may_not_work_on_the_lead(lead, ann, role):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())

    with pytest.raises(NotYours):
        steps.convert(lead.pk, steps.by(make_person("Other", role), now=LATER), deal=Deal())


def test_a_lead_that_is_not_there_is_not_converted(ann):
    with pytest.raises(NotFound):
        steps.convert(424242, steps.by(ann, now=NOON), deal=Deal())


def test_a_conversion_that_fails_half_way_leaves_nothing(lead, ann):
    with pytest.raises(BadAmount):
        steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("A mill", -1, "USD"))

    assert [model.objects.count() for model in (Account, Contact, Opportunity, Conversion)] == [0, 0, 0, 0]
    assert (standing_of(lead).stage, Touch.objects.count(), Assignment.objects.get().ended_at) == ("new", 1, None)


def test_a_lead_with_the_longest_of_everything_converts(ann):
    longest = {
        "first_name": "F" * 100, "last_name": "L" * 100, "email": "a" * 60 + "@" + "d" * 60 + "." + "d" * 60 + "." + "d" * 60 + ".com",
        "company": "C" * 200, "title": "T" * 150, "industry": "I" * 120, "product": "P" * 200,
    }  # fmt: skip
    lead = make_lead(longest)

    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())

    account, contact, deal = Account.objects.get(), Contact.objects.get(), Opportunity.objects.get()
    assert (account.name, account.industry, len(account.domain)) == (lead.company, lead.industry, len(lead.company_domain))
    assert (contact.first_name, contact.last_name, contact.title, contact.email) == (
        lead.first_name,
        lead.last_name,
        lead.title,
        lead.email,
    )
    assert (len(deal.name), deal.name[:200]) == (200, lead.company)


def test_a_known_contact_keeps_what_it_says_and_gets_what_it_lacks(lead, ann):
    account = Account.objects.create(name="Engines Ltd", domain="engines.com", owner=make_person("Mia", "manager"), created_at=NOON)
    contact = Contact.objects.create(first_name="Augusta", email="ada@engines.com", created_at=NOON)

    steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal())

    account.refresh_from_db()
    contact.refresh_from_db()
    assert (Account.objects.count(), Contact.objects.count()) == (1, 1)
    assert (account.name, account.owner.name, contact.first_name, contact.last_name, contact.account) == (
        "Engines Ltd",
        "Mia",
        "Augusta",
        "Lovelace",
        account,
    )


def test_undoing_takes_back_what_the_conversion_made_and_filled_in(lead, ann):
    contact = Contact.objects.create(first_name="Augusta", email="ada@engines.com", created_at=NOON)
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())

    steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))

    contact.refresh_from_db()
    assert (contact.first_name, contact.last_name, contact.account) == ("Augusta", "", None)
    assert (Account.objects.count(), Opportunity.objects.count(), Conversion.objects.get().undone_at) == (0, 0, LATER)
    standing = standing_of(lead)
    assert (standing.stage, standing.owner_id, standing.converted_at, standing.waits_since) == ("sql", ann.pk, None, LATER)
    assert Desk.objects.get().open_count == 1
    assert steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal()).undone_at is None


def test_what_others_use_survives_undoing(lead, ann):
    other = make_lead({"name": "Mary Somerville", "email": "mary@engines.com", "company": "Engines"})
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())
    steps.convert(other.pk, steps.by(ann, now=NOON), deal=Deal())

    steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))

    assert (Account.objects.get().name, Contact.objects.get().email, Opportunity.objects.count()) == ("Engines", "mary@engines.com", 1)


def test_a_deal_that_is_won_is_not_undone(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal())
    steps.win([lead.pk], steps.by(ann, now=LATER), amount_cents=900_00, currency="EUR").or_raise()

    with pytest.raises((WrongStage, DealMovedOn)):
        steps.undo_conversion(lead.pk, steps.by(ann, now=LATER))
    deal = Opportunity.objects.get()
    assert (standing_of(lead).stage, deal.state, deal.amount_cents, deal.currency, deal.closed_at) == ("won", "won", 900_00, "EUR", LATER)


def test_what_was_never_converted_cannot_be_undone_won_or_lost(lead, ann):
    with pytest.raises((WrongStage, NotConverted)):
        steps.undo_conversion(lead.pk, steps.by(ann, now=NOON))
    assert only(steps.win([lead.pk], steps.by(ann, now=NOON)), lead) is WrongStage
    assert only(steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price"), lead) is WrongStage


def test_a_lost_deal_that_is_reopened_is_open_again(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("A mill", 500_00, "USD"))
    steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price").or_raise()

    steps.reopen([lead.pk], steps.by(ann, now=LATER)).or_raise()

    deal = Opportunity.objects.get()
    assert (standing_of(lead).stage, deal.state, deal.reason, deal.closed_at) == ("converted", "open", "", None)


def test_a_lost_lead_that_asks_again_becomes_a_new_deal_and_the_loss_stays(lead, ann):
    steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("A mill", 500_00, "USD"))
    steps.lose([lead.pk], steps.by(ann, now=NOON), reason="price").or_raise()
    loop.capture([arrival({"email": "ada@engines.com"})], now=LATER)

    steps.convert(lead.pk, steps.by(ann, now=LATER), deal=Deal("Another mill"))

    assert list(Opportunity.objects.order_by("pk").values_list("name", "state")) == [("A mill", "lost"), ("Another mill", "open")]
    assert (Account.objects.count(), Contact.objects.count()) == (1, 1)
