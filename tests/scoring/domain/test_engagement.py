"""Activity by kind: it fades, it is held at its cap, campaigns weigh more, and its whole points sum exactly."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.leads.domain.case import Signal
from leadloop.leads.domain.heat import faded, heat_of
from leadloop.leads.domain.touch_kinds import CAPS, HALF_LIFE_DAYS, WEIGHTS, by_machine
from leadloop.scoring.domain.engagement import compile_engagement, points_by_kind, shared, worth
from tests.make import NOON

SPEC = {
    "points": 30,
    "full_at": 20,
    "kinds": {"opened": {"weight": 1, "cap": 10}, "clicked": {"weight": 3}, "replied": {"weight": 8, "cap": None}},
    "campaigns": {"spring": 2},
}
ENGAGEMENT = compile_engagement(SPEC)


def signal(kind, *, days=0.0, campaign=""):
    return Signal(kind, NOON - timedelta(days=days), campaign)


@pytest.mark.parametrize(
    ("signals", "expected"),
    [
        ([], {}),
        ([signal("opened")], {"opened": 1}),
        ([signal("opened", days=HALF_LIFE_DAYS)], {"opened": 0.5}),
        ([signal("opened")] * 500, {"opened": 10}),
        ([signal("opened", days=HALF_LIFE_DAYS)] * 500, {"opened": 5}),
        ([signal("opened", days=HALF_LIFE_DAYS)] * 500 + [signal("opened")] * 3, {"opened": 8}),
        ([signal("clicked")] * 5, {"clicked": 15}),
        ([signal("clicked", campaign="spring"), signal("clicked", campaign="autumn")], {"clicked": 9}),
        ([signal("noted"), signal("captured")], {}),
        ([signal("opened", days=-1)], {}),
    ],
    ids=[
        "nothing", "one", "fades by half", "a cap, however many", "what was at its cap fades too", "and takes more again", "no cap",
        "a campaign counts double", "kinds without a weight count nothing", "not before it happened",
    ],
)  # fmt: skip
def test_activity_is_worth_its_faded_points(signals, expected):
    assert worth(ENGAGEMENT, signals, NOON) == pytest.approx(expected)


def test_what_is_told_late_lands_at_its_right_age():
    told = [signal("opened", days=days) for days in (0, 3, 9, 1, 1, 30)]
    assert worth(ENGAGEMENT, told, NOON) == pytest.approx(worth(ENGAGEMENT, sorted(told, key=lambda one: one.happened_at), NOON))


signals = st.lists(
    st.builds(signal, st.sampled_from(["opened", "clicked", "replied"]), days=st.integers(0, 90), campaign=st.sampled_from(["", "spring"])),
    max_size=20,
)


@given(signals)
def test_points_by_kind_sum_to_the_points_of_all_activity(told):
    total = sum(worth(ENGAGEMENT, told, NOON).values())
    assert sum(points for _, points in points_by_kind(ENGAGEMENT, told, NOON)) == int(30 * min(1.0, total / 20) + 0.5)


@given(signals, st.floats(0, 60))
def test_no_kind_is_ever_worth_more_than_its_cap(told, days):
    assert worth(ENGAGEMENT, told, NOON - timedelta(days=days)).get("opened", 0) <= 10


@given(st.integers(0, 100), st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1000), min_size=1))
def test_a_split_loses_no_point(points, levels):
    assert sum(share for _, share in shared(points, levels)) == points


@given(signals)
def test_heat_with_caps_is_what_the_kinds_are_worth_together(told):
    usual = compile_engagement(
        {"points": 1, "full_at": 1, "kinds": {kind: {"weight": WEIGHTS[kind], "cap": CAPS.get(kind)} for kind in WEIGHTS}}
    )
    heat = heat_of(told, weights=WEIGHTS, caps=CAPS, half_life_days=HALF_LIFE_DAYS)
    assert faded(heat, NOON, HALF_LIFE_DAYS) == pytest.approx(sum(worth(usual, [one._replace(campaign="") for one in told], NOON).values()))


@pytest.mark.parametrize(
    ("data", "expected"),
    [({}, False), ({"machine": 0.49}, False), ({"machine": 0.5}, True), ({"machine": 1}, True), ({"machine": "yes"}, False)],
)
def test_what_a_machine_did_is_told_from_its_data(data, expected):
    assert by_machine(data) is expected
