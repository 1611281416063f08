"""Criteria as people read them, and their form as programs read it."""

import json

import jsonschema_rs
import pytest
from hypothesis import given

from leadloop.leads.domain.criteria import CATALOGUE, OPERATORS, json_schema, parse, sentence
from tests.leads.criteria_cases import NOW, asked_values, condition_spec, specs

NAMES = {"source": {3: "Trade fair"}}
VALID = jsonschema_rs.validator_for(json_schema())
SENTENCES = [
    (
        {"all": [{"field": "country", "op": "one_of", "value": ["US", "CA"]}, {"touches": "opened", "within_days": 30, "op": "none"}]},
        "country is one of US, CA and no touch of kind opened in the last 30 days",
    ),
    ({"all": []}, "every lead"),
    ({"any": []}, "no lead"),
    ({"field": "title", "op": "contains", "value": "vice president"}, 'job title contains "vice president"'),
    (
        {"any": [{"field": "title", "op": "contains", "value": word} for word in ("owner", "chief")]},
        "job title contains one of owner, chief",
    ),
    (
        {"any": [{"field": "title", "op": "contains", "value": "owner"}, {"field": "message", "op": "contains", "value": "owner"}]},
        "job title contains owner or message contains owner",
    ),
    ({"field": "industry", "op": "one_of", "value": ["insurance", "real estate"]}, 'industry is one of insurance, "real estate"'),
    ({"field": "industry", "op": "is", "value": "And"}, 'industry is "And"'),
    ({"field": "postal_code", "op": "starts_with_one_of", "value": ["10", "12"]}, "postal code starts with one of 10, 12"),
    (
        {"field": "budget", "op": "at_least", "value": 500000, "currency": "EUR"},
        "budget is at least EUR 5,000.00 (not in another currency)",
    ),
    (
        {"field": "place", "op": "within_km", "value": 50, "of": [52.53, 13.38], "near": "10115 Berlin"},
        "within 50 km of 10115 Berlin",
    ),
    ({"field": "place", "op": "not_within_km", "value": 7.5, "of": [52.53, -13.38]}, "not within 7.5 km of 52.53, -13.38"),
    ({"field": "segments", "op": "contains", "value": "big"}, "in segment big"),
    ({"field": "segments", "op": "none_of", "value": ["big", "north"]}, "in none of the segments big, north"),
    ({"field": "past_stages", "op": "contains", "value": "junk"}, "stages so far include junk"),
    ({"touches": "any", "op": "none", "within_days": 14}, "no touch in the last 14 days"),
    (
        {"touches": "opened", "op": "at_least", "value": 3, "within_days": 30, "campaign": "Spring sale", "source": 3, "by": "them"},
        'at least 3 touches of kind opened of campaign "Spring sale" from Trade fair by the lead in the last 30 days',
    ),
    (
        {"touches": "interaction", "op": "between", "value": [1, 4], "local_days": 7, "zone": "Europe/Berlin", "by": 8},
        "1 to 4 interactions by person #8 in the last 7 days (Europe/Berlin)",
    ),
    ({"touches": "called", "op": "exactly", "value": 2, "by": "us"}, "exactly 2 touches of kind called by one of us"),
    ({"field": "source", "op": "none_of", "value": [3, 4]}, "source is none of Trade fair, #4"),
    ({"field": "budget_cents", "op": "between", "value": [-5, 123456789]}, "budget is between -0.05 and 1,234,567.89"),
    ({"field": "employees", "op": "at_least", "value": 5000}, "employees is at least 5,000"),
    ({"field": "due_at", "op": "before", "value": "2026-03-01T01:00:00+01:00"}, "due before 2026-03-01 00:00 UTC"),
    ({"field": "due_at", "op": "after", "value": "2026-03-01T00:00:01.5Z"}, "due after 2026-03-01 00:00:01.500000 UTC"),
    ({"field": "received_at", "op": "in_last_days", "value": 1, "zone": "UTC"}, "received today (UTC)"),
    (
        {"field": "received_at", "op": "not_in_last_days", "value": 7, "zone": "Europe/Berlin"},
        "not received in the last 7 days (Europe/Berlin)",
    ),
    ({"field": "converted_at", "op": "is_blank"}, "never converted"),
    ({"field": "is_open", "op": "is_false"}, "is not open"),
    ({"field": "flaws", "op": "one_of", "value": ["email_invalid", "phone_invalid"]}, "flaws include one of email_invalid, phone_invalid"),
    ({"field": "score", "op": "one_of", "value": list(range(12))}, "score is one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"),
    ({"touches": "any", "op": "at_least", "value": 1, "within_days": 1}, "at least 1 touch in the last 24 hours"),
    ({"touches": "called", "op": "at_most", "value": 2}, "at most 2 touches of kind called"),
    ({"any": [{"all": [{"any": [{"field": "phone", "op": "is_blank"}]}]}]}, "phone is blank"),
    (
        {
            "all": [
                {"any": [{"field": "phone", "op": "is_blank"}, {"field": "email", "op": "is_blank"}]},
                {"field": "is_open", "op": "is_true"},
            ]
        },
        "(phone is blank or e-mail is blank) and is open",
    ),
]


@pytest.mark.parametrize(("spec", "words"), SENTENCES, ids=[words[:40] for _, words in SENTENCES])
def test_criteria_read_as_a_sentence(spec, words):
    assert (sentence(parse(spec), NAMES), VALID.is_valid(spec)) == (words, True)


def test_every_operator_of_every_field_has_words_and_is_in_the_schema():
    every = [condition_spec(field, op, asked_values(field, NOW)[:3]) for field in CATALOGUE.values() for op in OPERATORS[field.type]]

    assert [spec for spec in every if "{" in sentence(parse(spec)) or not VALID.is_valid(spec)] == []


def test_what_a_person_wrote_never_reads_as_a_placeholder():
    assert sentence(parse({"field": "city", "op": "is", "value": "{label} %s"})) == 'city is "{label} %s"'


@given(specs(NOW))
def test_the_schema_accepts_what_parse_accepts(spec):
    parse(spec)

    assert VALID.is_valid(json.loads(json.dumps(spec)))


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"all": [], "any": []},
        {"all": {}},
        {"field": "colour", "op": "is", "value": "red"},
        {"field": "score", "op": "contains", "value": "5"},
        {"field": "score", "op": "is", "value": 5.5},
        {"field": "phone", "op": "is_blank", "value": "x"},
        {"field": "stage", "op": "is", "value": "fresh"},
        {"field": "country", "op": "is", "value": "us"},
        {"field": "received_at", "op": "in_last_days", "value": 7},
        {"touches": "any", "op": "at_least", "value": 0},
        {"touches": "any", "op": "none", "value": 0},
        {"not": {"field": "country", "op": "one_of", "value": []}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_parse_refuses(spec):
    assert not VALID.is_valid(spec)
