"""Criteria that hold never or always are found; those that a lead can meet are never called impossible."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadloop.leads.domain.criteria import Not, parse, predicate
from leadloop.leads.domain.criteria.checks import Cost, estimate, findings
from leadloop.leads.domain.criteria.possible import can_hold, implies
from leadloop.leads.domain.criteria.reading import reads_learned, ring, rules_read
from leadloop.leads.domain.criteria.text import parse_text
from tests.leads.criteria_cases import NOW, facts_for, specs

NEVER = [
    "score >= 60 and score < 40",
    "country is US and country is DE",
    "city is blank and city contains x",
    "score > 100",
    "stage is blank",
    "is_open is true and stage is won",
    'title contains "sales director" and title does not contain sales',
    "title is Manager and not (title is manager or title contains boss)",
    "postal_code starts with 10 and postal_code starts with one of 11, 12",
    "phone is not blank and phone is one of a, b and phone is none of a, b, c",
    "budget >= 5000 EUR and budget >= 1 USD",
    "budget is blank and budget < 5 EUR",
    "place within 10 km of 52.5 13.4 and place not within 20 km of 52.5 13.4",
    "received_at in last 7 days in UTC and received_at not in last 30 days in UTC",
    "due_at before 2026-01-01T00:00:00Z and due_at after 2026-01-01T00:00:00Z",
    "in segment big and segments is blank",
    "past_stages is one of junk, lost and past_stages is none of junk, lost, won",
    "touches of opened in last 7 days >= 3 and touches of opened in last 30 days <= 2",
    "touches of called >= 1 and touches of interaction = 0",
    'touches of opened campaign "A" >= 2 and touches of opened < 2',
    "(country is US or country is DE) and (country is FR or country is IT)",
    "not (score >= 50 or score < 50 or score is blank)",
    "source is #3 and owner is #1 and source is none of #3, #4",
]
ALWAYS = [
    "score >= 0 or score is blank",
    "country is US or country is not US",
    "stage is not blank",
    "received_at is not blank",
    "touches of opened >= 3 or touches of opened <= 2",
    "is_open is true or is_open is false",
]
WARNED = [
    ("country is US and country is US", ["“country is US” is said twice."]),
    (
        "score >= 60 and score >= 40 and phone is not blank",
        ["“score is at least 40” makes no difference beside “score is at least 60”."],
    ),
    (
        "title contains director or title contains direct",
        ["“job title contains director” makes no difference beside “job title contains direct”."],
    ),
    ("score > 100 or country is US", ["“score is above 100” is never true."]),
    ("country is US and (score >= 60 or phone is blank)", []),
    ("every lead", []),
    ("no lead", []),
]


@pytest.mark.parametrize("text", NEVER)
def test_what_excludes_itself_is_an_error(text):
    assert [one.level for one in findings(parse_text(text))] == ["error"]


@pytest.mark.parametrize("text", ALWAYS)
def test_what_every_lead_meets_is_an_error(text):
    assert [one.text for one in findings(parse_text(text))] == ["Every lead meets this, whatever it is like."]


@pytest.mark.parametrize(("text", "warnings"), WARNED, ids=[text for text, _ in WARNED])
def test_what_makes_no_difference_is_a_warning(text, warnings):
    assert [(one.level, one.text) for one in findings(parse_text(text))] == [("warning", text) for text in warnings]


def test_an_error_names_the_two_that_exclude_one_another():
    [found] = findings(parse_text("phone is not blank and score >= 60 and score < 40"))
    assert found.text == "No lead can ever meet this: “score is at least 60” excludes “score is below 40”."


@st.composite
def trees_and_leads(draw):
    trees = [parse(spec) for spec in draw(st.lists(specs(NOW), min_size=1, max_size=3))]
    return trees, draw(st.lists(facts_for(trees, NOW), min_size=2, max_size=6))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(trees_and_leads())
def test_a_tree_that_some_lead_meets_is_never_called_impossible(case):
    trees, leads = case
    for tree in trees:
        met = [predicate(tree)(facts, NOW) for facts in leads]
        assert can_hold(tree) or not any(met)
        assert can_hold(Not(tree)) or all(met)
        for other in trees:
            both = [one and predicate(other)(facts, NOW) for one, facts in zip(met, leads, strict=True)]
            assert can_hold(tree, other) or not any(both)
            assert not implies([tree], other) or both == met


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("stage is new", Cost.INDEX),
        ("stage is new and city contains x", Cost.INDEX),
        ("stage is new or city contains x", Cost.ROWS),
        ("stage is not new", Cost.ROWS),
        ("city contains x and touches of opened >= 3", Cost.TOUCHES),
    ],
)
def test_the_cost_is_that_of_how_leads_are_found(text, cost):
    assert estimate(parse_text(text)).cost is cost


def test_rules_that_read_one_another_in_a_ring_are_found():
    reads = rules_read(parse_text("in segment big and (score >= 3 or mql_at is not blank)"))

    assert reads == {"segment:big", "score", "mql"}
    assert ring({"a": ["b"], "b": ["c"], "c": []}) == ()
    assert ring({"b": ["c"], "c": ["a"], "a": ["b"]}) == ("a", "b", "c", "a")
    assert ring({"a": ["a"]}) == ("a", "a")


def test_the_word_of_the_learned_model_closes_no_ring():
    tree = parse_text("probability >= 60 or score >= 3")

    assert (rules_read(tree), reads_learned(tree)) == ({"score"}, True)
    assert not reads_learned(parse_text("score >= 3"))
