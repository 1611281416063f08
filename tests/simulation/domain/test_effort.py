"""What a simulation will take is told beforehand: by leads and attempts, and by people and days even without a lead."""

from dataclasses import replace

import pytest

from leadloop.simulation.domain.effort import seconds
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.presence import Presence
from leadloop.simulation.domain.world import Source, World, default_world

ONE = [PRESETS["turns"]]
USUAL = default_world(leads=300, people=4)
YEARS = {"days": 366.0, "warm_days": 366.0, "tail_days": 366.0}


def with_response(**changes: object) -> World:
    return replace(USUAL, response=replace(USUAL.response, **changes))


def test_many_people_over_years_take_long_though_hardly_a_lead_comes():
    world = replace(default_world(people=200), sources=(Source("Rare", 0.001),), **YEARS)
    assert 10 < seconds(world, ONE, [1]) < 100


@pytest.mark.parametrize(
    "larger",
    [
        with_response(attempts=100),
        with_response(handling_minutes=100_000.0),
        default_world(leads=3_000, people=4),
        default_world(leads=300, people=100),
        replace(USUAL, **YEARS),
    ],
    ids=["attempts", "handling", "leads", "people", "days"],
)
def test_each_size_counts(larger):
    assert seconds(larger, ONE, [1]) > 1.2 * seconds(USUAL, ONE, [1])


def test_policies_and_seeds_multiply():
    assert seconds(USUAL, ONE * 3, [1, 2]) == pytest.approx(6 * seconds(USUAL, ONE, [1]))


@pytest.mark.parametrize(("begin", "end", "minutes"), [(0, 10, 5), (5, 10, 0), (4, 22, 3), (22, 90, 8), (40, 90, 0), (0, 0, 0)])
def test_minutes_of_presence_between_two_moments(begin, end, minutes):
    assert Presence([(0, 5), (20, 30)]).minutes(begin, end) == minutes
