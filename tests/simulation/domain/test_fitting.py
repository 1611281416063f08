"""Assumptions from what was observed: the truth comes back where there is enough, and is not made up where there is not."""

import pytest

from leadloop.simulation.domain.fitting import Observed, Seen, fit, idle_lags
from leadloop.simulation.domain.world import DAY, HOUR, Person, default_world

USUAL = default_world()
UNTIL = 84 * DAY
NOTHING = Observed(until=UNTIL, days=84.0, leads=(), people=(), calls=(), reached=(), attempts=(), pauses=())


def test_of_nothing_everything_is_assumed():
    world, grounds = fit(NOTHING, USUAL)
    assert world == USUAL
    assert [ground.what for ground in grounds if ground.fitted] == []
    assert all(ground.says.startswith("assumed") for ground in grounds)


def test_enough_is_fitted():
    entries = tuple(day * DAY + hour * HOUR for day in range(84) if day % 7 < 5 and day != 70 for hour in (8.25, 12, 15.75))
    given = tuple((day * DAY + 10 * HOUR, day * DAY + 10 * HOUR + 30) for day in range(80) if day % 7 < 5)
    calls = tuple((minutes, number % 10 < reached) for minutes, reached in ((5.0, 6), (1000.0, 2)) for number in range(50))
    leads = tuple(("Website", day * DAY + 9.5 * HOUR) for day in range(84) for _ in range(3))
    seen = Observed(UNTIL, 84.0, leads, (Seen("Ada", 2.0, 30, True, entries, given),), calls, (), (), ())
    world, _ = fit(seen, USUAL)
    [ada] = world.people
    assert (ada.starts, ada.ends, ada.days, ada.gone) == (8.0, 16.0, (0, 1, 2, 3, 4), False)
    assert ada.absent == pytest.approx(1 / 60, abs=0.001)
    assert (ada.reaction, ada.reaction_spread) == (30.0, pytest.approx(0.0, abs=1e-9))
    assert world.response.reach.points == ((5.0, 0.6), (1000.0, 0.2))
    assert world.per_week == pytest.approx(21)
    assert {hour for hour, share in enumerate(world.sources[0].by_hour) if share} == {day * 24 + 9 for day in range(7)}


def test_who_has_been_silent_for_two_weeks_is_gone():
    entries = tuple(day * DAY + 10 * HOUR for day in range(40))
    [ada] = fit(Observed(UNTIL, 84.0, (), (Seen("Ada", 1.0, 30, True, entries),), (), (), (), ()), USUAL)[0].people
    assert ada.gone


def test_only_leads_that_came_to_an_idle_person_say_how_fast_they_react():
    person = Person("Ada", starts=9, ends=17)
    at = 10 * HOUR
    assert idle_lags([(at, at + 60), (at + 10, at + 80), (at + 100, at + 105), (16.5 * HOUR, DAY + 9.5 * HOUR)], person) == [60, 5, 60]
