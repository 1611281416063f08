"""Ways, windows and rounds without a database: old specs keep their meaning, and the same inputs decide the same."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadloop.leads.domain.criteria import blank_facts
from leadloop.routing.domain.candidates import Candidate, Round, choose, round_of, seen
from leadloop.routing.domain.decide import Destination, compile_route, decide
from leadloop.routing.domain.rotation import Chair, deal
from leadloop.routing.domain.stops import window_of
from tests.make import NOON

ANY = {"all": []}
BIG = {"field": "employees", "op": "at_least", "value": 200}
US = {"field": "country", "op": "is", "value": "US"}
LAST = {"stops": [{"to": {"kind": "pool", "id": 9}}]}
PEOPLE = st.builds(
    Candidate,
    person=st.integers(1, 9),
    weight=st.integers(1, 4),
    turns=st.integers(0, 30),
    free=st.integers(0, 5),
    present=st.booleans(),
    cap=st.integers(1, 20),
    lacks=st.sampled_from([(), (), ("skill:x",)]),
)
ROUNDS = st.tuples(
    st.sampled_from(["turn", "least_loaded", "best", "owner"]), st.lists(PEOPLE, max_size=6, unique_by=lambda one: one.person)
)


def to(pool, **more):
    return {"to": {"kind": "pool", "id": pool}, **more}


def made(method, people, count):
    asked = {"best": [[number, "1||A"] for number in range(count)], "owner": [(number % 9) + 1 for number in range(count)]}
    odds = {"1||A": {str(one.person): [one.person, 5] for one in people}} if method == "best" else None
    return Round(method, tuple(people), tuple(asked.get(method, ())), odds, seed=77)


def legs(facts, spec):
    found = decide(blank_facts() | facts, compile_route(spec, version=1), now=NOON)
    return [(leg.rule, leg.stop.id) for leg in found.legs]


@pytest.mark.parametrize(("then", "expected"), [("hold", [("a", 1)]), ("fallback", [("a", 1), ("fallback", 9)])])
def test_what_lies_ahead_of_a_rule(then, expected):
    rule = {"id": "a", "when": ANY, "stops": [to(1, minutes=5)], "when_none": then}

    assert legs({}, {"rules": [rule], "fallback": LAST}) == expected


def test_next_asks_only_rules_that_hold_and_stops_where_one_holds_on():
    first = {"id": "a", "when": ANY, "stops": [to(1)], "when_none": "next"}
    other = {"id": "b", "when": BIG, "stops": [to(2)], "when_none": "next"}
    third = {"id": "c", "when": US, "stops": [to(3)], "when_none": "hold"}
    spec = {"rules": [first, other, third], "fallback": LAST}

    assert legs({"country": "US"}, spec) == [("a", 1), ("c", 3)]
    assert legs({"employees": 200}, spec) == [("a", 1), ("b", 2), ("fallback", 9)]


def test_rules_in_a_group_hold_only_where_the_group_does():
    inner = [{"id": "us", "when": US, "pool": 1, "how": "turn"}]
    spec = {"rules": [{"id": "big", "when": BIG, "rules": inner, "stops": [to(2)], "when_none": "hold"}], "fallback": LAST}
    plan = compile_route(spec, version=1)

    def where(**facts):
        return decide(blank_facts() | facts, plan, now=NOON).rule

    assert [where(country="US", employees=300), where(employees=300), where(country="US")] == ["us", "big", "fallback"]


@pytest.mark.parametrize(("how", "method"), [("turn", "turn"), ("wait", "claim")])
def test_the_old_shape_and_one_plain_stop_mean_the_same(how, method):
    old = {"rules": [{"id": "a", "when": BIG, "pool": 1, "how": how}], "fallback": {"pool": 9, "how": "turn"}}
    new = {"rules": [{"id": "a", "when": BIG, "stops": [to(1, method=method)], "when_none": "hold"}], "fallback": LAST}
    for facts in ({"employees": 300}, {}):
        found = [decide(blank_facts() | facts, compile_route(spec, version=1), now=NOON) for spec in (old, new)]
        assert found[0] == found[1] == Destination(1 if facts else 9, how if facts else "turn", "a" if facts else "fallback")


GOLDEN = [
    # the roster of a draw as it was kept before there were stops, and who got its leads
    ([[1, 2, 0, 50, True], [2, 1, 0, 50, True]], [1, 1, 2, 1, 1, 2]),
    ([[4, 1, 7, 2, True], [5, 3, 9, 1, True], [6, 1, 0, 9, False]], [5, 4, 4, None]),
    ([[7, 1, 3, 0, True]], [None]),
]


@pytest.mark.parametrize(("roster", "people"), GOLDEN)
def test_draws_of_old_replay_to_the_same_people(roster, people):
    assert choose(round_of(roster, None, 1), len(people)) == people
    assert deal([Chair(*row) for row in roster], len(people)) == people


@pytest.mark.parametrize(
    ("between", "moment", "holds"),
    [
        ({"days": [0], "from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}, datetime(2026, 3, 2, 8, 0, tzinfo=UTC), True),
        ({"days": [0], "from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}, datetime(2026, 3, 2, 7, 59, tzinfo=UTC), False),
        ({"days": [0], "from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}, datetime(2026, 3, 2, 16, 0, tzinfo=UTC), False),
        ({"from": "09:00", "to": "17:00", "zone": "Europe/Berlin"}, datetime(2026, 7, 1, 7, 0, tzinfo=UTC), True),
        ({"days": [0], "from": "22:00", "to": "06:00"}, datetime(2026, 3, 3, 5, 59, tzinfo=UTC), True),
        ({"days": [0], "from": "22:00", "to": "06:00"}, datetime(2026, 3, 2, 5, 59, tzinfo=UTC), False),
        ({"days": [1]}, datetime(2026, 3, 2, 12, 0, tzinfo=UTC), False),
        ({"days": [0]}, datetime(2026, 3, 2, 23, 59, tzinfo=UTC), True),
    ],
)
def test_hours_of_a_rule_are_those_of_its_zone(between, moment, holds):
    assert (moment in window_of(between)) is holds


@settings(max_examples=60, deadline=None)
@given(ROUNDS, st.integers(0, 12))
def test_no_cap_is_passed_nobody_is_chosen_who_cannot_and_it_comes_out_the_same(found, count):
    method, people = found
    given_ = made(method, people, count)

    chosen = choose(given_, count)

    roster = [[one.person, one.weight, one.turns, one.free, one.present] for one in people]
    assert choose(round_of(roster, given_.as_json(), 77), count) == chosen
    for one in people:
        assert chosen.count(one.person) <= (one.free if one.able else 0)
    if method != "owner" and any(one.able for one in people):
        assert chosen.count(None) == max(0, count - sum(one.free for one in people if one.able))


@settings(max_examples=40, deadline=None)
@given(ROUNDS, st.integers(1, 8))
def test_each_candidate_is_chosen_or_has_a_reason(found, count):
    method, people = found
    given_ = made(method, people, count)

    told = seen(given_, count - 1)

    assert [one.person for one in told if one.chosen] == [one for one in choose(given_, count)[-1:] if one is not None]
    assert all(one.chosen or one.why for one in told if method != "owner")
    assert {one.person for one in told} == {one.person for one in people}


def test_best_asks_the_likelier_winner_more_often_and_the_other_sometimes():
    people = [Candidate(person, 1, 0, 1_000, True) for person in (1, 2)]
    odds = {"k": {"1": [9, 6], "2": [6, 9]}}
    chosen = choose(Round("best", tuple(people), tuple([number, "k"] for number in range(400)), odds, seed=3), 400)

    assert 300 < chosen.count(1) < 395
