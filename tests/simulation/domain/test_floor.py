"""What holds on the floor whatever the world and the policy."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadloop.simulation.domain.compare import compare, run_once
from leadloop.simulation.domain.demand import Arrival, arrivals
from leadloop.simulation.domain.floor import Floor
from leadloop.simulation.domain.measures import measure
from leadloop.simulation.domain.people import Ticket
from leadloop.simulation.domain.policies import PRESETS, Kind, Policy
from leadloop.simulation.domain.presence import Presence
from leadloop.simulation.domain.world import DAY, HOUR, Curve, Person, Response, Source, World, default_world

A_HAIR = 1e-6
people = st.builds(
    Person,
    name=st.just("One"),
    weight=st.sampled_from([0.5, 1.0, 3.0]),
    cap=st.integers(1, 12),
    starts=st.sampled_from([0.0, 8.0, 9.5]),
    ends=st.sampled_from([12.0, 17.0, 24.0]),
    days=st.sampled_from([(0, 1, 2, 3, 4), (1,), tuple(range(7))]),
    absent=st.sampled_from([0.0, 0.3, 1.0]),
    gone=st.booleans(),
    reaction=st.sampled_from([0.0, 3.0, 200.0]),
)
responses = st.builds(
    Response,
    attempts=st.integers(1, 4),
    pause_minutes=st.sampled_from([1.0, 240.0]),
    handling_minutes=st.sampled_from([5.0, 600.0]),
    forgotten=st.sampled_from([0.0, 0.3]),
    unwanted=st.sampled_from([0.0, 0.5]),
    unwanted_minutes=st.sampled_from([0.0, 600.0]),
    cold_days=st.sampled_from([0.5, 14.0]),
)
policies = st.builds(
    Policy,
    name=st.just("one"),
    title=st.just("One"),
    kind=st.sampled_from(list(Kind)),
    listed=st.booleans(),
    rounds=st.sampled_from([(), (10.0, 15.5)]),
    minutes=st.just(15.0),
    open_limit=st.sampled_from([0, 2]),
    hour_limit=st.sampled_from([0, 1, 3]),
).map(lambda policy: policy if policy.kind is Kind.HYBRID else replace(policy, minutes=0.0))
worlds = st.builds(
    lambda team, response, per_week: World((Source("All", per_week),), tuple(team), response, days=4, warm_days=1, tail_days=2),
    st.lists(people, min_size=1, max_size=4),
    responses,
    st.sampled_from([20.0, 400.0]),
)


def floor_of(world: World, policy: Policy, seed: int = 1) -> Floor:
    floor = Floor(world, policy, arrivals(world, seed), seed)
    floor.run()
    return floor


def state_of(floor: Floor, ticket: Ticket) -> str:
    """Where a lead is at the end, by where it is found and not by what it says of itself."""
    now = floor.clock.now
    if ticket.begun is not None:
        return "begun"
    if ticket.over:
        return "cold"
    if ticket.arrived >= now:
        return "on its way"
    places = [ticket in floor.inbox, ticket in floor.pool, ticket in floor.left_lying]
    with_somebody = [ticket in worker.queue and ticket.owner is worker for worker in floor.workers]
    found = sum(places) + sum(with_somebody) + (ticket.forgotten and ticket.owner is not None)
    return "waiting" if found == 1 else f"in {found} places"


@settings(max_examples=60, deadline=None)
@given(worlds, policies, st.integers(0, 5))
def test_every_lead_is_handled_cold_or_waiting_in_one_place(world, policy, seed):
    floor = floor_of(world, policy, seed)
    states = Counter(state_of(floor, ticket) for ticket in floor.tickets)
    assert states.keys() <= {"begun", "cold", "waiting"}
    assert states.total() == len(floor.tickets)
    assert measure(floor).untouched == states["waiting"]


@settings(max_examples=60, deadline=None)
@given(worlds, policies, st.integers(0, 5))
def test_nobody_is_beyond_their_cap_or_works_while_away_or_twice_at_once(world, policy, seed):
    floor = floor_of(world, policy, seed)
    for worker in floor.workers:
        held = sum(ticket.owner is worker for ticket in floor.tickets)
        assert worker.open == held
        assert worker.most_open <= worker.person.cap
        assert all(before[1] <= after[0] + A_HAIR for before, after in pairwise(worker.worked))
        for begin, end in worker.worked:
            assert worker.presence.is_here(begin)
            assert worker.presence.minutes(begin, end) > 0
            assert worker.presence.is_here(end - 2 * A_HAIR)
        if worker.person.gone or worker.person.absent == 1:
            assert not worker.worked


@settings(max_examples=30, deadline=None)
@given(worlds, policies.filter(lambda policy: policy.kind is Kind.PULL and policy.hour_limit), st.integers(0, 5))
def test_nobody_claims_more_in_an_hour_than_they_may(world, policy, seed):
    floor = floor_of(world, policy, seed)
    for worker in floor.workers:
        assert len(worker.claims) <= policy.hour_limit
        if policy.open_limit:
            assert worker.most_open <= policy.open_limit


def test_the_same_seed_is_the_same_run_and_another_is_not():
    world, policy = default_world(leads=150, people=4), PRESETS["hybrid"]
    assert run_once(world, policy, 7) == run_once(world, policy, 7)
    assert run_once(world, policy, 7) != run_once(world, policy, 8)


def test_all_policies_see_the_same_leads():
    found = compare(default_world(leads=150, people=4), [PRESETS["turns"], PRESETS["pull"]], range(3))
    same = compare(default_world(leads=150, people=4), [PRESETS["turns"], replace(PRESETS["turns"], name="twin")], range(3))
    assert {line.gains["won"].mean for line in same.lines} == {0.0}
    assert found.lines[1].gains["followed"].low > 0


def always(*people: Person, **response: float) -> World:
    """A world of a week in which these are there day and night."""
    here = {"starts": 0.0, "ends": 24.0, "days": tuple(range(7)), "absent": 0.0}
    return World(
        (Source("All", 100.0),),
        tuple(replace(one, **here) for one in people),
        replace(Response(forgotten=0.0, unwanted=0.0), **response),
        days=7, warm_days=0, tail_days=0,
    )  # fmt: skip


def ran(world: World, policy: Policy, moments: list[float], presences: list[Presence] | None = None) -> Floor:
    floor = Floor(world, policy, [Arrival(at, 0) for at in moments], 1, presences)
    floor.run()
    return floor


def test_turns_go_by_weight():
    world = always(Person("Ada", weight=3, cap=1000), Person("Ben", weight=1, cap=1000))
    floor = ran(world, PRESETS["turns"], [float(minute) for minute in range(400)])
    assert [worker.turns for worker in floor.workers] == [300, 100]


def test_what_is_pushed_to_somebody_away_waits_for_them_and_a_pool_does_not():
    world = always(Person("Ada", reaction=0, reaction_spread=0), Person("Ben", reaction=0, reaction_spread=0))
    away = [Presence([(3 * DAY, 4 * DAY)]), Presence([(0.0, 7 * DAY)])]
    pushed = ran(world, PRESETS["listed"], [HOUR, 2 * HOUR], away)
    pulled = ran(world, replace(PRESETS["pull"]), [HOUR, 2 * HOUR], away)
    assert [ticket.begun for ticket in pushed.tickets] == [3 * DAY, 2 * HOUR]
    assert [ticket.begun for ticket in pulled.tickets] == [HOUR, 2 * HOUR]


def test_a_hybrid_takes_back_what_is_not_begun_in_time():
    world = always(Person("Ada", reaction=500, reaction_spread=0), Person("Ben", reaction=5, reaction_spread=0))
    away = [Presence([(0.0, 7 * DAY)]), Presence([(HOUR + 1, 7 * DAY)])]
    floor = ran(world, PRESETS["hybrid"], [HOUR], away)
    assert [ticket.begun for ticket in floor.tickets] == [HOUR + 15 + 5]


def test_nobody_begins_with_what_was_taken_from_them_again():
    nobody_answers = Curve(((1, 0.0),))
    slow, quick = Person("Ada", reaction=60, reaction_spread=0), Person("Ben", reaction=5, reaction_spread=0)
    world = always(slow, quick, reach=nobody_answers, pause_minutes=3 * DAY)
    away = [Presence([(0.0, 7 * DAY)]), Presence([(HOUR + 1, 7 * DAY)])]
    floor = ran(world, PRESETS["hybrid"], [HOUR], away)
    assert floor.workers[0].worked == []
    assert len(floor.workers[1].worked) == floor.tickets[0].attempts == 3


def test_work_that_a_shift_cuts_goes_on_in_the_next():
    presence = Presence([(0.0, 60.0), (100.0, 200.0)])
    assert [presence.after(50, 10), presence.after(50, 11), presence.after(70, 5), presence.after(190, 20)] == [60, 101, 105, float("inf")]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_runs(name):
    found = run_once(default_world(leads=60, people=3), PRESETS[name], 1)
    assert 0 < found.followed <= 1
