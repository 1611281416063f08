"""Periods: which days are meant, and where they begin and end."""

from datetime import UTC, date, datetime

import pytest

from leadloop.analytics.domain.periods import Period, months_between, read_period
from leadloop.leads.domain.criteria import parse

NOW = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # already April in Berlin
BERLIN = "Europe/Berlin"


def read(**asked):
    return read_period({name.rstrip("_"): value for name, value in asked.items()}, usual="30", zone=BERLIN, now=NOW)


@pytest.mark.parametrize(
    ("asked", "first", "last", "preset"),
    [
        ({}, date(2026, 3, 3), date(2026, 4, 1), "30"),
        ({"period": "all"}, None, None, "all"),
        ({"period": "7"}, date(2026, 3, 3), date(2026, 4, 1), "30"),
        ({"from_": "2026-02-01", "to": "2026-02-28"}, date(2026, 2, 1), date(2026, 2, 28), ""),
        ({"from_": "2026-02-28", "to": "2026-02-01"}, date(2026, 2, 1), date(2026, 2, 28), ""),
        ({"from_": "2026-02-01", "period": "all"}, date(2026, 2, 1), None, ""),
        ({"to": "2026-02-01"}, None, date(2026, 2, 1), ""),
        ({"from_": "soon"}, date(2026, 3, 3), date(2026, 4, 1), "30"),
        ({"from_": "0001-01-01"}, date(2026, 3, 3), date(2026, 4, 1), "30"),
        ({"to": "9999-12-31"}, date(2026, 3, 3), date(2026, 4, 1), "30"),
    ],
    ids=[
        "the usual",
        "all",
        "no such preset",
        "two days",
        "turned round",
        "typed days win",
        "up to a day",
        "no date",
        "too early",
        "too late",
    ],
)
def test_read_period_knows_what_is_meant(asked, first, last, preset):
    period = read(**asked)
    assert (period.first, period.last, period.preset) == (first, last, preset)


def test_what_cannot_be_read_is_named():
    assert read(from_="31.03.2026").problem == "“31.03.2026” is not a date. Write it as 2026-03-31."
    assert read(from_="2026-03-01").problem == ""


def test_days_begin_at_local_midnight_whatever_the_clocks_do():
    period = Period(date(2026, 3, 29), date(2026, 3, 29), BERLIN)  # an hour is skipped
    assert (period.start, period.end) == (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC))


@pytest.mark.parametrize("ends", [(date(2026, 3, 1), date(2026, 3, 2)), (date(2026, 3, 1), None), (None, date(2026, 3, 2)), (None, None)])
def test_the_same_period_as_criteria_of_a_list(ends):
    period = Period(*ends, "UTC")
    conditions = period.criteria("received_at")
    assert parse({"all": conditions})
    assert len(conditions) == (1 if any(ends) else 0)


def test_months_between_are_local_and_without_gaps():
    found = months_between(datetime(2025, 11, 30, 23, 30, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC), BERLIN)
    assert found == [date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_a_period_says_what_it_is():
    says = [Period(date(2026, 3, 1), date(2026, 3, 2), "UTC").says, Period(date(2026, 3, 1), None, "UTC").says, read(period="90").says]
    assert says == ["1 Mar 2026 to 2 Mar 2026", "Since 1 Mar 2026", "Last 90 days"]
