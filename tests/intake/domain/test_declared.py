"""Values of declared fields: however they are written, they are stored in one form, and what does not fit is kept and told."""

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadloop.intake.domain.declared import Habits, complaint, read_declared, read_value
from leadloop.leads.domain.custom_facts import READERS
from leadloop.leads.domain.custom_fields import FieldSpec, Kind

HERE = Habits("DE", UTC, date(2026, 3, 2))
AMERICA = Habits("US", UTC, date(2026, 3, 2))
CHOICES = ("Life", "Car and home", "Höhere Gewalt")


def field(kind, **limits):
    return FieldSpec("x", "X", kind, choices=CHOICES if kind in (Kind.CHOICE, Kind.CHOICES) else (), limits=limits)


@pytest.mark.parametrize(
    ("kind", "given_", "expected"),
    [
        (Kind.TEXT, " Ada ", "Ada"),
        (Kind.TEXT, 5, "5"),
        (Kind.CHOICE, "CAR AND  HOME", "Car and home"),
        (Kind.CHOICE, "car_and_home", "Car and home"),
        (Kind.CHOICE, "HÖHERE GEWALT", "Höhere Gewalt"),
        (Kind.CHOICES, "höhere gewalt; life", ["Life", "Höhere Gewalt"]),
        (Kind.CHOICES, "Life, Car and home", ["Life", "Car and home"]),
        (Kind.CHOICES, ["car and home", "LIFE"], ["Life", "Car and home"]),
        (Kind.WHOLE, "1,234", 1234),
        (Kind.WHOLE, "1.234", 1234),
        (Kind.WHOLE, "-12", -12),
        (Kind.WHOLE, "5 years", 5),
        (Kind.WHOLE, 5.0, 5),
        (Kind.WHOLE, "12k", 12_000),
        (Kind.DECIMAL, "4,25 %", 4.25),
        (Kind.DECIMAL, "4.256", 4256),
        (Kind.DECIMAL, 7, 7),
        (Kind.MONEY, "1.234,56 €", {"cents": 123456, "currency": "EUR"}),
        (Kind.MONEY, "(1,234.50)", {"cents": -123450, "currency": "EUR"}),
        (Kind.MONEY, 250000, {"cents": 25000000, "currency": "EUR"}),
        (Kind.MONEY, "EUR -12", {"cents": -1200, "currency": "EUR"}),
        (Kind.DATE, "31.12.2026", "2026-12-31"),
        (Kind.DATE, "3/4/2026", "2026-04-03"),
        (Kind.DATE, "Dec 31, 2026", "2026-12-31"),
        (Kind.DATE, "2026-03-01T23:30:00-05:00", "2026-03-01"),
        (Kind.MOMENT, "2026-03-01T09:00:00.5+01:00", "2026-03-01T08:00:00Z"),
        (Kind.MOMENT, "1.3.2026 09:00", "2026-03-01T09:00:00Z"),
        (Kind.YES_NO, "Ja", True),
        (Kind.YES_NO, "0", False),
        (Kind.YES_NO, 1, True),
        (Kind.EMAIL, "Ada <ADA@x.io>", "ada@x.io"),
        (Kind.PHONE, "030 901820", "+4930901820"),
        (Kind.URL, "www.acme.de/x", "https://www.acme.de/x"),
        (Kind.CHOICE, "please select", None),
        (Kind.CHOICES, [None, ""], None),
        (Kind.CHOICES, ",", None),
        (Kind.WHOLE, "", None),
    ],
)
def test_a_value_is_stored_in_the_form_of_its_kind(kind, given_, expected):
    assert read_value(field(kind), given_, HERE) == (expected, "")


def test_the_country_says_which_number_is_the_day_unless_the_field_does():
    assert read_value(field(Kind.DATE), "3/4/2026", AMERICA).value == "2026-03-04"
    assert read_value(field(Kind.DATE, day_first=True), "3/4/2026", AMERICA).value == "2026-04-03"


def test_places_say_whether_a_dot_groups():
    assert read_value(field(Kind.DECIMAL, places=3), "6.875", AMERICA).value == 6.875


@pytest.mark.parametrize(
    ("spec", "given_", "flaw"),
    [
        (field(Kind.CHOICE), "Boat", "not_a_choice"),
        (field(Kind.CHOICES), "Life; Boat", "not_a_choice"),
        (field(Kind.WHOLE), "12 or 15", "unreadable"),
        (field(Kind.WHOLE), "4.5", "unreadable"),
        (field(Kind.WHOLE, min=0), "-1", "out_of_range"),
        (field(Kind.MONEY), "$ 5", "other_currency"),
        (field(Kind.MONEY, max=100), "100.01", "out_of_range"),
        (field(Kind.DATE), "31.02.2026", "unreadable"),
        (field(Kind.DATE, past=True), "2026-03-03", "out_of_range"),
        (field(Kind.YES_NO), "perhaps", "unreadable"),
        (field(Kind.TEXT, length=3), "four", "too_long"),
        (field(Kind.TEXT, pattern="digits"), "12a", "wrong_form"),
        (field(Kind.EMAIL), "nobody", "unreadable"),
        (field(Kind.URL), "not a page", "unreadable"),
    ],
)
def test_what_does_not_fit_is_kept_and_told(spec, given_, flaw):
    values = {"custom": {"x": given_, "y": "as before"}, "flaws": []}
    read_declared(values, {"x": spec}, HERE)

    assert values["flaws"] == [f"custom.x:{flaw}"]
    assert values["custom"]["x"] not in (None, "")
    assert values["custom"]["y"] == "as before"
    assert complaint(spec, flaw).endswith((".", "please."))


scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
anything = scalars | st.lists(scalars, max_size=3) | st.dictionaries(st.sampled_from(["cents", "currency"]), scalars)
written = st.sampled_from(["1.234,56", "12/31/2026", "€ 12k", "(3)", "-", "yes", "Life", "2026-12-31", "1e5", "10 000,5", "٣", "\u22125"])


@given(kind=st.sampled_from(list(Kind)), value=anything | written)
def test_reading_never_fails_and_reading_again_changes_nothing(kind, value):
    spec = field(kind)
    read = read_value(spec, value, HERE)

    if not read.flaw:
        assert read_value(spec, read.value, HERE) == read
        if read.value is not None:
            assert READERS.get(kind, lambda one: one["cents"])(read.value) not in (None, "", []) or kind is Kind.YES_NO
