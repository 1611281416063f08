"""Whatever a program sends gives a result that can be kept, or a refusal in the room's own words."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadloop.simulation.domain.compare import compare
from leadloop.simulation.domain.effort import seconds
from leadloop.simulation.domain.given import NotUnderstood, as_document, as_toml, read_policies, read_world
from leadloop.simulation.domain.intervals import ratio
from leadloop.simulation.domain.policies import PRESETS
from leadloop.simulation.domain.toml import as_read
from leadloop.simulation.domain.world import Curve, default_world
from leadloop.simulation.shown import as_json

TINY = 5e-324
USUAL = default_world(leads=5, people=2, days=3)
WORDS = [
    *("days", "warm_days", "tail_days", "sources", "people", "response", "policies", "name", "per_week", "by_hour", "title", "kind"),
    *("rounds", "minutes", "cap", "weight", "starts", "ends", "count", "attempts", "reach", "win", "listed", "turns", "mine", "open_limit"),
]
NUMBERS = st.sampled_from([0, 1, 2, 3, 24, -1, 10**400, TINY, 1e-7, 1e308, float("inf"), float("nan"), 0.5, True])
TEXTS = st.sampled_from([*WORDS, *PRESETS, "", "a\0b", "\ud800", "x" * 200]) | st.text(max_size=5)
SCRAPS = st.none() | NUMBERS | TEXTS | st.floats()
ANY = st.recursive(
    SCRAPS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4), max_leaves=8
)
RIGHT: dict[str, object] = {
    "days": 3, "warm_days": 1, "tail_days": 1,
    "sources": [{"name": "A", "per_week": 9, "by_hour": [0.5] * 24}],
    "people": [{"name": "B", "count": 2, "starts": 8, "ends": 18, "days": [0, 1, 2], "cap": 4, "weight": 2, "absent": 0.1, "gone": False}],
    "response": {"reach": [[1, 0.9], [60, 0.4]], "win": [[1, 0.5]], "attempts": 3, "pause_minutes": 9, "exponential": True},
    "policies": [
        "pull",
        {"name": "mine", "kind": "turns", "title": "Mine", "rounds": [9, 12.5], "listed": True},
        {"name": "other", "kind": "hybrid", "minutes": 9, "open_limit": 3, "hour_limit": 2},
    ],
}  # fmt: skip


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Every place of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, one in inner for place in places(one, (*path, name)))]


PLACES = [place for place in places(RIGHT) if place and not (place[-2:-1] == ("by_hour",) and place[-1] != 0)]


@st.composite
def with_one_wrong(draw: st.DrawFn) -> dict[str, object]:
    """A right document with something else at one place."""
    document = deepcopy(RIGHT)
    *way, last = draw(st.sampled_from(PLACES))
    inner: Any = document
    for name in way:
        inner = inner[name]
    inner[last] = draw(NUMBERS | TEXTS | ANY)
    return document


def told(document: dict[str, object]) -> str:
    """The result as it is kept, or nothing where it was refused or would take long."""
    try:
        world, policies = read_world(document, USUAL), read_policies(document) or (PRESETS["turns"], PRESETS["pull"])
    except NotUnderstood as error:
        str(error).encode()
        return ""
    kept = as_document(world, policies)
    assert as_read(as_toml({name: value for name, value in kept.items() if name != "policies"}))
    if seconds(world, policies, [1, 2]) > 0.5:
        return ""
    return json.dumps([kept, as_json(compare(world, policies, [1, 2]))], allow_nan=False, ensure_ascii=False).encode().decode()


@settings(max_examples=300, deadline=None)
@given(document=with_one_wrong() | st.dictionaries(st.sampled_from(WORDS), ANY, max_size=4))
def test_any_document_gives_a_result_or_a_refusal(document):
    assert "\0" not in told(document)


BAD = {
    "a number of 400 digits": {"days": 10**400},
    "hardly a lead": {"sources": [{"name": "A", "per_week": TINY}]},
    "hardly an hour": {"sources": [{"name": "A", "per_week": 0.3, "by_hour": [TINY] + [0] * 23}]},
    "hardly a shift": {"people": [{"name": "A", "starts": 0, "ends": TINY}]},
    "no list": {"policies": 5},
    "nothing": {"policies": None},
    "a list for a kind": {"policies": [{"name": "A", "kind": [1]}]},
    "a zero letter": {"people": [{"name": "A\0"}]},
    "half a letter": {"sources": [{"name": "\ud800", "per_week": 1}]},
    "half a letter in a title": {"policies": [{"name": "A", "kind": "pull", "title": "\udfff"}]},
    "half a letter for a word": {"\ud800": 1},
}


@pytest.mark.parametrize("document", BAD.values(), ids=BAD)
def test_what_cannot_be_simulated_or_kept_is_refused(document):
    with pytest.raises(NotUnderstood) as refusal:
        read_policies(document), read_world(document, USUAL)
    str(refusal.value).encode()


def test_ratios_too_large_for_a_number_end_at_the_largest():
    found = ratio([1.0, TINY], [TINY, 1.0])
    assert found is not None
    assert (found.mean, found.low < 1e-300, found.high > 1e300) == (1.0, True, True)


def test_points_of_a_curve_may_lie_too_close_to_tell_apart():
    assert Curve(((0.0, 0.2), (1e-300, 0.4))).at(0.0) == 0.4


def test_a_right_document_is_simulated():
    assert told(RIGHT)
