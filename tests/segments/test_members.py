"""Who is in a segment: brought up to date by the loop, by every step, and by a rebuilding after a publication."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from leadloop import steps
from leadloop.db import queue
from leadloop.db.versions import publish, save_draft
from leadloop.segments import actions
from leadloop.segments.models import Member, Segment
from leadloop.segments.tasks import rebuild_members
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds

CALLED_TWICE = {"touches": "called", "op": "at_least", "value": 2, "within_days": 30}
GERMANS = {"field": "country", "op": "is", "value": "DE"}


def publish_segment(name: str, tree: dict) -> Segment:
    draft = save_draft(Segment, name=name, title=name, spec={"criteria": tree}, author=None, now=NOON)
    publish(draft, author=None, now=NOON)
    return Segment.objects.get(pk=draft.pk)


def members(name: str) -> list[int]:
    return list(Member.objects.filter(segment=name).order_by("lead_id").values_list("lead_id", flat=True))


@pytest.mark.django_db
def test_a_segment_that_counts_touches_is_kept_by_every_step():
    ann = make_rep("Ann", pool=make_install())
    publish_segment("called-twice", CALLED_TWICE)
    lead = make_lead()
    found = []

    for hours, step in enumerate([steps.log, steps.log, steps.accept, steps.release]):
        more = {"kind": "called"} if step is steps.log else {}
        step([lead.pk], steps.by(ann, now=NOON + timedelta(hours=hours)), **more).or_raise()
        found.append(members("called-twice"))

    assert found == [[], [lead.pk], [lead.pk], [lead.pk]]


@pytest.mark.django_db
def test_a_rebuilding_by_a_version_that_is_not_in_force_any_more_changes_nothing():
    make_install()
    lead = make_lead({"email": "a@b.de", "country": "DE"})
    old = publish_segment("germans", GERMANS)
    publish_segment("germans", {"field": "country", "op": "is", "value": "FR"})

    actions.rebuild(old, now=NOON)
    assert members("germans") == []
    actions.rebuild(publish_segment("germans", GERMANS), now=NOON)
    assert members("germans") == [lead.pk]


@pytest.mark.django_db
def test_a_segment_that_waits_for_its_rebuilding_is_no_finding():
    make_install()
    make_lead({"email": "a@b.de", "country": "DE"})
    publish_segment("germans", GERMANS)
    assert everything_holds() == ["A lead belongs in segment germans and is not in it."]

    queue.enqueue_once(rebuild_members, "germans", key="rebuild:germans:1", run_after=NOON)
    assert everything_holds() == []
    [job] = queue.claim("one", now=NOON)
    assert queue.run(job)
    assert everything_holds() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("sqlite" in connection.settings_dict["ENGINE"], reason="SQLite has one writer")
def test_a_rebuilding_waits_for_the_step_that_is_moving_a_member():
    ann = make_rep("Ann", pool=make_install())
    segment = publish_segment("new", {"field": "stage", "op": "one_of", "value": ["working"]})
    lead = make_lead()
    rebuilding = threading.Thread(target=lambda: (actions.rebuild(segment, now=NOON), connection.close()))

    with transaction.atomic():
        steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
        rebuilding.start()
        rebuilding.join(0.3)
        waited = rebuilding.is_alive()
    rebuilding.join(20)

    assert (waited, members("new")) == (True, [lead.pk])
