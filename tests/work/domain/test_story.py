"""Touches in words."""

import pytest

from leadloop.work.domain.story import Names, Reason, lines_of, reasons_of, why_theirs

NAMES = Names(
    people={1: "Ann", 2: "Bob", 3: "Mia"},
    pools={7: "Sales"},
    labels={4: {"phone": "Left a phone number"}},
    bases={4: 10},
    rules={2: {"big": "Enterprise"}},
    seats={9: 5},
)
SCORED = {"score": {"model": 4, "reasons": [["phone", 10], ["heat", 6], ["gone", -5]]}, "became": {"score": 21}}


def told(kind, data):
    return lines_of(kind, data, NAMES, moment=lambda iso: f"at {iso}", money=lambda cents, currency: f"{cents} {currency}")


def test_reasons_carry_the_labels_of_their_version():
    assert reasons_of(SCORED, NAMES) == [
        Reason("Everybody starts with", 10),
        Reason("Left a phone number", 10),
        Reason("Recent activity", 6),
        Reason("gone", -5),
    ]


def route(rule="big", draw=9, owner=1):
    return {"route": {"version": 2, "rule": rule, "draw": draw, "place": 2}, "became": {"owner_id": owner, "pool_id": 7}}


@pytest.mark.parametrize(
    ("kind", "data", "actor", "owner", "expected"),
    [
        ("captured", route(), None, 1, "Rule “Enterprise”: your turn among 5 in Sales"),
        ("captured", route(owner=2), None, 2, "Rule “Enterprise”: Bob's turn among 5 in Sales"),
        ("captured", route("fallback", owner=None), None, None, "Standard route: nobody in Sales had room"),
        ("captured", route("fallback", None, None), None, None, "Standard route: waits in Sales for whoever claims it"),
        (
            "captured",
            {"route": {"version": 2, "rule": "fallback", "draw": None, "kept": True}},
            None,
            1,
            "Standard route: yours before, and again",
        ),
        (
            "captured",
            {"route": {"version": 2, "rule": "fallback", "draw": None, "kept": True}},
            None,
            2,
            "Standard route: Bob's before, and again",
        ),
        ("claimed", {}, 1, 1, "You claimed it"),
        ("claimed", {}, 2, 2, "Claimed by Bob"),
        ("assigned", {}, 3, 1, "Given to you by Mia"),
        ("released", {}, 2, None, "Given back by Bob"),
        ("reopened", {}, 1, 1, "Reopened: it was yours before"),
        ("called", {}, 1, 1, ""),
    ],
)
def test_why_the_lead_is_where_it_is(kind, data, actor, owner, expected):
    assert why_theirs(kind, data, NAMES, actor=actor, owner=owner, viewer=1) == expected


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [
        ("captured", SCORED, ["Scored 21: Everybody starts with +10, Left a phone number +10, Recent activity +6, gone -5"]),
        ("captured", route(), ["Assigned to Ann: Rule “Enterprise”, turn 3 of the draw in Sales"]),
        ("captured", {"definition": 3, "became": {"stage": "mql"}}, ["Meets the definition of a qualified lead, version 3"]),
        ("captured", {"filled": ["phone", "company"]}, ["Learned: phone, company"]),
        ("disqualified", {"reason": "no_budget", "became": {"stage": "disqualified"}}, ["No budget", "Now Disqualified"]),
        ("recycled", {"reason": "not_now", "until": "X"}, ["Not now", "Comes back at X"]),
        ("won", {"amount_cents": 500, "currency": "EUR"}, ["Amount 500 EUR"]),
        ("edited", {"was": {"title": ""}, "now": {"title": "CEO"}}, ["Title: blank → CEO"]),
        ("called", {"became": {"due_at": "X"}}, ["Next at X"]),
        ("noted", {"text": "words"}, []),
    ],
)
def test_a_touch_says_what_it_decided(kind, data, expected):
    assert told(kind, data) == expected
