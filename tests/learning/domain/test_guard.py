"""Columns that were written after the fact are found; strong honest ones stay."""

import random
from datetime import timedelta

import pytest

from leadloop.kernel.intervals import wilson
from leadloop.learning.domain.guard import examine
from leadloop.learning.domain.table import Table
from tests.make import NOON

ROWS = 800


@pytest.fixture
def ends():
    """Who was won, and a source that says so rightly for a fifth of them: 92 % of references are won, as in real bases."""
    dice = random.Random(3)
    won = [int(dice.random() < 0.35) for _ in range(ROWS)]
    source = [
        dice.choices(["Reference", "Google"], [0.28, 0.72])[0] if one else dice.choices(["Reference", "Google"], [0.02, 0.98])[0]
        for one in won
    ]
    return dice, won, source


def left_out(columns, won, **more):
    return {finding.column for finding in examine(Table(columns, won, **more)) if finding.out}


def test_a_strong_honest_column_stays(ends):
    _, won, source = ends
    assert left_out({"Lead Source": source}, won) == set()


def test_levels_that_decide_both_ways_are_out_whatever_their_name(ends):
    dice, won, source = ends
    field = [dice.choice(["AA", "AB"]) if one else dice.choice(["BA", "BB"]) for one in won]
    noisy = [cell if dice.random() < 0.97 else "CC" for cell in field]
    assert left_out({"field 17": noisy, "Lead Source": source}, won) == {"field 17"}


def test_a_column_that_is_filled_only_for_won_leads_is_out(ends):
    dice, won, _ = ends
    contract = [str(dice.randrange(1000)) if one and dice.random() < 0.2 else "" for one in won]
    assert left_out({"number": contract}, won) == {"number"}


def test_values_that_tell_of_contacts_are_out(ends):
    dice, won, _ = ends
    cells = [dice.choice(["Email opened", "SMS sent", "Ringing", "Had a phone conversation"]) for _ in won]
    assert left_out({"column": cells}, won) == {"column"}


def test_a_verdict_in_a_column_called_quality_is_out_and_one_in_a_form_is_not(ends):
    dice, won, _ = ends
    cells = [dice.choice(["High", "Medium", "Low"]) for _ in won]
    assert left_out({"Lead Quality": cells, "How urgent is it": cells}, won) == {"Lead Quality"}


def test_who_works_on_a_lead_is_out(ends):
    dice, won, _ = ends
    assert left_out({"Sales_Agent": [f"Agent {dice.randrange(8)}" for _ in won]}, won) == {"Sales_Agent"}


def test_a_name_alone_is_no_proof(ends):
    dice, won, _ = ends
    columns = {
        "Last name": [dice.choice(["Smith", "Ito", "Braun"]) for _ in won],
        "Marital status": [dice.choice(["single", "married"]) for _ in won],
    }
    assert left_out(columns, won) == set()


def test_moments_after_the_lead_came_are_out(ends):
    dice, won, _ = ends
    at = [NOON + timedelta(hours=row) for row in range(ROWS)]
    signed = [f"{moment + timedelta(days=9):%Y-%m-%d %H:%M}" if dice.random() < 0.5 else "" for moment in at]
    born = [f"{1960 + dice.randrange(40)}-01-01" for _ in won]
    assert left_out({"paper": signed, "since": born}, won, at=at, time="t") == {"paper"}


def test_a_score_that_comes_with_what_is_out_goes_with_it(ends):
    dice, won, _ = ends
    gap = [dice.random() < 0.4 for _ in won]
    columns = {
        "Vendor activity index": ["" if hole else dice.choice(["01.High", "02.Medium", "03.Low"]) for hole in gap],
        "Vendor score": ["" if hole else str(dice.randrange(20)) for hole in gap],
        "Credit score": [str(dice.randrange(300, 850)) for _ in gap],
    }
    assert left_out(columns, won) == {"Vendor activity index", "Vendor score"}


def test_findings_say_why(ends):
    dice, won, _ = ends
    [finding] = examine(Table({"Sales_Agent": [f"Agent {dice.randrange(8)}" for _ in won]}, won))
    assert finding.says == 'its name says "agent": who works on a lead is decided after capture'


def test_wilson_holds_the_share_and_narrows():
    low, high = wilson(9, 10)
    assert low < 0.9 < high
    assert wilson(900, 1000)[0] > low
    assert wilson(0, 0) == (0.0, 1.0)
