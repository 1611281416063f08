"""What rules may ask of a lead beside what it says: touches with campaign and source, decisions before, segments, channel, owner's role."""

from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.leads.actions import load_cases
from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain.criteria import dump, predicate
from leadloop.leads.domain.criteria.text import parse_text
from leadloop.leads.models import Lead, Source, Standing, Touch
from leadloop.leads.recalling import asked_of, recall
from leadloop.learning.models import Likelihood
from tests.make import NOON, make_install, make_lead, make_person, make_rep

pytestmark = pytest.mark.django_db
TEXTS = [
    "touches of captured campaign Spring >= 1",
    "touches of captured campaign Spring >= 2",
    "touches of captured source #{source} >= 2",
    "touches of called by us = 1",
    "touches by them = 2",
    "touches of interaction by #{person} = 1",
    "touches of called campaign Autumn = 1",
    "past_stages contains disqualified",
    "past_stages contains mql",
    "past_reasons is one of no_budget, other",
    "past_rules contains fallback",
    "past_pools contains #{pool}",
    "past_owners contains #{person}",
    "past_owners is blank",
    "owner_role is rep",
    "channel is fair",
    "in segment nowhere",
    "place within 50 km of 37.79 -122.39",
    "utm_source is google",
    "domain_kind is company",
    "hours_since_received >= 2",
    "probability is between 60 and 70",
    "probability > 64",
]


def test_both_compilers_read_the_same_of_a_life():
    person, lead = a_life()
    source, pool = lead.source_id, Standing.objects.get(pk=lead.pk).pool_id
    Source.objects.filter(pk=source).update(channel="fair")
    Likelihood.objects.create(lead=lead, version=1, probability=0.64, percent=64, given_at=NOON)
    later = NOON + timedelta(hours=3)
    texts = [text.format(source=source, person=person.pk, pool=pool or 1) for text in TEXTS]
    trees = {text: parse_text(text) for text in texts}
    case = load_cases([lead.pk])[lead.pk]
    recall([case])

    python = {text: predicate(tree)(case.facts(), later) for text, tree in trees.items()}
    database = {text: Standing.objects.filter(condition(tree, later), pk=lead.pk).exists() for text, tree in trees.items()}

    assert python == database
    assert [text for text, holds in python.items() if not holds] == [
        "touches of captured campaign Spring >= 2",
        "past_stages contains mql",
        "past_owners is blank",
        "in segment nowhere",
        "probability > 64",
    ]


def a_life():
    """Captured twice, called in a campaign by the person who has it, disqualified."""
    person = make_rep("ann", pool=make_install())
    first = {"email": "ann@x.example", "utm_campaign": "Spring", "utm_source": "google", "country": "US", "zip": "94105"}
    lead = make_lead(first)
    make_lead({"email": "ann@x.example"})
    steps.log([lead.pk], steps.by(person, now=NOON), kind="called", campaign="Autumn").or_raise()
    steps.disqualify([lead.pk], steps.by(person, now=NOON), reason="no_budget").or_raise()
    return person, Lead.objects.get(pk=lead.pk)


def test_a_lead_without_rules_that_ask_for_more_costs_no_query_more(django_assert_num_queries):
    case = load_cases([make_lead({"email": "ann@x.example"}).pk])
    loop.recall(list(case.values()), 10**9)

    with django_assert_num_queries(0):
        loop.recall(list(case.values()), 10**9)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("country is US", set()),
        ("touches of opened >= 1", {"touches"}),
        ("in segment big and owner_role is rep", {"segments", "owner_role"}),
        ("probability >= 60", {"probability"}),
        ("past_stages contains junk or channel is web", {"past_stages", "channel"}),
    ],
)
def test_rules_are_asked_what_they_need(text, asked):
    assert asked_of([{"criteria": dump(parse_text(text))}]) == asked


def test_touches_of_one_submission_name_its_campaign_and_source():
    lead = make_lead({"email": "ann@x.example", "campaign": "Spring"})
    make_lead({"email": "ann@x.example"})

    kept = [(data.get("source"), data.get("campaign")) for data in Touch.objects.order_by("pk").values_list("data", flat=True)]
    assert kept == [(lead.source_id, "Spring"), (lead.source_id, None)]


def test_another_postal_code_is_another_place():
    person = make_person("ann", "admin")
    lead = make_lead({"email": "ann@x.example", "country": "US", "zip": "94105"})

    steps.edit([lead.pk], steps.by(person, now=NOON), values={"postal_code": "10001"}).or_raise()
    moved = Lead.objects.get(pk=lead.pk)
    steps.edit([lead.pk], steps.by(person, now=NOON), values={"country": "DE"}).or_raise()
    unknown = Lead.objects.get(pk=lead.pk)

    assert (round(moved.latitude), round(moved.longitude)) == (41, -74)
    assert (unknown.latitude, unknown.longitude, unknown.place_x) == (None, None, None)
