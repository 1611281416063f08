"""What people can do and read beside what the buttons offer: addresses posted by hand, news of leads that moved on, counts."""

import pytest

from leadloop import steps
from leadloop.leads.models import Account, Contact
from leadloop.outcomes.actions import Deal
from tests.make import NOON, make_lead, make_person, make_rep
from tests.work.conftest import signed_in, standing_of


def test_a_marketer_takes_no_lead_by_posting_what_no_button_offers(pool):
    lead, marlon = make_lead(), make_person("Marlon", "marketer")
    browser = signed_in(marlon)

    browser.post(f"/leads/{lead.pk}/claim/")
    browser.post("/leads/bulk/", {"step": "claim", "lead": lead.pk, "query": ""})

    assert standing_of(lead).owner is None


def test_a_manager_who_sells_may_claim(pool, mia):
    lead = make_lead()
    signed_in(mia).post(f"/leads/{lead.pk}/claim/")
    assert standing_of(lead).owner == mia


def test_news_of_a_lead_that_moved_on_say_no_more_than_they_said(ann, mia, lead):
    cora = make_rep("Cora")
    steps.assign([lead.pk], steps.by(mia, now=NOON), person=cora).or_raise()
    steps.edit([lead.pk], steps.by(mia, now=NOON), values={"company": "Secret Holding"}).or_raise()

    news = signed_in(ann).get("/notifications/").content.decode()

    assert "notifications" in news
    assert lead.display_name not in news
    assert "Secret Holding" not in news
    assert f"/leads/{lead.pk}/" not in news


def test_counts_of_an_account_count_what_the_person_may_see(ann, bob, lead):
    steps.qualify([lead.pk], steps.by(ann, now=NOON)).or_raise()
    made = steps.convert(lead.pk, steps.by(ann, now=NOON), deal=Deal("Mine", 100, "EUR"))
    account = Account.objects.get(pk=made.account_id)
    for number in range(3):
        Contact.objects.create(account=account, first_name=f"Bobs{number}", owner=bob, created_at=NOON)

    [row] = signed_in(ann).get("/accounts/").context["rows"]

    assert (row.people, row.deals) == (1, 1)


@pytest.mark.parametrize("token", ["é", "%ff", "%F0%9F%94%91", "a%0d%0ab"])
def test_no_guess_at_an_undo_is_more_than_a_guess(ann, token):
    assert signed_in(ann).post(f"/leads/bulk/undo/{token}/").status_code == 404
