"""Time in words: the same words as static/js/clocks.js."""

from datetime import UTC, datetime, timedelta

import pytest

from leadloop.templatetags.moments import ago, clock_name, day_text, deadline, duration, span, urgency

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (2 * 86400 - 1, "47 h"),
        (2 * 86400, "2 d"),
        (800 * 86400, "2 y"),
        (-90, "1 min"),
    ],
)
def test_span_takes_the_largest_fitting_unit(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(5, "5 s"), (60, "1 min"), (252, "4 min 12 s"), (11_100, "3 h 5 min"), (187_200, "2 d 4 h")]
)
def test_duration_takes_two_units(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(("minutes", "words"), [(0, "just now"), (4, "4 min ago"), (-180, "in 3 h")])
def test_ago_looks_both_ways(minutes, words):
    assert ago(NOON - timedelta(minutes=minutes), now=NOON) == words


def test_deadline_says_left_and_late():
    assert [deadline(NOON + timedelta(minutes=m), now=NOON) for m in (12, 0, -200)] == ["12 min left", "0 s left", "3 h late"]


@pytest.mark.parametrize(
    ("since", "left", "tone"),
    [(-30, 31, "green"), (-30, 9, "amber"), (-30, -1, "red"), (None, 11, "green"), (None, 9, "amber"), (-1, 0.9, "amber")],
    ids=["early", "last quarter", "past", "early, nobody knows since when", "last ten minutes", "never less than a minute of warning"],
)
def test_urgency_warns_in_the_last_quarter(since, left, tone):
    began = None if since is None else NOON + timedelta(minutes=since)
    assert urgency(NOON + timedelta(minutes=left), since=began, now=NOON) == tone


def test_clock_name_is_the_whole_moment():
    assert clock_name(NOON) == "2 Mar 2026, 12:00 UTC"


@pytest.mark.parametrize(("iso", "words"), [("2026-05-04T09:30:00+00:00", "4 May 2026"), ("2026-05-14", "14 May 2026"), ("May", "May")])
def test_a_day_is_read_from_a_moment(iso, words):
    assert day_text(iso) == words
