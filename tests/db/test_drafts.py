"""Drafts: nobody overwrites what they have not seen, and nothing is published twice."""

import pytest

from leadloop.db.drafts import (
    NO_DRAFT,
    NotPublishable,
    StaleDraft,
    change_draft,
    discard_draft,
    draft_of,
    publish_draft,
    published_of,
    restore_version,
    retire,
    stamp,
)
from leadloop.db.versions import NothingToPublish
from leadloop.segments.models import Segment
from tests.make import NOON, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return make_person("mia", "marketer")


def change(spec, mia, seen=NO_DRAFT):
    return change_draft(Segment, name="big", title="Big", spec=spec, seen=seen, author=mia, now=NOON)


def publish(seen, mia, note="", problems=()):
    return publish_draft(Segment, name="big", seen=seen, check=lambda _: problems, note=note, author=mia, now=NOON)


def history():
    return list(Segment.objects.filter(name="big").order_by("version").values_list("version", "status", "spec"))


def test_change_draft_refuses_whoever_saw_another_draft(mia):
    first = change({"n": 1}, mia)

    with pytest.raises(StaleDraft):
        change({"n": 2}, mia)
    with pytest.raises(StaleDraft):
        discard_draft(Segment, name="big", seen=NO_DRAFT)

    assert draft_of(Segment, "big").spec == {"n": 1}
    change({"n": 2}, mia, seen=stamp(first))
    assert history() == [(1, "draft", {"n": 2})]


def test_publish_twice_makes_one_version(mia):
    seen = stamp(change({"n": 1}, mia))

    publish(seen, mia, note="because")
    with pytest.raises(NothingToPublish):
        publish(seen, mia)

    assert history() == [(1, "published", {"n": 1})]
    assert published_of(Segment, "big").note == "because"


def test_publish_refuses_a_draft_that_changed_after_its_preview(mia):
    seen = stamp(change({"n": 1}, mia))
    change({"n": 2}, mia, seen=seen)

    with pytest.raises(StaleDraft):
        publish(seen, mia)

    assert history() == [(1, "draft", {"n": 2})]


def test_publish_refuses_a_draft_that_does_not_stand(mia):
    seen = stamp(change({"n": 1}, mia))

    with pytest.raises(NotPublishable, match="Criteria: there is no field"):
        publish(seen, mia, problems=["Criteria: there is no field shoe_size"])

    assert history() == [(1, "draft", {"n": 1})]


def test_restore_version_leaves_an_open_draft_after_it(mia):
    publish(stamp(change({"n": 1}, mia)), mia)
    publish(stamp(change({"n": 2}, mia)), mia)
    change({"n": 3}, mia)
    first = Segment.objects.get(version=1)

    restore_version(first, author=mia, now=NOON, note="signed by both")
    with pytest.raises(NothingToPublish):
        restore_version(published_of(Segment, "big"), author=mia, now=NOON)

    assert history() == [(1, "retired", {"n": 1}), (2, "retired", {"n": 2}), (3, "published", {"n": 1}), (4, "draft", {"n": 3})]
    assert published_of(Segment, "big").note == "rolled back to version 1; signed by both"


def test_retire_keeps_the_versions(mia):
    publish(stamp(change({"n": 1}, mia)), mia)

    assert (retire(Segment, name="big"), retire(Segment, name="big")) == (1, 0)
    assert history() == [(1, "retired", {"n": 1})]


def test_discard_draft_may_be_asked_twice(mia):
    seen = stamp(change({"n": 1}, mia))

    discard_draft(Segment, name="big", seen=seen)
    discard_draft(Segment, name="big", seen=NO_DRAFT)

    assert history() == []
