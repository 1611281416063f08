"""The funnel: every lead counts once a step, in its source and its local month."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadloop import steps
from leadloop.analytics import funnel
from leadloop.analytics.domain.periods import Period
from leadloop.leads.models import Standing
from tests.analytics.work import arrive, by, convert, win
from tests.make import NOON, make_install

COLUMNS = ("name", "leads", "mql", "sql", "converted", "won", "junk")


def table(found):
    return [tuple(getattr(line, column) for column in COLUMNS) for line in found.lines]


@pytest.fixture
def leads(db):
    make_install()
    win(arrive(source="Fair"), cents=100_000)
    win(arrive(source="Fair"), cents=50_000, currency="USD")
    convert(arrive(source="Fair"))
    arrive(source="Fair")
    steps.qualify([arrive(source="Website")], by()).or_raise()
    steps.mark_junk([arrive(source="Website")], by(), reason="spam").or_raise()
    Standing.objects.update(mql_at=None)  # what sales saw without marketing


@pytest.mark.usefixtures("leads")
def test_a_later_step_counts_in_every_earlier_one_and_junk_in_none():
    found = funnel.report(by="source")
    assert table(found) == [("Fair", 4, 3, 3, 3, 2, 0), ("Website", 1, 1, 1, 0, 0, 1)]
    assert (found.total.counts, found.total.junk, found.total.rate) == ([5, 4, 4, 3, 2], 1, 0.4)
    assert [found.lines[0].amounts, found.lines[1].amounts] == [{"EUR": 100_000, "USD": 50_000}, {}]
    assert found.lines[0].shares == [None, 0.75, 1.0, 1.0, 2 / 3]


def test_nothing_yet_is_an_empty_report(db):
    for by_what in ("source", "month"):
        found = funnel.report(by=by_what)
        assert (found.lines, found.total.counts, found.total.rate) == ([], [0, 0, 0, 0, 0], 0.0)


def test_months_are_those_of_the_organisation_and_none_is_left_out(db):
    make_install()
    for at in (datetime(2025, 10, 31, 22, 59, tzinfo=UTC), datetime(2025, 10, 31, 23, 1, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC)):
        win(arrive(at=at), cents=100, at=at)
    found = funnel.by_month(Period(None, None, "Europe/Berlin", "all"))
    assert [(line.name, line.leads, line.won, dict(line.amounts)) for line in found.lines] == [
        ("2025-10", 1, 1, {"EUR": 100}),
        ("2025-11", 1, 1, {"EUR": 100}),
        ("2025-12", 0, 0, {}),
        ("2026-01", 1, 1, {"EUR": 100}),
    ]


def test_a_period_takes_in_its_first_moment_and_its_last(db):
    make_install()
    for seconds in (-1, 0, 86_399, 86_400):
        win(arrive(at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)), cents=1)
    day = Period(date(2026, 3, 1), date(2026, 3, 1), "UTC")
    for found in (funnel.by_source(day), funnel.by_month(day)):
        assert (found.total.leads, found.total.won, found.total.amounts) == (2, 2, {"EUR": 2})


def test_a_conversion_taken_back_and_a_deal_reopened_pay_nothing(db):
    make_install()
    lead = convert(arrive())
    steps.undo_conversion(lead, by())
    found = funnel.report(by="source").total
    assert (found.counts, dict(found.amounts)) == ([1, found.mql, 1, 0, 0], {})


@pytest.mark.parametrize(("by_what", "queries"), [("source", 4), ("month", 4)])
@pytest.mark.parametrize("number", [1, 3])
def test_the_funnel_takes_four_queries(db, django_assert_num_queries, by_what, queries, number):
    make_install()
    for place in range(number):
        at = NOON - timedelta(days=40 * place)
        win(arrive(source=f"Source {place}", at=at), cents=1, at=at)
    with django_assert_num_queries(queries):
        assert len(funnel.report(by=by_what).lines) >= number


def test_junk_has_a_rate_of_its_own_and_the_way_round_is_counted(db):
    make_install()
    junk, released, reopened, resting, undone = (arrive() for _ in range(5))
    steps.mark_junk([junk, released], by(), reason="spam")
    steps.reopen([released], by()).or_raise()
    steps.disqualify([reopened, undone], by(), reason="no_need")
    steps.reopen([reopened], by()).or_raise()
    steps.undo([undone], by()).or_raise()
    steps.recycle([resting], by(), reason="not_now", due_at=NOON + timedelta(days=9)).or_raise()
    for by_what in ("source", "month"):
        total = funnel.report(by=by_what).total
        assert (total.leads, total.junk, total.junk_rate, total.resting, total.back) == (4, 1, 0.2, 1, 2)


def test_a_win_that_is_taken_back_leaves_the_won_numbers_and_a_correction_moves_them(db):
    make_install()
    taken_back, corrected = win(arrive(), cents=100), win(arrive(), cents=100)
    steps.reopen([taken_back], by(), reason="cancelled").or_raise()
    steps.correct(corrected, by(), amount_cents=900, currency="USD", closed_at=NOON)
    total = funnel.report(by="source").total
    assert (total.won, dict(total.amounts)) == (1, {"USD": 900})
