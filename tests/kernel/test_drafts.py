"""What two versions of a rule do not share, in words."""

import pytest

from leadloop.kernel.drafts import Difference, Line, differences


def rules(*keys):
    return {f"rule:{key}": Line(key, f"says {key}") for key in keys}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (rules("a"), rules("a"), []),
        (rules("a"), {}, [Difference("removed", "a", "says a", "")]),
        ({}, rules("a"), [Difference("added", "a", "", "says a")]),
        ({"base": Line("Base", "5")}, {"base": Line("Base", "6")}, [Difference("changed", "Base", "5", "6")]),
        ({"rule:a": Line("Old", "x")}, {"rule:a": Line("New", "x")}, [Difference("changed", "New", "Old: x", "New: x")]),
        (rules("a", "b", "c"), rules("b", "c", "a"), [Difference("moved", "a", "place 1", "place 3")]),
        (rules("a", "b", "c"), rules("c", "a", "b"), [Difference("moved", "c", "place 3", "place 1")]),
        (rules("a", "b", "c"), rules("a", "c"), [Difference("removed", "b", "says b", "")]),
        ({"base": Line("Base", "5"), "heat": Line("Heat", "1")}, {"heat": Line("Heat", "1"), "base": Line("Base", "5")}, []),
    ],
    ids=[
        "the same",
        "gone",
        "new",
        "another text",
        "another name",
        "first to last",
        "last to first",
        "gone from between",
        "only rules have an order",
    ],
)
def test_differences_say_what_changed(before, after, expected):
    assert differences(before, after) == expected
