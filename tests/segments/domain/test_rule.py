"""What a segment goes by: kinds, order, and which conditions time alone may turn."""

from datetime import UTC, datetime, timedelta

import pytest

from leadloop.leads.domain.criteria import parse
from leadloop.segments.domain.checks import check_segment_spec, segment_lines
from leadloop.segments.domain.moving import moving_leaves, turned_days, turned_touches
from leadloop.segments.domain.rule import Kind, Rule, belongs, followers, in_order, rule_of

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
GERMANS = {"field": "country", "op": "is", "value": "DE"}
LATELY = {"field": "received_at", "op": "in_last_days", "value": 7, "zone": "America/New_York"}
CALLED = {"touches": "called", "op": "none", "within_days": 14}
EVER = {"touches": "called", "op": "at_least", "value": 1, "within_days": None}


def test_a_spec_from_before_there_were_kinds_is_dynamic():
    assert rule_of("a", "A", 1, {"criteria": GERMANS}) == rule_of("a", "A", 1, {"kind": "dynamic", "criteria": GERMANS})


@pytest.mark.parametrize(
    ("spec", "problems"),
    [
        ({"criteria": GERMANS}, 0),
        ({"kind": "mixed", "criteria": GERMANS}, 0),
        ({"kind": "fixed"}, 0),
        ({"kind": "fixed", "criteria": GERMANS}, 1),
        ({"kind": "mixed"}, 1),
        ({"kind": "frozen", "criteria": GERMANS}, 1),
        ({"criteria": {"all": []}}, 1),
        ({"criteria": GERMANS, "colour": "red"}, 1),
        ([], 1),
    ],
)
def test_what_can_be_published(spec, problems):
    assert len(check_segment_spec(spec)) == problems


def test_a_fixed_list_says_no_criteria():
    assert list(segment_lines({"kind": "fixed"})) == ["kind"]
    assert segment_lines({"criteria": GERMANS})["criteria"].says == "country is DE"


@pytest.mark.parametrize(
    ("holds", "said", "is_in"), [(True, None, True), (False, None, False), (True, False, False), (False, True, True), (True, True, True)]
)
def test_what_a_person_said_counts_before_the_criteria(holds, said, is_in):
    assert belongs(holds=holds, by_hand=said) is is_in


@pytest.mark.parametrize(
    ("tree", "moving"),
    [
        (GERMANS, []),
        ({"field": "received_at", "op": "after", "value": "2026-01-01T00:00:00Z"}, []),
        ({"all": [GERMANS, {"not": {"any": [LATELY, CALLED]}}]}, [LATELY, CALLED]),
        ({"any": [EVER, EVER]}, [EVER]),
    ],
    ids=["a code", "a fixed date", "nested", "a count for ever, since a touch may still be to come"],
)
def test_conditions_that_time_may_turn(tree, moving):
    assert moving_leaves(parse(tree)) == tuple(parse(one) for one in moving)


def test_days_turn_at_local_midnight_only():
    leaf = parse(LATELY)
    midnight = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # in New York

    assert turned_days(leaf, since=midnight, now=midnight + timedelta(hours=23)) is None
    span = turned_days(leaf, since=midnight - timedelta(minutes=1), now=midnight + timedelta(minutes=1))
    assert span == (midnight - timedelta(days=7), midnight - timedelta(days=6))


def test_days_that_turn_when_the_clocks_change_are_as_long_as_that_day_was():
    leaf = parse(LATELY | {"value": 1})
    span = turned_days(leaf, since=datetime(2026, 3, 8, 12, tzinfo=UTC), now=datetime(2026, 3, 9, 12, tzinfo=UTC))
    assert span.last - span.first == timedelta(hours=23)


def test_touches_turn_when_they_fall_out_of_the_window():
    assert turned_touches(parse(CALLED), since=NOON, now=NOON + timedelta(minutes=1)) == (
        NOON - timedelta(days=14),
        NOON - timedelta(days=14, minutes=-1),
    )
    assert turned_touches(parse(EVER), since=NOON, now=NOON + timedelta(minutes=1)) is None


def rule(name: str, *asks: str) -> Rule:
    return Rule(name, name, 1, Kind.DYNAMIC, parse(GERMANS), asks=frozenset(asks))


def test_segments_come_after_those_they_ask_about():
    rules = in_order([rule("a", "c"), rule("b"), rule("c", "b"), rule("d", "gone")])
    assert [one.name for one in rules] == ["b", "d", "c", "a"]
    assert [one.name for one in followers(rules, ["b"])] == ["c", "a"]


def test_segments_that_go_round_in_a_circle_hang_nothing():
    assert {one.name for one in in_order([rule("a", "b"), rule("b", "a"), rule("c")])} == {"a", "b", "c"}
