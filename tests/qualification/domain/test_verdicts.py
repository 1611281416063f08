"""What a step says of the definition, from each word that may stand."""

from itertools import permutations

import pytest

from leadloop.qualification.domain.verdicts import HEARD, Word, next_word, reason_of

OPEN, ACCEPTED, REJECTED, WITHDRAWN = Word.OPEN, Word.ACCEPTED, Word.REJECTED, Word.WITHDRAWN
TABLE = {
    OPEN: {
        **dict.fromkeys(("accepted", "qualified", "converted"), ACCEPTED),
        **dict.fromkeys(("disqualified", "junked", "recycled", "passed_on"), REJECTED),
    },
    ACCEPTED: {"released": OPEN},
    REJECTED: {"accepted": ACCEPTED, "qualified": ACCEPTED, "converted": ACCEPTED, "reopened": OPEN},
    WITHDRAWN: {"accepted": ACCEPTED, "qualified": ACCEPTED, "converted": ACCEPTED, "reopened": OPEN},
}


@pytest.mark.parametrize("word", Word)
@pytest.mark.parametrize("kind", sorted(HEARD | {"called", "claimed", "assigned", "edited", "won", "lost", "unconverted"}))
def test_next_word(word, kind):
    assert next_word(word, kind) == TABLE[word].get(kind)


@pytest.mark.parametrize("kind", ["disqualified", "junked", "recycled"])
def test_what_marketing_takes_back_itself_is_no_word_of_sales(kind):
    assert next_word(OPEN, kind, by_marketing=True) is WITHDRAWN


def replay(kinds):
    word = OPEN
    for kind in kinds:
        word = next_word(word, kind) or word
    return word


def test_the_first_word_stands_in_every_order_of_taking_on_and_turning_away():
    for order in permutations(["accepted", "disqualified", "qualified", "junked"]):
        on, away = ({"accepted", "qualified"}, {"disqualified", "junked"})
        first = next(kind for kind in order if kind in on | away)
        turned_then_taken = first in away and any(kind in on for kind in order)
        assert replay(order) is (ACCEPTED if first in on or turned_then_taken else REJECTED), order


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["disqualified", "reopened"], OPEN),
        (["disqualified", "reopened", "accepted"], ACCEPTED),
        (["accepted", "disqualified", "reopened"], ACCEPTED),
        (["accepted", "released"], OPEN),
        (["accepted", "released", "recycled"], REJECTED),
        (["converted", "lost", "reopened"], ACCEPTED),
        (["recycled", "junked", "reopened"], OPEN),
        (["called", "claimed", "assigned"], OPEN),
    ],
)
def test_undoing_takes_the_word_back_that_it_undoes(kinds, expected):
    assert replay(kinds) is expected


def test_reasons_of_different_steps_stay_apart():
    assert [reason_of("junked", "other"), reason_of("recycled", "other"), reason_of("junked", "")] == [
        "junked:other",
        "recycled:other",
        "junked",
    ]
