"""Segments that ask who is in other segments follow them, whatever moved the lead there."""

from datetime import timedelta

import pytest

from leadloop.db.versions import publish, save_draft
from leadloop.segments import actions, hand, rebuilding
from leadloop.segments.hand import Hand
from leadloop.segments.models import Member, Segment
from tests.make import NOON, make_install, make_lead

pytestmark = pytest.mark.django_db
LATELY = {"field": "received_at", "op": "in_last_days", "value": 1, "zone": "UTC"}


def in_force(name, spec):
    draft = save_draft(Segment, name=name, title=name, spec=spec, author=None, now=NOON)
    publish(draft, author=None, now=NOON)
    version = Segment.objects.get(pk=draft.pk)
    actions.rebuild(version, now=NOON)


def members(name):
    return set(Member.objects.filter(segment=name).values_list("lead_id", flat=True))


def test_a_segment_follows_another_by_capture_by_time_and_by_hand():
    make_install()
    asks = {"field": "segments", "op": "one_of", "value": ["lately", "fair"]}
    hand.new_list("Fair", "fair", author=None, now=NOON)
    in_force("lately", {"criteria": LATELY})
    in_force("a-follower", {"criteria": asks})
    in_force("an-opposite", {"criteria": {"not": {"field": "segments", "op": "one_of", "value": ["a-follower"]}}})
    one, other = make_lead(now=NOON).pk, make_lead(now=NOON).pk
    found = [members("a-follower"), members("an-opposite")]

    hand.put_in("fair", [one], Hand(None), now=NOON)
    rebuilding.refresh(now=NOON + timedelta(days=1))
    found += [members("lately"), members("a-follower"), members("an-opposite")]
    hand.keep_out("fair", [one], Hand(None), now=NOON)
    found += [members("a-follower"), members("an-opposite")]

    assert found == [{one, other}, set(), set(), {one}, {other}, set(), {one, other}]
