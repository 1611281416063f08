"""Which routes can be published."""

import pytest

from leadloop.kernel.drafts import Line
from leadloop.routing.domain.checks import check_route_spec, route_lines

BIG = {"id": "big", "label": "Big ones", "when": {"field": "employees", "op": "at_least", "value": 200}, "pool": 1, "how": "turn"}
FALLBACK = {"pool": 2, "how": "wait"}


def route(**changes):
    return {"rules": [BIG], "fallback": FALLBACK} | changes


def rule(**changes):
    return route(rules=[BIG | changes])


@pytest.mark.parametrize("spec", [route(), route(rules=[]), rule(label=""), rule(when={"all": []})])
def test_routes_that_stand(spec):
    assert check_route_spec(spec, {1, 2}) == []


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        ({}, ""),
        (route(extra=1), ""),
        (route(fallback=None), "Everybody else"),
        (route(fallback={"pool": 3, "how": "turn"}), "Everybody else"),
        (route(fallback={"pool": 1, "how": "dice"}), "Everybody else"),
        (route(rules=["big"]), "Rule 1"),
        (rule(pool=3), "Rule 1: Big ones"),
        (rule(pool=True), "Rule 1: Big ones"),
        (rule(how="sell"), "Rule 1: Big ones"),
        (rule(id="fallback"), "Rule 1: Big ones"),
        (rule(when={"any": []}), "Rule 1: Big ones"),
        (rule(when={"field": "gone", "op": "is_blank"}), "Rule 1: Big ones"),
        (rule(weight=1), "Rule 1: Big ones"),
        (route(rules=[BIG, BIG]), "Rule 2: Big ones"),
    ],
)
def test_check_route_spec_names_the_place(spec, place):
    assert [problem.place for problem in check_route_spec(spec, {1, 2})] == [place]


def test_route_lines_say_where_leads_go():
    assert route_lines(route(), {"pool": {1: "Key accounts"}}) == {
        "rule:big": Line("Big ones", "when employees is at least 200: Key accounts, next in turn"),
        "fallback": Line("Everybody else", "a pool that is gone, waits to be claimed"),
    }
