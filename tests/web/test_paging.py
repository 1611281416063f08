"""Paging by key: a walk meets every row once, whichever way it goes, with ties and blanks; odd cursors give the first page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Q
from hypothesis import given
from hypothesis import strategies as st

from leadloop.leads.models import Standing
from leadloop.web.paging import EPOCH, Cursor, Order, capped_count, page_ids, read_cursor

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCORES = [50, None, 50, 0, 100, None, 50, 7, None, 50, 100]
ORDERS = [
    Order("score", descending=True, nullable=True),
    Order("score", descending=False, nullable=True),
    Order("due_at", descending=True, nullable=True, blanks_indexed=False),
    Order("due_at", descending=False, nullable=True, blanks_indexed=False),
    Order("received_at", descending=True),
    Order("received_at", descending=False),
]
NAMES = ["best first", "lowest first", "due last", "due first", "newest first", "oldest first"]


@pytest.fixture
def standings(db):
    rows = [
        Standing(
            pk=number,
            stage="new" if number % 3 else "mql",
            source_id=1,
            score=score,
            due_at=None if score is None else NOON + timedelta(hours=score),
            received_at=NOON + timedelta(minutes=number // 3),
            entered_at=NOON,
        )
        for number, score in enumerate(SCORES, start=1)
    ]
    Standing.objects.bulk_create(rows)
    return rows


def in_order(rows, order):
    found = sorted((row for row in rows if getattr(row, order.column) is not None), key=lambda row: (getattr(row, order.column), row.pk))
    blank = sorted((row for row in rows if getattr(row, order.column) is None), key=lambda row: row.pk)
    return [row.pk for part in (found, blank) for row in (part[::-1] if order.descending else part)]


def cursor_at(rows, pk, order, *, before=False):
    [row] = [row for row in rows if row.pk == pk]
    return read_cursor(str(Cursor(getattr(row, order.column), pk, before=before)))


@pytest.mark.parametrize("order", ORDERS, ids=NAMES)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 50])
@pytest.mark.parametrize("branched", [False, True], ids=["one branch", "two branches"])
def test_a_walk_meets_every_row_once_in_both_directions(standings, order, size, branched):
    everything = Standing.objects.all()
    branches = [everything.filter(stage="new"), everything.filter(stage="mql")] if branched else [everything]
    expected = in_order(standings, order)
    walked, cursor = [], None
    while True:
        page = page_ids(branches, order, cursor=cursor, size=size)
        assert page.has_newer == bool(walked)
        walked += page.ids
        assert len(walked) <= len(expected)
        if not page.has_older:
            break
        cursor = cursor_at(standings, page.ids[-1], order)
    assert walked == expected

    back, cursor = [], cursor_at(standings, walked[-1], order, before=True)
    while True:
        page = page_ids(branches, order, cursor=cursor, size=size)
        back = page.ids + back
        assert len(back) <= len(expected)
        if not page.has_newer:
            break
        cursor = cursor_at(standings, page.ids[0], order, before=True)
    assert back == expected[:-1]


def test_a_branch_that_can_hold_nothing_is_left_out(standings):
    nothing = Standing.objects.filter(pk__in=[])
    assert page_ids([nothing, nothing], ORDERS[0], cursor=None, size=5).ids == []
    assert len(page_ids([nothing, Standing.objects.all()], ORDERS[0], cursor=None, size=5).ids) == 5


def test_a_cursor_of_another_order_gives_the_first_page(standings):
    other = Cursor(50, 3)
    assert page_ids([Standing.objects.all()], ORDERS[4], cursor=other, size=3) == page_ids(
        [Standing.objects.all()], ORDERS[4], cursor=None, size=3
    )


@pytest.mark.parametrize(
    "text",
    ["", "a", "a..", "a.i5", "x.i5.1", "a.i5.x", "a.i-.1", "a.q5.1", "a.i5.-1", "a.t999999999999999999.1", "a.i5.1\0", "a.i٣.1", "9" * 99],
)
def test_odd_cursors_are_the_first_page(text):
    assert read_cursor(text) is None


@given(
    st.integers(-(10**15), 10**15) | st.none() | st.integers(0, 10**16).map(lambda micros: EPOCH + timedelta(microseconds=micros)),
    st.integers(1, 2**62),
    st.booleans(),
)
def test_a_cursor_comes_back_as_it_was(value, pk, before):
    assert read_cursor(str(Cursor(value, pk, before=before))) == Cursor(value, pk, before=before) or pk >= 10**18
    assert datetime(1970, 1, 1, tzinfo=UTC) == EPOCH


def test_a_count_stops_at_its_cap(standings):
    assert [capped_count(Standing.objects.filter(Q()), most=most) for most in (3, 11, 100)] == [4, 11, 11]
