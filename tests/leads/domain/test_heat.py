"""Heat: touches that fade by half in a half-life, in an order that time does not change."""

from datetime import UTC, datetime, timedelta
from math import inf
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.leads.domain.heat import faded, heat_after, hot_line, log2_sum

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEIGHTS = {"opened": 1.0, "called": 8.0}
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # bounds are naive by the library's rule


class Touch(NamedTuple):
    kind: str
    happened_at: datetime


touches = st.lists(st.builds(Touch, st.sampled_from(["opened", "called", "unknown"]), moments), max_size=8)


def heat_of(*happened, half_life_days=10.0):
    return heat_after(None, [Touch(*touch) for touch in happened], weights=WEIGHTS, half_life_days=half_life_days)


@pytest.mark.parametrize(
    ("happened", "points"),
    [
        ([], 0.0),
        ([("unknown", NOON)], 0.0),
        ([("called", NOON)], 8.0),
        ([("called", NOON - timedelta(days=10))], 4.0),
        ([("called", NOON - timedelta(days=10)), ("opened", NOON)], 5.0),
        ([("opened", NOON + timedelta(days=10))], 2.0),
    ],
    ids=["nobody", "a kind without points", "just now", "a half-life ago", "two touches add up", "to come"],
)
def test_heat_is_worth_its_touches_faded_by_age(happened, points):
    assert faded(heat_of(*happened), NOON, 10.0) == pytest.approx(points)


@given(touches, st.integers(0, 8), st.floats(0.01, 1000))
def test_heat_does_not_depend_on_batches_or_order(happened, cut, half_life_days):
    def fold_in(heat, some):
        return heat_after(heat, some, weights=WEIGHTS, half_life_days=half_life_days)

    at_once, in_two = fold_in(None, happened), fold_in(fold_in(None, happened[cut:][::-1]), happened[:cut])

    assert in_two == (at_once if at_once is None else pytest.approx(at_once, abs=1e-6))


@given(touches.filter(lambda some: any(touch.kind in WEIGHTS for touch in some)), moments, st.floats(0.5, 1000), st.floats(0.01, 1000))
def test_leads_above_the_hot_line_are_worth_the_threshold(happened, now, half_life_days, threshold):
    heat = heat_of(*happened, half_life_days=half_life_days)
    line = hot_line(threshold, now, half_life_days)

    assert abs(heat - line) < 1e-6 or (heat >= line) == (faded(heat, now, half_life_days) >= threshold)


def test_a_line_of_its_own_worth_meets_the_heat():
    assert hot_line(8.0, NOON, 10.0) == heat_of(("called", NOON))


def test_very_old_and_very_new_touches_neither_overflow_nor_vanish():
    heat = heat_of(("called", NOON), ("opened", NOON - timedelta(days=3650)), half_life_days=0.01)

    assert (faded(heat, NOON + timedelta(days=3650), 0.01), faded(heat, NOON - timedelta(days=3650), 0.01)) == (0.0, inf)


def test_the_sum_of_nothing_is_nothing():
    assert (log2_sum([]), log2_sum([3.0, 3.0])) == (None, 4.0)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: heat_after(None, [], weights=WEIGHTS, half_life_days=0),
        lambda: heat_after(None, [], weights={"opened": 0.0}, half_life_days=1),
        lambda: faded(1.0, NOON, 0),
        lambda: hot_line(0, NOON, 1),
        lambda: hot_line(1, NOON, -1),
    ],
    ids=["half-life", "weight", "half-life to fade by", "threshold", "negative half-life"],
)
def test_what_is_not_above_zero_is_refused(attempt):
    with pytest.raises(ValueError, match="must be above 0"):
        attempt()
