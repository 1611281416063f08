"""Which steps a person is shown."""

import pytest

from leadloop.work.domain.rights import next_step, steps_for

ME, ANOTHER = 1, 2


@pytest.mark.parametrize(
    ("stage", "owner", "role", "shown", "hidden"),
    [
        (
            "mql",
            ME,
            "rep",
            {"accept", "reject", "qualify", "log", "edit", "release", "junk"},
            {"assign", "claim", "win", "recycle", "disqualify"},
        ),
        ("working", ME, "rep", {"qualify", "recycle", "disqualify"}, {"reject"}),
        ("mql", None, "rep", {"claim"}, {"accept", "log", "edit", "disqualify"}),
        ("mql", ANOTHER, "rep", set(), {"claim", "log", "edit", "accept"}),
        ("mql", None, "marketer", {"disqualify", "junk", "recycle", "note", "edit"}, {"claim", "log", "convert", "reject"}),
        ("mql", ANOTHER, "marketer", set(), {"note", "edit"}),
        ("mql", ANOTHER, "manager", {"accept", "reject", "assign", "log", "release"}, {"claim", "disqualify"}),
        ("mql", None, "manager", {"claim", "assign", "log"}, {"accept", "release"}),
        ("converted", ME, "rep", {"win", "lose", "unconvert"}, {"accept", "convert"}),
        ("won", ME, "rep", {"note", "reopen_won", "correct"}, {"reopen", "win", "lose"}),
        ("nurture", ME, "rep", {"reopen"}, {"accept", "recycle"}),
    ],
)
def test_steps_follow_stage_hands_and_role(stage, owner, role, shown, hidden):
    steps = steps_for(stage, owner=owner, person=ME, role=role)

    assert shown <= steps
    assert not hidden & steps


@pytest.mark.parametrize(
    ("stage", "owner", "touched", "expected"),
    [
        ("new", ME, False, "accept"),
        ("new", None, False, "claim"),
        ("working", ME, False, "log"),
        ("working", ME, True, "qualify"),
        ("sql", ME, True, "convert"),
        ("converted", ME, True, "win"),
        ("lost", ME, True, "reopen"),
        ("won", ME, True, ""),
    ],
)
def test_the_likely_step_comes_first(stage, owner, touched, expected):
    assert next_step(stage, steps_for(stage, owner=owner, person=ME, role="rep"), touched=touched) == expected
