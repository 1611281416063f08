"""Lists in the order of a declared field: page by page, each lead once, blanks last."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from leadloop import loop
from leadloop.leads import fields
from leadloop.work import lists
from tests.make import NOON, arrival, make_lead

pytestmark = pytest.mark.django_db

KINDS = {
    "sum": ("money", ["5", "100", "7.50"]),
    "rate": ("decimal", ["5.25", "10", "0.5"]),
    "town": ("text", ["Bonn", "aachen", "Äpfingen"]),
    "start": ("date", ["2026-05-01", "2025-01-01", "2026-12-31"]),
}
RANKS = {"sum": [0, 2, 1], "rate": [1, 2, 0], "town": [1, 0, 2], "start": [1, 0, 2]}
"""The places of the three values in their order."""


def walk(client, address):
    """The leads of every page, in the order in which they are read."""
    found, seen = [], 0
    while address and seen < 20:
        page = client.get(address)
        assert page.status_code == 200
        found += [row.pk for row in page.context["rows"]]
        address, seen = page.context["older_url"] and "/leads/" + page.context["older_url"], seen + 1
    return found


@pytest.mark.parametrize("name", list(KINDS))
@pytest.mark.parametrize("way", ["", "-"], ids=["upwards", "downwards"])
def test_every_lead_is_read_once_in_the_order_of_the_field(mia, name, way):
    kind, values = KINDS[name]
    fields.declare([{"name": name, "label": name, "type": kind, "filterable": True}], now=NOON)
    customs = [{name: values[place % 3]} for place in range(lists.PAGE + 10)] + [{}] * 3
    taken = loop.capture([arrival({"email": f"l{n}@x.io", "custom": custom}) for n, custom in enumerate(customs)], now=NOON)
    ranks = {one.case.lead_id: RANKS[name][n % 3] if custom else None for n, (one, custom) in enumerate(zip(taken, customs, strict=True))}
    client = Client()
    client.force_login(mia)

    read = walk(client, f"/leads/?sort={way}custom.{name}&column=custom.{name}")

    known, blank = [pk for pk in ranks if ranks[pk] is not None], [pk for pk in ranks if ranks[pk] is None]
    back = bool(way)
    expected = sorted(known, key=lambda pk: (ranks[pk], pk), reverse=back) + sorted(blank, reverse=back)
    assert read == expected


def test_a_cursor_of_another_order_begins_at_the_first_page(mia):
    fields.declare([{"name": "town", "label": "Town", "type": "text", "filterable": True}], now=NOON)
    lead = make_lead({"email": "a@x.io", "custom": {"town": "Bonn"}})
    client = Client()
    client.force_login(mia)

    for cursor in ("a.i5.3", "a.t5.3", "a.f352e35.3", "a.szz.3"):
        page = client.get(f"/leads/?sort=custom.town&at={cursor}")
        assert [row.pk for row in page.context["rows"]] == [lead.pk]


def test_an_order_that_is_not_offered_is_the_usual_one(mia):
    fields.declare([{"name": "town", "label": "Town", "type": "text"}], now=NOON)
    client = Client()
    client.force_login(mia)

    page = client.get("/leads/?sort=custom.town&column=custom.town")
    assert parse_qs(urlsplit(page.context["first_url"]).query) == {"column": ["custom.town"]}
