"""Who may change whom."""

import pytest

from leadloop.teams.domain.steering import leaves_nobody, may_steer, roles_to_give


@pytest.mark.parametrize(
    ("actor", "target", "expected"),
    [
        ("rep", "rep", False),
        ("marketer", "rep", False),
        ("manager", "rep", True),
        ("manager", "manager", True),
        ("manager", "admin", False),
        ("admin", "admin", True),
    ],
)
def test_managers_steer_everybody_but_administrators(actor, target, expected):
    assert may_steer(actor, target) is expected
    assert (target in roles_to_give(actor)) is expected


@pytest.mark.parametrize(
    ("before", "after", "others", "expected"),
    [
        ("manager", "rep", ["rep"], True),
        ("manager", "", ["manager"], False),
        ("admin", "manager", ["manager"], True),
        ("admin", "", ["admin"], False),
        ("manager", "admin", [], False),
        ("rep", "", [], False),
    ],
    ids=["the last manager", "another manager", "the last administrator", "another administrator", "a step up", "a rep"],
)
def test_somebody_has_to_be_left_who_steers(before, after, others, expected):
    assert leaves_nobody(before, after, others) is expected
