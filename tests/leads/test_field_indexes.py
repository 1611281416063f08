"""Filterable fields have an index that serves their filters and their order; it goes when nobody asks for it."""

import pytest
from django.db import connection

from leadloop.leads import fields
from leadloop.leads.criteria_sql import condition
from leadloop.leads.custom_sql import INDEXED, sortable
from leadloop.leads.domain.criteria import parse
from leadloop.leads.domain.custom_fields import WITH_CHOICES, Kind
from leadloop.leads.field_indexes import index_name, keep_field_indexes
from leadloop.leads.models import Lead, Standing
from tests.make import NOON

pytestmark = pytest.mark.django_db

SUM = {"name": "sum", "label": "Sum", "type": "money", "filterable": True}
COVER = {"name": "cover", "label": "Cover", "type": "text", "filterable": True}


def keep():
    return keep_field_indexes.func()


def plan(rows):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("analyze leads_lead, leads_standing")
            cursor.execute("set local enable_seqscan = off")
    return rows.explain()


def test_indexes_are_made_once_and_dropped_when_a_field_is_not_filterable_any_more():
    fields.declare([SUM, COVER], now=NOON)
    names = sorted(index_name(spec) for spec in fields.declared_now().values())

    assert [sorted(keep()["made"]), keep()] == [names, {"made": [], "dropped": []}]

    fields.declare([SUM | {"filterable": False}], now=NOON)
    fields.retire(["cover"], now=NOON)
    assert sorted(keep()["dropped"]) == names


@pytest.mark.parametrize(
    ("spec", "leaf"),
    [
        (SUM, {"field": "custom.sum", "op": "at_least", "value": 500}),
        (COVER, {"field": "custom.cover", "op": "is", "value": "Life 7"}),
    ],
    ids=["amounts", "texts"],
)
def test_the_index_serves_a_filter_and_an_order(spec, leaf):
    fields.declare([spec], now=NOON)
    rows = Lead.objects.bulk_create(
        Lead(submission_id=1, source_id=1, created_at=NOON, custom={"sum": {"cents": n, "currency": "EUR"}, "cover": f"Life {n}"})
        for n in range(600)
    )
    Standing.objects.bulk_create(Standing(lead=row, source_id=1, received_at=NOON, entered_at=NOON) for row in rows)
    keep()
    [declared] = fields.declared_now().values()
    leads = Lead.objects.annotate(sorted_custom=sortable(declared, "custom"))

    assert index_name(declared) in plan(Standing.objects.filter(condition(parse(leaf, fields.in_force()), NOON)).values("pk"))
    assert index_name(declared) in plan(leads.filter(sorted_custom__isnull=False).order_by("sorted_custom", "pk").values("pk")[:10])


def test_every_kind_that_is_indexed_can_be(db):
    rows = Lead.objects.bulk_create(
        Lead(submission_id=1, source_id=1, created_at=NOON, custom=custom) for custom in ({}, {"f_moment": "now"})
    )
    fields.declare(
        [
            {"name": f"f_{kind}", "label": kind.value, "type": kind.value, "filterable": True}
            | ({"choices": ["a"]} if kind in WITH_CHOICES else {})
            for kind in Kind
        ],
        now=NOON,
    )

    assert len(keep()["made"]) == len(INDEXED)
    rows[0].custom = {"f_moment": "2026-03-01T08:00:00Z", "f_decimal": 1.5, "f_money": {"cents": 5, "currency": "EUR"}, "f_date": "x"}
    rows[0].save(update_fields=["custom"])
