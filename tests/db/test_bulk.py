"""Bulk writes: the same rows on either database, few or many, and ids that nobody else gets."""

import pytest
from django.db import connection, transaction

from leadloop.consent.models import Consent
from leadloop.db import bulk
from leadloop.intake.models import Tally
from leadloop.leads.actions import moment
from leadloop.leads.models import Lead
from tests.make import NOON

pytestmark = pytest.mark.django_db
COLUMNS = ("contact_point", "purpose", "channel", "granted", "evidence", "submission_id", "happened_at")
ODD = [
    "quote \" and ' and \\",
    "tab\tand\nline",
    "\\N",
    "null",
    "",
    "Grüße 🦊 漢字",
    "{1,2}",
    "%s ? $1 %",
    "\u202eright to left",
    "x" * 200,
]


def rows(texts: list[str]) -> list[tuple]:
    return [
        (text, "p", "email", number % 2 == 0, bulk.to_json({"text": text}).decode(), number or None, moment(NOON))
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize("times", [1, 30], ids=["few", "many"])
def test_whatever_the_text_it_comes_back_as_it_went_in(times):
    texts = ODD * times
    bulk.insert(Consent, COLUMNS, rows(texts))

    stored = Consent.objects.order_by("id").values_list("contact_point", "granted", "evidence", "submission_id", "happened_at")
    assert list(stored) == [(text, number % 2 == 0, {"text": text}, number or None, NOON) for number, text in enumerate(texts)]


@pytest.mark.parametrize("number", [3, 53], ids=["few", "many"])
def test_one_row_that_is_refused_leaves_nothing_of_the_transaction(number):
    doors = [(str(one), 1) for one in range(number)]
    with pytest.raises(connection.Database.IntegrityError), transaction.atomic():
        bulk.insert(Tally, ("door", "received"), [doors[0], *doors])
    assert not Tally.objects.exists()


@pytest.mark.parametrize("times", [1, 30], ids=["few", "many"])
def test_an_update_changes_the_rows_it_names_and_no_other(times):
    bulk.insert(Consent, COLUMNS, rows(ODD * times))
    ids = list(Consent.objects.order_by("id").values_list("id", flat=True))

    bulk.update(Consent, ("purpose", "submission_id"), [(f"new {number}", None, pk) for number, pk in enumerate(ids[1:])])

    changed = list(Consent.objects.order_by("id").values_list("purpose", "submission_id"))
    assert changed == [("p", None), *((f"new {number}", None) for number in range(len(ids) - 1))]


@pytest.mark.parametrize("number", [3, 300], ids=["few", "many"])
def test_what_a_constraint_knows_already_is_left_out(number):
    bulk.insert(Tally, ("door", "received"), [("0", 7)])
    bulk.insert_new(Tally, ("door", "received"), [(str(one), 1) for one in range(number)])
    assert dict(Tally.objects.values_list("door", "received")) == {str(one): 7 if one == 0 else 1 for one in range(number)}


def test_adding_adds_to_the_named_rows():
    bulk.insert(Tally, ("door", "received"), [("api", 7), ("file", 1), ("form", 0)])
    bulk.add(Tally, "received", "door", [(2, "api"), (5, "form"), (9, "nobody")])
    assert dict(Tally.objects.values_list("door", "received")) == {"api": 9, "file": 1, "form": 5}


def test_nothing_to_write_is_nothing_done(django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(Tally, ("door", "received"), [])
        bulk.insert_new(Tally, ("door", "received"), [])
        bulk.update(Tally, ("received",), [])
        bulk.add(Tally, "received", "door", [])
        assert bulk.reserve_ids(Lead, 0)() == []


def test_reserved_ids_rise_and_are_never_given_twice():
    given: list[int] = []
    for count in (1, 2, 700, 1):
        with transaction.atomic():
            ids = bulk.reserve_ids(Lead, count)()
            bulk.insert(
                Lead, ("id", "source_id", "submission_id", "created_at", *TEXTS), [(pk, 1, pk, moment(NOON), *blanks()) for pk in ids]
            )
        assert ids == sorted(ids)
        assert not set(ids) & set(given)
        given += ids
    assert Lead.objects.count() == 704


def test_one_of_values_takes_any_number_of_them():
    bulk.insert(Tally, ("door", "received"), [("api", 7), ("file", 1)])
    condition, params = bulk.any_of("door", ["api", *(str(number) for number in range(50_000))])
    assert bulk.fetch(f"select received from intake_tally where {condition}", params) == [(7,)]


GIVEN = ("id", "source_id", "submission_id", "created_at")
TEXTS = tuple(field.attname for field in Lead._meta.concrete_fields if not field.null and field.attname not in GIVEN)


def blanks() -> list[str]:
    return [{"marks": "{}", "custom": "{}", "flaws": "[]"}.get(name, "") for name in TEXTS]
