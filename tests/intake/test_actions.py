"""The inbox: kept as it came, counted, handed out once, set aside with a reason."""

from datetime import timedelta

import pytest

from leadloop.intake import actions as intake
from leadloop.intake.models import Refusal, Submission, Tally, Verdict, Waiting
from leadloop.intake.refusals import Refusals
from tests.make import NOON, arrival

pytestmark = pytest.mark.django_db


def test_what_came_in_is_kept_to_the_letter_and_comes_out_the_same():
    moment, text = NOON - timedelta(days=2), '{ "name":"Grüße 🦊" }'
    one = arrival(context={"ip": "::1"}, happened_at=moment)._replace(country="GB", raw=text)
    [number] = intake.receive([one])
    [(same, loaded)] = intake.load([number])

    assert (same, Submission.objects.get().payload) == (number, text)
    assert (loaded.raw, loaded.payload, loaded.country) == (text, {"name": "Grüße 🦊"}, "GB")
    assert (loaded.happened_at, loaded.received_at, loaded.context["ip"]) == (moment, NOON, "::1")
    assert (loaded.door, loaded.source_id, loaded.later) == ("api", one.source_id, False)


def test_ids_rise_in_the_order_of_arrival_and_each_door_counts_its_own():
    ids = intake.receive([arrival(), arrival(door="form"), arrival()]) + intake.receive([arrival(door="form")])
    assert ids == sorted(set(ids))
    assert dict(Tally.objects.values_list("door", "received")) == {"api": 2, "form": 2}


def test_what_waits_is_handed_out_once_oldest_first():
    ids = intake.receive([arrival(later=True) for _ in range(3)])
    assert [number for number, _ in intake.take_waiting(limit=2)] == ids[:2]
    assert [number for number, _ in intake.take_waiting(limit=2)] == ids[2:]
    assert intake.take_waiting(limit=2) == []


def test_what_is_set_aside_is_let_out_once():
    first, second = intake.receive([arrival(), arrival()])
    intake.quarantine([first, second], reason="ValueError: " + "x" * 400)

    assert intake.release_quarantine([first, 4242]) == [first]
    assert intake.release_quarantine([first]) == []
    assert list(Waiting.objects.values_list("pk", flat=True)) == [first]
    assert [(verdict.pk, len(verdict.reason)) for verdict in Verdict.objects.all()] == [(second, 300)]


def test_refusals_are_counted_by_day_door_and_reason():
    counted = Refusals()
    for door, reason in (("api", "too_large"), ("api", "too_large"), ("form", "too_large"), ("api", "x" * 200)):
        counted.note(door, reason)
    counted.flush()
    counted.flush()
    intake.count_refusal("api", "too_large", now=NOON, count=3)
    intake.count_refusal("api", "too_large", now=NOON, count=4)

    today = [(row.door, row.reason, row.count) for row in Refusal.objects.exclude(day=NOON.date()).order_by("door", "reason")]
    assert today == [("api", "too_large", 2), ("api", "x" * 60, 1), ("form", "too_large", 1)]
    assert Refusal.objects.get(day=NOON.date()).count == 7
