"""Weighted turns: everybody near their share, always; nobody beyond the cap; newcomers level with the others."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.routing.domain.rotation import Chair, deal, joining_level


def chair(person: int, *, weight: int = 1, turns: int = 0, free: int = 10_000, present: bool = True) -> Chair:
    return Chair(person, weight, turns, free, present)


@pytest.mark.parametrize(
    ("chairs", "count", "expected"),
    [
        ([], 2, [None, None]),
        ([chair(1), chair(2)], 0, []),
        ([chair(2), chair(1)], 3, [1, 2, 1]),
        ([chair(1, turns=1), chair(2)], 3, [2, 1, 2]),
        ([chair(1, present=False), chair(2)], 2, [2, 2]),
        ([chair(1, free=1), chair(2)], 3, [1, 2, 2]),
        ([chair(1, free=1), chair(2, free=0)], 3, [1, None, None]),
        ([chair(1, weight=2), chair(2)], 6, [1, 1, 2, 1, 1, 2]),
    ],
    ids=[
        "nobody",
        "nothing",
        "a tie goes to the lower person",
        "who has had fewer comes first",
        "who is away is left out",
        "a full desk is left out",
        "all full",
        "double weight, double share",
    ],
)
def test_who_gets_the_next_leads(chairs, count, expected):
    assert deal(chairs, count) == expected


def test_500_leads_over_seven_people_are_71_or_72_each():
    assert sorted(Counter(deal([chair(person) for person in range(7)], 500)).values()) == [71] * 4 + [72] * 3


WEIGHTS = st.lists(st.integers(1, 9), min_size=1, max_size=8)
ROSTERS = WEIGHTS.map(lambda weights: [chair(person, weight=weight) for person, weight in enumerate(weights)])


@given(ROSTERS, st.integers(0, 200))
def test_nobody_is_ever_more_than_one_lead_behind_their_share(chairs, count):
    """After every single lead, not only at the end; and ahead by less than the own weight's worth of the round."""
    total, had = sum(one.weight for one in chairs), Counter()
    for number, person in enumerate(deal(chairs, count), start=1):
        had[person] += 1
        for one in chairs:
            assert had[one.person] > number * one.weight / total - 1


@given(ROSTERS, st.lists(st.integers(0, 40), max_size=6))
def test_it_makes_no_difference_in_how_many_batches_the_leads_come(chairs, batches):
    at_once = deal(chairs, sum(batches))
    one_by_one: list[int | None] = []
    for size in batches:
        one_by_one += deal(chairs, size)
        had = Counter(one_by_one)
        chairs = [chair(one.person, weight=one.weight, turns=had[one.person]) for one in chairs]
    assert one_by_one == at_once


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 50), st.integers(0, 8), st.booleans()), max_size=8), st.integers(0, 100))
def test_no_cap_is_passed_nobody_away_is_dealt_to_and_no_room_is_left_unused(people, count):
    chairs = [Chair(person, *one) for person, one in enumerate(people)]
    dealt = deal(chairs, count)
    had = Counter(person for person in dealt if person is not None)
    room = {one.person: one.free if one.present else 0 for one in chairs}
    assert all(had[person] <= free for person, free in room.items())
    assert (len(dealt), had.total()) == (count, min(count, sum(room.values())))
    assert dealt == deal(chairs[::-1], count)


@pytest.mark.parametrize(
    ("others", "weight", "level"),
    [
        ([], 3, 0),
        ([chair(1, turns=40), chair(2, turns=42)], 1, 40),
        ([chair(1, turns=40)], 2, 80),
        ([chair(1, turns=9, present=False)], 1, 0),
    ],
    ids=["alone", "level with the lowest", "by weight", "who is away does not count"],
)
def test_a_newcomer_starts_level_and_is_not_flooded(others, weight, level):
    assert joining_level(others, weight) == level
