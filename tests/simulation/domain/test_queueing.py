"""The model against closed forms: one pool is M/M/c, turns to people who are always there are c queues with Erlang arrivals."""

import pytest

from leadloop.simulation.domain.demand import arrivals
from leadloop.simulation.domain.floor import Floor
from leadloop.simulation.domain.intervals import over
from leadloop.simulation.domain.measures import measure
from leadloop.simulation.domain.policies import Kind, Policy
from leadloop.simulation.domain.queueing import dealt_wait, erlang_c, pooled_wait
from leadloop.simulation.domain.world import WEEK, Curve, Person, Response, Source, World

SERVICE = 10.0
SEEDS = range(8)
ALWAYS_THERE = {"starts": 0.0, "ends": 24.0, "days": tuple(range(7)), "absent": 0.0, "reaction": 0.0, "reaction_spread": 0.0}
AT_ONCE = Response(
    reach=Curve(((1, 1.0),)), win=Curve(((1, 0.5),)), exponential=True, handling_minutes=SERVICE, forgotten=0.0, unwanted=0.0,
    cold_days=10_000,
)  # fmt: skip


def a_queue(servers: int, rho: float) -> World:
    """Servers that never leave, and Poisson arrivals that keep them busy for a share of the time."""
    people = tuple(Person(f"Server {number}", cap=10**9, **ALWAYS_THERE) for number in range(servers))
    per_week = rho * servers / SERVICE * WEEK
    return World((Source("Poisson", per_week, (1.0,) * 168),), people, AT_ONCE, days=4_000 / per_week * 7, warm_days=0.5, tail_days=0.5)


def mean_wait_and_load(servers: int, rho: float, kind: Kind):
    found = []
    for seed in SEEDS:
        world = a_queue(servers, rho)
        floor = Floor(world, Policy("one", "One", kind), arrivals(world, seed), seed)
        floor.run()
        found.append(measure(floor))
    return over([one.waiting for one in found]), over([one.load for one in found])


@pytest.mark.parametrize(("servers", "rho"), [(1, 0.5), (2, 0.7), (5, 0.8), (10, 0.85)])
def test_a_pool_waits_as_erlang_says(servers, rho):
    wait, load = mean_wait_and_load(servers, rho, Kind.PULL)
    expected = pooled_wait(servers, rho * servers / SERVICE, SERVICE)
    assert wait.low <= expected <= wait.high, (wait, expected)
    assert load.low <= rho <= load.high, (load, rho)
    assert wait.high - wait.low < 0.8 * expected


@pytest.mark.parametrize(("servers", "rho"), [(2, 0.7), (5, 0.8)])
def test_turns_wait_as_queues_with_erlang_arrivals(servers, rho):
    wait, load = mean_wait_and_load(servers, rho, Kind.TURNS)
    expected = dealt_wait(servers, rho * servers / SERVICE, SERVICE)
    assert wait.low <= expected <= wait.high, (wait, expected)
    assert load.low <= rho <= load.high, (load, rho)
    assert expected > pooled_wait(servers, rho * servers / SERVICE, SERVICE)


@pytest.mark.parametrize(("servers", "offered", "expected"), [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (5, 4.0, 0.5541), (10, 8.0, 0.4092)])
def test_erlang_c_is_as_in_the_tables(servers, offered, expected):
    assert erlang_c(servers, offered) == pytest.approx(expected, abs=1e-4)


def test_turns_to_a_single_server_are_m_m_1():
    assert dealt_wait(1, 0.08, SERVICE) == pytest.approx(pooled_wait(1, 0.08, SERVICE), rel=1e-9)
