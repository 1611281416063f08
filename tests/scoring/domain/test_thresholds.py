"""A threshold fires once per crossing upwards, equal counts, and is armed again only well below."""

from datetime import timedelta
from math import log2

import pytest

from leadloop.leads.domain.criteria import blank_facts
from leadloop.leads.domain.heat import days_since_epoch, hot_line
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS
from leadloop.scoring.domain.scorecard import compile_scorecard, score, stays_at
from leadloop.scoring.domain.thresholds import Above, compile_thresholds, judge
from tests.make import NOON

[CALL] = compile_thresholds([{"id": "call", "label": "Call now", "at": 70, "falls": 10, "tell": "owner"}])
TODAY = 20_000.0


@pytest.mark.parametrize(
    ("points", "above", "quiet", "expected"),
    [
        (69, None, False, "below"),
        (70, None, False, "fires"),
        (100, None, True, "passes"),
        (70, Above(None), False, "stays"),
        (65, Above(None), False, "stays"),
        (60, Above(None), False, "stays"),
        (59, Above(None), False, "falls"),
        (75, Above(TODAY - 1), False, "fires"),
        (75, Above(TODAY), False, "fires"),
        (75, Above(TODAY + 1), False, "stays"),
        (65, Above(TODAY - 1), False, "falls"),
    ],
    ids=[
        "below", "equal counts as crossed", "quietly", "once", "a little below keeps it", "exactly at the line keeps it",
        "well below arms it again", "faded meanwhile, though nobody looked", "to the very moment", "not faded enough",
        "faded and still below",
    ],
)  # fmt: skip
def test_a_threshold_fires_once_per_crossing(points, above, quiet, expected):
    assert judge(CALL, points, above, today=TODAY, quiet=quiet) == expected


SPEC = {"v": 2, "base": 40, "rules": [], "heat": {"points": 40, "full_at": 10}, "grades": {"A": 70, "B": 40, "C": 20}}


def facts_with(points: float) -> dict:
    return blank_facts() | {"heat": hot_line(points, NOON, HALF_LIFE_DAYS)}


@pytest.mark.parametrize("card", [compile_scorecard(SPEC, version=1), compile_scorecard(SPEC | {"v": 1}, version=1)], ids=["now", "before"])
@pytest.mark.parametrize("least", [45, 60, 70])
def test_a_score_stays_until_the_day_that_is_said(card, least):
    facts = facts_with(10)
    day = stays_at(facts, card, score(facts, card, now=NOON), least=least, now=NOON)

    def then(minutes: float) -> int:
        return score(facts, card, now=NOON + timedelta(days=day - days_since_epoch(NOON), minutes=minutes)).points

    assert (then(-5) >= least, then(5) < least) == (True, True)


@pytest.mark.parametrize(
    ("least", "expected"), [(40, None), (39, None), (90, days_since_epoch(NOON))], ids=["fit alone", "below", "never was"]
)
def test_what_does_not_fade_stays_for_ever(least, expected):
    facts, card = facts_with(10), compile_scorecard(SPEC, version=1)
    assert stays_at(facts, card, score(facts, card, now=NOON), least=least, now=NOON) == expected


def test_a_score_that_was_cut_at_100_stays_longer():
    facts, card = facts_with(10), compile_scorecard(SPEC | {"base": 95}, version=1)
    assert stays_at(facts, card, score(facts, card, now=NOON), least=100, now=NOON) == pytest.approx(
        days_since_epoch(NOON) + HALF_LIFE_DAYS * log2(40 / 4.5)
    )
