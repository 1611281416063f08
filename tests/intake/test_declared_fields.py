"""Declared fields on the way through the loop: typed at every door, never dropped, and mended by what comes later."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop
from leadloop.leads import fields
from leadloop.leads.models import Lead
from tests.make import NOON, arrival, make_install, make_lead

pytestmark = pytest.mark.django_db

DECLARED = [
    {"name": "cover", "label": "Cover", "type": "choice", "choices": ["Life", "Car"]},
    {"name": "sum", "label": "Sum", "type": "money", "limits": {"currency": "EUR"}},
    {"name": "start", "label": "Start", "type": "date"},
]


@pytest.fixture(autouse=True)
def _declared(db):
    make_install()
    fields.declare(DECLARED, now=NOON)


def test_values_of_declared_fields_are_typed_and_others_kept_as_they_came():
    lead = make_lead({"email": "a@x.io", "custom": {"cover": "LIFE", "sum": "1.234,56 €", "start": "31.12.2026", "shoe size": "43"}})

    assert lead.custom == {"cover": "Life", "sum": {"cents": 123456, "currency": "EUR"}, "start": "2026-12-31", "shoe size": "43"}
    assert lead.flaws == []


def test_an_amount_as_we_give_it_out_is_cleaned_like_any_text():
    lead = make_lead(
        {"email": "a@x.io", "custom": {"paid": {"cents": 5, "currency": "E\0U"}, "owed": {"cents": 10**30, "currency": "EUR"}}}
    )

    assert lead.custom == {"paid": {"cents": 5, "currency": "E U"}}


def test_what_does_not_fit_is_kept_and_flagged_until_something_better_comes():
    make_lead({"email": "a@x.io", "custom": {"cover": "Boat", "start": "soon"}})
    assert (make_lead({"email": "a@x.io"}).custom, Lead.objects.get().flaws) == (
        {"cover": "Boat", "start": "soon"},
        ["custom.cover:not_a_choice", "custom.start:unreadable"],
    )

    lead = make_lead({"email": "a@x.io", "custom": {"cover": "car", "start": "later"}})

    assert (lead.custom, lead.flaws) == ({"cover": "Car", "start": "soon"}, ["custom.start:unreadable"])


@pytest.mark.parametrize(
    ("given", "kept"),
    [("None", "None"), ("NONE", "None"), ("n/a", "N/A"), ("Select", None), ("-", None), ("", None), (["None"], "None")],
)
def test_a_choice_that_is_called_like_nothing_wins_over_nothing(given, kept):
    fields.declare([{"name": "debt", "label": "Debt", "type": "choice", "choices": ["None", "N/A", "Some"]}], now=NOON)
    lead = make_lead({"email": "a@x.io", "custom": {"debt": given, "cover": "None", "shoe size": "None"}})
    assert (lead.custom, lead.flaws) == ({"debt": kept} if kept else {}, [])


def test_one_of_several_choices_may_be_called_like_nothing():
    fields.declare([{"name": "debts", "label": "Debts", "type": "choices", "choices": ["None", "Car", "House"]}], now=NOON)
    assert make_lead({"email": "a@x.io", "custom": {"debts": ["none", "car"]}}).custom == {"debts": ["None", "Car"]}
    assert make_lead({"email": "b@x.io", "custom": {"debts": ["N/A", "House"]}}).custom == {"debts": ["House"]}


def test_a_bad_value_does_not_spoil_a_good_one():
    make_lead({"email": "a@x.io", "custom": {"cover": "Car"}})
    lead = make_lead({"email": "a@x.io", "custom": {"cover": "Boat"}})

    assert (lead.custom, lead.flaws) == ({"cover": "Car"}, [])


def test_a_batch_with_declared_fields_costs_no_query_more(django_assert_num_queries):
    loop.capture([arrival({"email": "warm@x.io"})], now=NOON)
    plain = [arrival({"email": f"p{n}@x.io", "custom": {"other": "1"}}) for n in range(3)]
    typed = [arrival({"email": f"t{n}@x.io", "custom": {"cover": "life", "sum": "5", "start": "2026-01-01"}}) for n in range(3)]
    with CaptureQueriesContext(connection) as before:
        loop.capture(plain, now=NOON)

    with django_assert_num_queries(len(before)):
        loop.capture(typed, now=NOON)
