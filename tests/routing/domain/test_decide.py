"""The route: the first rule that holds says where, and the fallback always does."""

import pytest

from leadloop.leads.domain.criteria import CriteriaInvalid, blank_facts
from leadloop.routing.domain.decide import Destination, compile_route, decide
from tests.make import NOON

SPEC = {
    "rules": [
        {"id": "big", "when": {"field": "employees", "op": "at_least", "value": 200}, "pool": 1, "how": "turn"},
        {"id": "us", "when": {"field": "country", "op": "one_of", "value": ["US", "CA"]}, "pool": 2, "how": "wait"},
        {"id": "also us", "when": {"field": "country", "op": "is", "value": "US"}, "pool": 3, "how": "turn"},
    ],
    "fallback": {"pool": 9, "how": "turn"},
}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"employees": 200, "country": "US"}, Destination(1, "turn", "big")),
        ({"employees": 199, "country": "US"}, Destination(2, "wait", "us")),
        ({"country": "DE"}, Destination(9, "turn", "fallback")),
        ({}, Destination(9, "turn", "fallback")),
    ],
    ids=["the first that holds", "the second, though the third holds too", "none holds", "nothing known"],
)
def test_where_a_lead_goes(facts, expected):
    assert decide(blank_facts() | facts, compile_route(SPEC, version=1), now=NOON) == expected


def test_a_rule_that_means_nothing_is_refused_before_it_is_in_force():
    odd = SPEC["rules"][0] | {"when": {"field": "shoe_size", "op": "is", "value": 44}}
    with pytest.raises(CriteriaInvalid):
        compile_route(SPEC | {"rules": [odd]}, version=1)
