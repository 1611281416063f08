"""Percentiles and shares of a group, and how they are judged."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.analytics.domain.speeds import NOTHING, Speed, percentile, speed_of


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.5, None), ([7], 0.9, 7), ([1, 3], 0.5, 2), ([0, 10, 20], 0.9, 18.0), ([1, 2, 3, 4], 0.5, 2.5)],
    ids=["nobody", "one", "between two", "nine tenths", "even"],
)
def test_percentile_lies_between_its_neighbours(values, share, expected):
    assert percentile(values, share) == expected


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_the_median_is_the_median(values):
    assert percentile(sorted(values), 0.5) == statistics.median(values)


def test_shares_are_of_all_leads_touched_or_not():
    speed = speed_of([10, 300, 301, 4_000], leads=8)
    assert (speed.within, speed.shares, speed.never, speed.never_share) == ((2, 3, 3, 4), (0.25, 0.375, 0.375, 0.5), 4, 0.5)


@pytest.mark.parametrize(("median", "level"), [(300, 0), (301, 1), (3_600, 2), (3_601, 3), (90_000, 4), (None, 5)])
def test_a_level_rises_with_each_broken_promise(median, level):
    assert Speed(1, 1, median, median, (0, 0, 0, 0)).level == level


def test_nothing_divides_by_nothing():
    assert (NOTHING.shares, NOTHING.never_share) == ((0.0, 0.0, 0.0, 0.0), 0.0)
