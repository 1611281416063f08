"""What follows from a probability: points of a score, segments, and leads that go on when a scorecard fails."""

import pytest

from leadloop import steps
from leadloop.db.versions import publish, save_draft
from leadloop.leads.models import Standing
from leadloop.learning.models import Likelihood
from leadloop.scoring.models import ScoreModel
from leadloop.segments.models import Member, Segment
from tests.learning.base import champion, run_jobs
from tests.make import NOON, make_install, make_lead, make_person

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
