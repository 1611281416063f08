"""A rule of temperature comes into force: segments that ask who is hot follow, without waiting for the next comparison of everybody."""

import pytest

from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.drafts import draft_of, stamp
from leadloop.db.versions import save_draft
from leadloop.leads.models import TemperatureRule
from leadloop.segments.models import Member, Segment
from tests.make import make_install, make_lead
from tests.proofs import publish_rules
from tests.rules import signed_in

pytestmark = pytest.mark.django_db


def rule(at):
    return {"hot": {"at": at}, "warm": {"at": 0.01}, "contact_minutes": None}


def test_who_is_hot_by_a_rule_just_published_is_in_the_segment_of_the_hot_ones():
    make_install()
    publish_rules(Segment, "hot", {"criteria": {"field": "temperature", "op": "is", "value": "hot"}})
    publish_rules(Segment, "german", {"criteria": {"field": "country", "op": "is", "value": "DE"}})
    publish_rules(TemperatureRule, "temperature", rule(99))
    lead = make_lead(now=utc_now())
    assert not Member.objects.filter(segment="hot").exists()

    save_draft(TemperatureRule, name="temperature", title="Temperature", spec=rule(0.02), author=None, now=utc_now())
    seen = stamp(draft_of(TemperatureRule, "temperature"))
    signed_in("Mia", "manager").post("/temperature/publication/", {"seen": seen})
    jobs = queue.claim("worker", now=utc_now(), limit=9)
    assert all(queue.run(job) for job in jobs)

    assert list(Member.objects.filter(segment="hot").values_list("lead_id", flat=True)) == [lead.pk]
