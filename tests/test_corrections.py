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
