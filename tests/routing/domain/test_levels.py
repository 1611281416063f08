"""Joining, coming back and a new weight neither flood nor starve."""

import pytest

from leadloop.routing.domain.levels import joining_turns, returning_turns, reweighted_turns
from leadloop.routing.domain.rotation import Chair, deal


def chair(turns, weight=1, *, person=1, present=True, free=99):
    return Chair(person, weight, turns, free, present)


@pytest.mark.parametrize(
    ("others", "weight", "expected"),
    [
        ([], 1, 0),
        ([chair(40), chair(41)], 1, 40),
        ([chair(40)], 2, 80),
        ([chair(80, 2)], 1, 40),
        ([chair(3, present=False), chair(40)], 1, 40),
    ],
    ids=["nobody else", "the lowest level", "twice the weight", "half the weight", "who is away does not count"],
)
def test_a_newcomer_starts_level(others, weight, expected):
    assert joining_turns(others, weight) == expected


@pytest.mark.parametrize(("turns", "expected"), [(0, 40), (40, 40), (55, 55)], ids=["behind", "level", "ahead stays ahead"])
def test_whoever_comes_back_makes_nothing_up(turns, expected):
    assert returning_turns(turns, [chair(40), chair(41)], 1) == expected


@pytest.mark.parametrize(("turns", "old", "new", "expected"), [(40, 1, 2, 80), (80, 2, 1, 40), (7, 1, 1, 7), (0, 1, 5, 0)])
def test_a_new_weight_keeps_the_level(turns, old, new, expected):
    assert reweighted_turns(turns, old, new) == expected


def test_after_joining_leads_are_dealt_by_share_and_not_in_a_flood():
    others = [chair(100, person=1), chair(100, person=2)]
    newcomer = chair(joining_turns(others, 1), person=3)

    dealt = deal([*others, newcomer], 9)

    assert [dealt.count(person) for person in (1, 2, 3)] == [3, 3, 3]
