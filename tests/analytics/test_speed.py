"""Speed-to-lead: the same figures from both stores, for every group."""

from datetime import UTC, date, datetime, timedelta

import pytest

from leadloop import steps
from leadloop.analytics import speed
from leadloop.analytics.domain.periods import ALL, Period
from tests.analytics.work import answer, arrive, by
from tests.make import NOON, make_install, make_lead, make_rep

EVER = Period(None, None, "UTC", ALL)


@pytest.fixture
def team(db):
    pool = make_install()
    return [make_rep(name, pool=pool) for name in ("Ann", "Ben")]


def test_speed_runs_from_arrival_to_our_first_word(team):
    for seconds in (60, 240, 600):
        answer(arrive(), seconds=seconds)
    answer(answer(arrive(), seconds=7_200), seconds=60_000)  # the first word counts
    arrive()
    found = speed.measure(EVER).total
    assert (found.leads, found.touched, found.never, found.median, found.within) == (5, 4, 1, 420.0, (2, 3, 3, 4))
    assert found.p90 == pytest.approx(600 + 0.7 * 6_600)


def test_what_was_told_for_before_the_arrival_counts_as_at_once(team):
    answer(arrive(), seconds=-500)
    assert (speed.measure(EVER).total.median, speed.measure(EVER).total.within[0]) == (0, 1)


def test_junk_and_notes_do_not_count(team):
    lead = arrive()
    steps.mark_junk([arrive()], by(), reason="spam").or_raise()
    steps.log([lead], by(NOON + timedelta(minutes=1)), kind="noted", text="to be called").or_raise()
    assert (speed.measure(EVER).total.leads, speed.measure(EVER).total.touched) == (1, 0)


def test_leads_that_wait_in_a_pool_are_nobodys_yet(db):
    make_install()
    arrive()
    groups = speed.measure(EVER)
    assert {key: one.leads for key, one in groups.people.items()} == {None: 1}
    assert [one.name for one in speed.report(EVER).people] == ["Nobody yet"]


def test_groups_are_by_person_source_month_and_local_hour(team):
    late = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # Wednesday 1 April 0:30 in Berlin
    first = make_lead(now=NOON, source="Fair")
    second = make_lead(now=late, source="Website")
    answer(first.pk, seconds=30)
    answer(second.pk, seconds=90, at=late)
    groups = speed.measure(Period(None, None, "Europe/Berlin", ALL))
    assert {key: one.median for key, one in groups.people.items()} == {first.standing.owner_id: 30, second.standing.owner_id: 90}
    assert {key: one.median for key, one in groups.sources.items()} == {first.source_id: 30, second.source_id: 90}
    assert {key: one.median for key, one in groups.months.items()} == {date(2026, 3, 1): 30, date(2026, 4, 1): 90}
    assert {key: one.median for key, one in groups.hours.items()} == {13: 30, 48: 90}  # Monday 13:00, Wednesday 0:00


def test_only_leads_of_the_period_count(team):
    answer(arrive(at=NOON - timedelta(days=9)), seconds=5)
    answer(arrive(), seconds=50)
    day = Period(NOON.date(), NOON.date(), "UTC")
    assert (speed.measure(day).total.leads, speed.measure(day).total.median) == (1, 50)


def test_nothing_yet_is_nothing(db):
    found = speed.report(EVER)
    assert (found.total.leads, found.people, found.sources, found.months) == (0, [], [], [])
    assert len(found.week) == 7
