"""A scorecard adds up, says why, and is the same after a way through JSON."""

import json
from math import exp, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadloop.learning.domain.bayes import bayes_card
from leadloop.learning.domain.metrics import auc
from leadloop.learning.domain.scorecard import calibrator, compile_card, log_odds, probability, reasons, sigmoid
from leadloop.learning.domain.table import Table
from tests.learning.base import make_table

TABLE = make_table(600)
SPEC = bayes_card(TABLE)
CARD = compile_card(json.loads(json.dumps(SPEC)))


def test_points_by_hand():
    table = Table({"Source": ["a"] * 6 + ["b"] * 6}, [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
    card = compile_card(bayes_card(table))
    # of 6 won 5 had a, of 6 lost 1 had; Laplace adds one to each of the five bins
    assert log_odds(card, card.bins({"Source": "A"})) == pytest.approx(log((6 / 11) / (2 / 11)))


def test_naive_bayes_ranks_what_it_learned_from():
    said = [probability(CARD, TABLE.row(row)) for row in range(len(TABLE.won))]
    assert auc(TABLE.won, said) > 0.75


def test_reasons_name_the_column_what_it_says_and_what_it_adds():
    first = reasons(CARD, {"Source": "Reference", "Product": "Solar", "Seconds on the site": "850"})[0]
    assert first.column == "Source"
    assert str(first).startswith("Source is Reference: +")


def test_reasons_and_the_usual_lead_add_up_to_the_log_odds():
    facts = {"Source": "Cold list", "Product": "Roof", "Seconds on the site": "12"}
    usual = CARD.intercept + sum(CARD.average)
    assert usual + sum(one.adds for one in reasons(CARD, facts, most=99, least=0)) == pytest.approx(
        log_odds(CARD, CARD.bins(facts)), abs=1e-3
    )


def test_a_pair_is_halved_between_its_columns():
    spec = json.loads(json.dumps(SPEC))
    rows, columns = len(spec["features"][0]["bins"]), len(spec["features"][1]["bins"])
    spec["pairs"] = [{"of": [0, 1], "points": [[2.0] * columns for _ in range(rows)]}]
    with_pair = compile_card(spec)
    facts = TABLE.row(3)
    assert log_odds(with_pair, with_pair.bins(facts)) == pytest.approx(log_odds(CARD, CARD.bins(facts)) + 2)
    gained = {one.column: one.adds for one in reasons(with_pair, facts, most=99, least=0)}
    before = {one.column: one.adds for one in reasons(CARD, facts, most=99, least=0)}
    assert gained["Source"] - before["Source"] == pytest.approx(1.0)


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="format 9"):
        compile_card(SPEC | {"format": 9})


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["Source", "Product", "Seconds on the site", "else"]),
        st.one_of(st.none(), st.text(max_size=30), st.integers(), st.floats()),
    )
)
def test_nothing_is_ever_certain(facts):
    assert 0.0001 <= probability(CARD, facts) <= 0.9999


@pytest.mark.parametrize("z", [-1e6, -30, 0, 30, 1e6])
def test_sigmoid_does_not_overflow(z):
    assert sigmoid(z) == pytest.approx(1 / (1 + exp(-max(min(z, 700), -700))))


def test_steps_are_joined_by_lines_and_flat_outside():
    gives = calibrator({"kind": "isotonic", "at": [-1, 0, 2], "gives": [0.1, 0.3, 0.5]})
    assert [gives(z) for z in (-9, -1, -0.5, 0, 1, 2, 9)] == pytest.approx([0.1, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
