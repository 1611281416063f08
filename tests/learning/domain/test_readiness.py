"""Enough to learn from, or what is missing."""

import pytest

from leadloop.learning.domain.readiness import Readiness


@pytest.mark.parametrize(
    ("won", "lost", "says"),
    [
        (13, 500, "37 more leads that are won needed"),
        (49, 500, "1 more lead that is won needed"),
        (0, 0, "50 more leads that are won and 50 more leads that are lost needed"),
        (60, 60, "80 more decided leads needed"),
        (60, 140, ""),
        (50, 150, ""),
    ],
)
def test_what_is_missing_is_said(won, lost, says):
    assert Readiness(won, lost).says == says
    assert Readiness(won, lost).is_enough == (not says)


def test_naive_bayes_needs_something_of_each_kind():
    assert [Readiness(*ends).is_enough_to_count for ends in ((0, 9), (9, 0), (1, 1))] == [False, False, True]
