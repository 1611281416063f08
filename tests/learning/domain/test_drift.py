"""Drift: leads that have changed, and promises that are not kept."""

import random

import pytest

from leadloop.learning.domain.bayes import bayes_card
from leadloop.learning.domain.drift import Kept, promises_kept, shifts, stability_index, warnings
from leadloop.learning.domain.scorecard import compile_card
from tests.learning.base import make_table

CARD = compile_card(bayes_card(make_table(2_000)))


def test_the_index_of_equal_shares_is_nothing_and_of_others_is_not():
    assert stability_index([100, 300], [10, 30]) == pytest.approx(0, abs=1e-3)
    assert stability_index([900, 100], [100, 900]) > 3


def test_leads_of_the_same_kind_are_steady():
    other = make_table(1_000, seed=9)
    assert {one.verdict for one in shifts(CARD, [other.row(row) for row in range(1_000)])} == {"steady"}


def test_a_new_source_is_a_shift_of_the_source_alone():
    other = make_table(1_000, seed=9)
    rows = [other.row(row) | {"Source": "Trade fair"} for row in range(1_000)]
    found = shifts(CARD, rows)
    assert next((one.column, one.verdict) for one in found) == ("Source", "shifted")
    assert {one.verdict for one in found[1:]} == {"steady"}


def test_a_handful_of_leads_tells_nothing():
    assert shifts(CARD, [{}] * 50) == []


def test_promises_that_are_kept_and_broken():
    dice = random.Random(1)
    said = [dice.uniform(0.1, 0.6) for _ in range(1_000)]
    kept = promises_kept([int(dice.random() < p) for p in said], said)
    broken = promises_kept([int(dice.random() < p / 2) for p in said], said)
    assert (kept.holds, broken.holds) == (True, False)
    assert broken.apart < -3


def test_warnings_are_sentences():
    found = shifts(CARD, [{"Source": "Trade fair", "Product": "Roof", "Seconds on the site": 5}] * 200)
    told = warnings(found, Kept(200, 0.3, 0.1, -5.0), {"Source": "Source"})
    assert told[0].startswith(("Source has shifted (PSI", "Product has shifted (PSI", "Seconds on the site has shifted (PSI"))
    assert told[-1] == "fewer leads were won than was said: 10% of 200, and 30% was said"
