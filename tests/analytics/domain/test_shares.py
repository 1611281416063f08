"""Fair shares: leads ahead of, or behind, the level of a pool."""

import pytest

from leadloop.analytics.domain.shares import Place, fair_shares


def place(turns, weight=1, *, present=True):
    return Place(1, weight, turns, turns, present)


@pytest.mark.parametrize(
    ("places", "ahead"),
    [
        ([], []),
        ([place(3)], [0.0]),
        ([place(4, 2), place(2)], [0.0, 0.0]),
        ([place(5), place(3)], [1.0, -1.0]),
        ([place(6, 2), place(2)], [2 / 3, -2 / 3]),
        ([place(4), place(4), place(0, present=False)], [0.0, 0.0, 0.0]),
        ([place(2, present=False), place(0, present=False)], [0.0, 0.0]),
    ],
    ids=["an empty pool", "alone", "level by weight", "one behind", "weighted", "who is away owes nothing", "all away"],
)
def test_fair_shares_are_measured_in_leads(places, ahead):
    assert [share.ahead for share in fair_shares(places)] == pytest.approx(ahead)


def test_those_who_are_ahead_and_behind_cancel_out():
    shares = fair_shares([place(17, 3), place(4), place(9, 2)])
    assert sum(share.ahead for share in shares) == pytest.approx(0)
