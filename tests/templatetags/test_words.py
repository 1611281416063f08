"""Numbers, money, names and stages in words."""

import pytest

from leadloop.leads.domain.stages import Stage
from leadloop.templatetags.words import (
    STAGES,
    compact,
    country_name,
    initials,
    money,
    percent,
    phone_text,
    stage_label,
    stage_tone,
    tone_of,
)


@pytest.mark.parametrize(
    ("cents", "currency", "text"),
    [
        (120_000, "EUR", "€1,200"),
        (120_050, "EUR", "€1,200.50"),
        (0, "USD", "$0"),
        (-500, "GBP", "-£5"),
        (123_400, "JPY", "¥1,234"),
        (1_050, "XQZ", "XQZ10.50"),
        (100, "", "€1"),
    ],
)
def test_money_names_its_currency_and_drops_empty_cents(cents, currency, text):
    assert money(cents, currency).replace("\N{NO-BREAK SPACE}", " ") == text


def test_compact_and_percent_are_short():
    assert [compact(n) for n in (940, 12_400, 3_100_000)] == ["940", "12.4K", "3.1M"]
    assert [percent(share) for share in (0.182, 0.5, 1.0)] == ["18.2 %", "50 %", "100 %"]


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("Ada King Lovelace", "AL"),
        ("Ada", "A"),
        ("ada.lovelace@example.com", "AL"),
        ("李 小龙", "李小"),
        ("", "?"),
        ("- -", "?"),
    ],
)
def test_initials_are_of_the_first_and_the_last_name(name, letters):
    assert initials(name) == letters


def test_every_stage_has_a_short_name_and_a_tone():
    assert set(STAGES) == set(Stage)


def test_an_unknown_stage_reads_as_it_is_written():
    assert (stage_label("on_hold"), stage_tone("on_hold")) == ("On hold", "gray")


def test_a_name_keeps_its_tone():
    assert tone_of("Ada Lovelace") == tone_of("Ada Lovelace") != tone_of("Grace Hopper")


def test_phone_text_groups_numbers_and_leaves_the_rest():
    assert [phone_text(number) for number in ("+14155552671", "call me", "")] == ["+1 415-555-2671", "call me", ""]


def test_country_name_leaves_what_it_does_not_know():
    assert [country_name(code) for code in ("DE", "de", "??", "")] == ["Germany", "Germany", "??", ""]
