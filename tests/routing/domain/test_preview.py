"""Where a draft of the route would send leads."""

from datetime import UTC, datetime

from leadloop.leads.domain.criteria import blank_facts
from leadloop.routing.domain.decide import Destination, compile_route
from leadloop.routing.domain.preview import preview_route
from leadloop.routing.domain.rotation import Chair

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALL = compile_route({"rules": [], "fallback": {"pool": 1, "how": "turn"}}, version=1)
ROSTERS = {
    1: [Chair(1, 1, 500, 0, present=True), Chair(2, 2, 3, 9, present=True), Chair(3, 1, 0, 9, present=False)],
    2: [Chair(1, 1, 0, 9, present=True)],
}


def plan(field, value, *, how="turn"):
    rule = {"id": "rule", "when": {"field": field, "op": "is", "value": value}, "pool": 2, "how": how}
    return compile_route({"rules": [rule], "fallback": {"pool": 1, "how": "turn"}}, version=2)


def leads(*countries, **more):
    return {number: {**blank_facts(), "country": country, **more} for number, country in enumerate(countries, start=1)}


def test_preview_route_shows_rules_pools_people_and_moves():
    found = preview_route(leads("DE", "FR", "DE", "FR", "FR", "FR"), before=ALL, after=plan("country", "DE"), rosters=ROSTERS, now=NOW)

    assert found.rules == {"fallback": (6, 4), "rule": (0, 2)}
    assert found.pools == {1: (6, 4), 2: (0, 2)}
    assert found.people == {2: (4, 3), 1: (2, 3)}
    assert found.waiting == (0, 0)
    assert found.moves == (
        (1, Destination(1, "turn", "fallback"), Destination(2, "turn", "rule")),
        (3, Destination(1, "turn", "fallback"), Destination(2, "turn", "rule")),
    )


def test_leads_that_wait_for_a_claim_or_find_nobody_are_counted():
    found = preview_route(leads("DE", "FR"), before=ALL, after=plan("country", "DE", how="wait"), rosters={}, now=NOW)

    assert (found.people, found.waiting) == ({}, (2, 2))


def test_a_lead_that_has_somebody_is_judged_as_it_came_in():
    found = preview_route(leads("DE", owner=7, pool=2), before=ALL, after=plan("owner", 7), rosters=ROSTERS, now=NOW)

    assert found.moves == ()
