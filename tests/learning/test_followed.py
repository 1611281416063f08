"""What follows from a probability: points of a score, segments, and leads that go on when a scorecard fails."""

import pytest
from django.db import transaction
from django.urls import reverse

from leadloop import loop, steps
from leadloop.db.versions import publish, save_draft, turn_epoch
from leadloop.leads.models import Standing
from leadloop.learning import runs
from leadloop.learning.models import Failure, Likelihood, Model
from leadloop.scoring.models import ScoreModel
from leadloop.segments.models import Member, Segment
from tests.learning.base import champion, keep_model, run_jobs
from tests.make import NOON, arrival, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db
SPEC = {"v": 2, "base": 10, "rules": [], "grades": {"A": 60}, "probability": {"points": 50}}
LIKELY = {"criteria": {"field": "probability", "op": "at_least", "value": 60}}


@pytest.fixture(autouse=True)
def pool():
    return make_install()


def publish_rule(kind, name, spec):
    publish(save_draft(kind, name=name, title=name, spec=spec, author=None, now=NOON), author=None, now=NOON)


def worth(lead):
    """The score of a lead, and what it has to be."""
    percent = Likelihood.objects.get(pk=lead.pk).percent
    return Standing.objects.get(pk=lead.pk).score, 10 + (percent * 50 + 50) // 100


def test_points_for_probability_count_when_a_lead_comes_and_after_every_step():
    publish_rule(ScoreModel, "main", SPEC)
    champion()
    lead = make_lead({"email": "new@one.com", "product": "Solar"}, source="Reference")
    first, expected = worth(lead)
    steps.log([lead.pk], steps.by(make_person("Boss", "manager"), now=NOON), kind="called").or_raise()

    assert first == expected > 40
    assert worth(lead) == (expected, expected)


def test_rules_that_ask_for_the_probability_are_asked_again_when_a_model_has_spoken():
    publish_rule(ScoreModel, "main", SPEC)
    publish_rule(Segment, "likely", LIKELY)
    warm = make_lead({"email": "warm@one.com", "product": "Solar"}, source="Reference")
    cold = make_lead({"email": "cold@one.com", "product": "Roof"}, source="Cold list")
    before = [Standing.objects.get(pk=lead.pk).score for lead in (warm, cold)]

    champion()
    run_jobs()

    assert before == [10, 10]
    assert [worth(lead)[0] for lead in (warm, cold)] == [worth(lead)[1] for lead in (warm, cold)] != before
    assert list(Member.objects.filter(segment="likely", lead__in=[warm, cold]).values_list("lead", flat=True)) == [warm.pk]


def test_a_new_lead_enters_the_segment_of_the_likely_at_once():
    champion()
    publish_rule(Segment, "likely", LIKELY)
    warm = make_lead({"email": "warm@one.com", "product": "Solar"}, source="Reference")
    make_lead({"email": "cold@one.com", "product": "Roof"}, source="Cold list")

    assert list(Member.objects.filter(segment="likely").values_list("lead", flat=True)) == [warm.pk]


def broken(version, **changes):
    """A version whose card is not what it should be; read anew, as a process does after a publication."""
    row = Model.objects.get(version=version)
    row.spec["card"] |= changes
    Model.objects.filter(pk=row.pk).update(spec=row.spec)
    with transaction.atomic():
        turn_epoch()


def short(card):
    """A card of which a feature has no points: it can be read, and fails when it is asked."""
    return [one | {"points": [], "leads": [], "won": []} for one in card["features"]]


def learning_page(client):
    client.force_login(make_person("Boss", "manager"))
    return client.get(reverse("learning:overview")).content.decode()


def test_a_scorecard_that_fails_stops_no_lead_and_the_page_says_so(client, caplog):
    champion()
    broken(1, features=short(Model.objects.get(version=1).spec["card"]))
    taken = [one for _ in range(2) for one in loop.capture([arrival() for _ in range(3)], now=NOON)]

    assert [one.outcome for one in taken] == ["created"] * 6
    assert Likelihood.objects.filter(lead__in=[one.case.lead_id for one in taken]).count() == 0
    assert [(one.version, one.lead_id, one.problem) for one in Failure.objects.all()] == [(1, taken[0].case.lead_id, "IndexError")]
    assert len([one for one in caplog.records if one.name == "leadloop.learning"]) == 1
    page = learning_page(client)
    assert "Version 1 fails for some leads" in page
    assert f"/leads/{taken[0].case.lead_id}/" in page


def test_a_challenger_that_fails_does_not_silence_the_champion():
    champion()
    keep_model()
    broken(2, features=short(Model.objects.get(version=2).spec["card"]))
    said = Likelihood.objects.get(pk=make_lead({"product": "Solar"}, source="Reference").pk)

    assert (said.version, said.percent > 60, said.shadow) == (1, True, None)


def test_a_version_that_cannot_be_read_stops_no_lead_and_the_page_says_so(client):
    champion()
    broken(1, format=99)
    [taken] = loop.capture([arrival()], now=NOON)

    assert taken.outcome == "created"
    assert "Version 1 cannot be read" in learning_page(client)


def test_a_failing_model_leaves_open_leads_without_a_word_and_its_job_ends():
    lead = make_lead({"email": "old@one.com"})
    champion()
    assert Likelihood.objects.get(pk=lead.pk).percent is not None
    broken(1, features=short(Model.objects.get(version=1).spec["card"]))

    runs.ask_scoring(now=NOON)
    run_jobs()

    assert not Likelihood.objects.filter(pk=lead.pk).exists()
    assert Failure.objects.count() == 1
