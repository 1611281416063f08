"""What people correct, rules and matching see at once."""

import pytest

from leadloop import steps
from leadloop.db.versions import publish, save_draft
from leadloop.segments.models import Member, Segment
from tests.make import NOON, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db


def test_a_corrected_address_leads_to_the_lead_from_then_on():
    make_install()
    lead = make_lead({"name": "Ada Byron", "email": "ada@typo.com"})
    steps.edit([lead.pk], steps.by(make_person("Mona", "manager"), now=NOON), values={"email": "ada@right.com"}).or_raise()

    again = make_lead({"name": "Ada Byron", "email": "ada@right.com"})
    by_the_old_one = make_lead({"name": "Ada Byron", "email": "ada@typo.com"})

    assert [again.pk, by_the_old_one.pk] == [lead.pk, lead.pk]


def test_a_step_moves_a_lead_between_segments():
    make_install()
    spec = {"criteria": {"field": "stage", "op": "is", "value": "working"}}
    publish(save_draft(Segment, name="at-work", title="At work", spec=spec, author=None, now=NOON), author=None, now=NOON)
    lead = make_lead()
    actor = steps.by(None, now=NOON)

    steps.accept([lead.pk], actor).or_raise()
    members_at_work = list(Member.objects.filter(segment="at-work").values_list("lead_id", flat=True))
    steps.disqualify([lead.pk], actor, reason="no_need").or_raise()

    assert members_at_work == [lead.pk]
    assert not Member.objects.filter(segment="at-work").exists()


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ({"email": "not an address"}, {"email": "ada@works.com"}, []),
        ({"email": "ada@works.com"}, {"email": "not an address"}, []),
        ({"email": "not an address"}, {"city": "Bern"}, ["email_invalid"]),
    ],
    ids=["a better address takes the flaw away", "a misspelt one harms nobody we know", "another column leaves it"],
)
def test_flaws_are_about_what_we_hold(first, second, left):
    make_install()
    lead = make_lead({"name": "Ada Byron", "external_id": "7", **first})

    make_lead({"name": "Ada Byron", "external_id": "7", **second})

    lead.refresh_from_db()
    assert lead.flaws == left


def test_a_corrected_address_takes_its_flaw_away():
    make_install()
    lead = make_lead({"name": "Ada Byron", "phone": "+14155550100", "email": "not an address"})

    steps.edit([lead.pk], steps.by(None, now=NOON), values={"email": "ada@works.com"}).or_raise()

    lead.refresh_from_db()
    assert lead.flaws == []
