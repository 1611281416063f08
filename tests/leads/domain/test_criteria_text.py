"""Criteria as a line of text: what is printed is read back as it was, and what cannot be read says where and why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadloop.leads.domain.criteria import parse
from leadloop.leads.domain.criteria.text import TextInvalid, parse_text, print_text
from tests.leads.criteria_cases import NOW, specs

NAMES = {"source": {3: "Trade fair"}, "owner": {7: "Ann Lee"}}
READ = [
    (
        'industry is one of insurance, "real estate" and (score >= 40 or touches of opened in last 30 days >= 3) and not country is US',
        {
            "all": [
                {"field": "industry", "op": "one_of", "value": ["insurance", "real estate"]},
                {
                    "any": [
                        {"field": "score", "op": "at_least", "value": 40},
                        {"touches": "opened", "within_days": 30, "op": "at_least", "value": 3},
                    ]
                },
                {"not": {"field": "country", "op": "is", "value": "US"}},
            ]
        },
    ),
    ("every lead", {"all": []}),
    ("all(no lead)", {"all": [{"any": []}]}),
    ("budget between 5000 and 7500.50 EUR", {"field": "budget", "op": "between", "value": [500_000, 750_050], "currency": "EUR"}),
    (
        'place is within 50 km of 52.53, 13.38 "10115 Berlin"',
        {"field": "place", "op": "within_km", "value": 50, "of": [52.53, 13.38], "near": "10115 Berlin"},
    ),
    ("not in segment big", {"field": "segments", "op": "not_contains", "value": "big"}),
    ("postal_code starts with one of 10, 12", {"field": "postal_code", "op": "starts_with_one_of", "value": ["10", "12"]}),
    ("received_at in last 7 days in Europe/Berlin", {"field": "received_at", "op": "in_last_days", "value": 7, "zone": "Europe/Berlin"}),
    ("due_at before 2026-03-01T09:00:00+01:00", {"field": "due_at", "op": "before", "value": "2026-03-01T08:00:00Z"}),
    ('source is "trade fair"', {"field": "source", "op": "is", "value": 3}),
    ("no touch for 14 days", {"touches": "any", "within_days": 14, "op": "none"}),
    (
        'touches of opened campaign "Spring sale" source "Trade fair" by "Ann Lee" in last 7 local days in UTC between 1 and 3',
        {
            "touches": "opened",
            "local_days": 7,
            "zone": "UTC",
            "campaign": "Spring sale",
            "source": 3,
            "by": 7,
            "op": "between",
            "value": [1, 3],
        },
    ),
    ("touches by them > 2", {"touches": "any", "by": "them", "op": "at_least", "value": 3}),
    ('city is "and"', {"field": "city", "op": "is", "value": "and"}),
    ('city contains "say \\"so\\" \\\\"', {"field": "city", "op": "contains", "value": 'say "so" \\'}),
    ("is_open is true", {"field": "is_open", "op": "is_true"}),
]
WRONG = [
    ("", 1, "a condition is missing", ""),
    ("country is US and", 18, "a condition is missing", ""),
    ("country US", 9, "country takes no 'US' here", None),
    ("contry is US", 1, "there is no field 'contry'", "Did you mean country?"),
    ("industry is real estate", 18, "'estate' is not expected here", None),
    ("city is and", 9, "'and' means something here", "Put it in quotes to use it as a value."),
    ("(score >= 40", 13, '")" is missing', "Each bracket that opens has to close."),
    ('city is "Berlin', 9, "'\"' cannot stand here", "A text in quotes has to end with one."),
    ("score >= forty", 10, "'forty' is no whole number", ""),
    ("phone is blank and country is us", 20, "must be two capital letters, such as US", ""),
    ("budget >= 1e9999999 EUR", 11, "'1e9999999' is no amount", "Such as: 5000 EUR."),
    ("budget >= 1e900000 EUR", 11, "'1e900000' is no amount", "Such as: 5000 EUR."),
    ("budget >= 5000", 1, "must be three capital letters, such as EUR", ""),
    ("received_at in last 7 days", 27, '"in" is missing', "Name a time zone, such as: in Europe/Berlin."),
    ("touches of opened", 18, "say how many touches", None),
    ('source is "Trade fare"', 11, "there is no source 'Trade fare'", 'Did you mean "Trade fair"?'),
]


@pytest.mark.parametrize(("text", "spec"), READ, ids=[text[:40] for text, _ in READ])
def test_text_is_read_as_criteria(text, spec):
    assert parse_text(text, names=NAMES) == parse(spec)


@pytest.mark.parametrize(("text", "column", "reason", "hint"), WRONG, ids=[text or "nothing" for text, *_ in WRONG])
def test_what_cannot_be_read_says_where_and_what_would_do(text, column, reason, hint):
    with pytest.raises(TextInvalid) as refusal:
        parse_text(text, names=NAMES)

    error = refusal.value
    assert (error.line, error.column, error.reason, error.hint if hint is not None else None) == (1, column, reason, hint)


def test_places_count_lines():
    with pytest.raises(TextInvalid) as refusal:
        parse_text("country is US\n  and nobody is 5")

    assert (refusal.value.line, refusal.value.column) == (2, 7)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(specs(NOW))
def test_what_is_printed_is_read_back_as_the_same_tree(spec):
    tree = parse(spec)

    assert parse_text(print_text(tree)) == tree


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.lists(st.sampled_from([text for text, _ in READ] + ["(", ")", "and", "or", '"', "\\"])).map(" ".join))
def test_any_text_is_read_or_refused(text):
    tree, position = read_or_refused(text)

    assert position in range(len(text) + 1)
    assert tree is None or parse_text(print_text(tree)) == tree


def read_or_refused(text):
    try:
        return parse_text(text), 0
    except TextInvalid as error:
        return None, error.position


def test_text_that_is_too_long_is_refused_before_it_is_read():
    with pytest.raises(TextInvalid, match="more than 100,000 characters"):
        parse_text("company contains x or " * 5_000)
