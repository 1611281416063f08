"""What people tell of a lead: what happened, and what was wrong."""

from datetime import timedelta

import pytest

from leadloop import steps
from leadloop.leads.errors import StaleLead
from leadloop.leads.models import Lead, Touch
from tests.make import NOON
from tests.steps.conftest import LATER, standing_of


def test_only_our_first_word_ends_the_speed_to_lead_clock(lead, ann):
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="noted", text="No phone yet").or_raise()
    assert standing_of(lead).first_touch_at is None
    first = NOON + timedelta(minutes=3)
    steps.log([lead.pk], steps.by(ann, now=LATER, happened_at=first), kind="called", outcome="no_answer").or_raise()
    steps.log([lead.pk], steps.by(ann, now=LATER), kind="emailed").or_raise()

    standing = standing_of(lead)
    assert (standing.first_touch_at, standing.due_at, standing.touches) == (first, LATER + steps.FOLLOW_UP, 3)
    assert [touch.data.get("outcome") for touch in Touch.objects.filter(kind="called")] == ["no_answer"]


def test_a_planned_next_step_is_when_the_lead_waits_again(lead, ann):
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="called", next_at=NOON + timedelta(days=7)).or_raise()
    assert standing_of(lead).due_at == NOON + timedelta(days=7)


def test_an_edit_is_scored_at_once_and_says_what_was(lead, ann):
    before = standing_of(lead)
    steps.edit([lead.pk], steps.by(ann, now=LATER), values={"title": "Founder", "company": "Engines"}, version=before.version).or_raise()

    touch, after = Touch.objects.filter(kind="edited").get(), standing_of(lead)
    assert (touch.data["was"], touch.data["now"]) == ({"title": ""}, {"title": "Founder"})
    assert (Lead.objects.get().title, after.score, after.version) == ("Founder", before.score + 20, before.version + 1)


def test_an_edit_of_a_version_that_is_gone_changes_nothing(lead, ann):
    with pytest.raises(StaleLead):
        steps.edit([lead.pk], steps.by(ann, now=LATER), values={"title": "Founder"}, version=99)
    assert (Lead.objects.get().title, Touch.objects.count()) == ("", 1)
