"""Opportunities, accounts, contacts and the export: who sees what, what it costs, and how it ends."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.leads.models import Account, Contact, Standing
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Opportunity
from leadloop.web.csv_cells import safe_cell
from leadloop.work.export import COLUMNS, stream_leads
from leadloop.work.pipeline import board, quarter_start
from tests.make import make_install, make_lead, make_person, make_rep
from tests.work.conftest import signed_in


@pytest.fixture
def manager(db):
    make_install()
    return make_person("Maya", "manager")


def make_deal(manager, owner, name, *, amount_cents=None, currency="EUR"):
    """An opportunity as conversion makes it."""
    lead = make_lead({"name": f"{name} Buyer", "email": f"buyer@{name.lower()}-works.com", "company": name})
    actor = steps.by(manager, now=utc_now())
    steps.assign([lead.pk], actor, person=owner)
    return steps.convert(lead.pk, actor, deal=Deal(name, amount_cents, currency)).opportunity, lead


def test_the_board_sums_each_column_by_currency(manager):
    ann = make_rep("ann")
    make_deal(manager, ann, "One", amount_cents=100_00)
    make_deal(manager, ann, "Two", amount_cents=50_00)
    make_deal(manager, ann, "Three", amount_cents=70_00, currency="USD")
    make_deal(manager, ann, "Four")
    _, won = make_deal(manager, ann, "Five")
    steps.win([won.pk], steps.by(manager, now=utc_now()), amount_cents=9_00, currency="EUR")
    columns = board(manager, now=utc_now())
    assert [(column.state, column.count, column.sums) for column in columns] == [
        ("open", 4, [(150_00, "EUR"), (70_00, "USD")]),
        ("won", 1, [(9_00, "EUR")]),
        ("lost", 0, []),
    ]


def test_pages_cost_the_same_for_one_row_and_for_three(manager, django_assert_num_queries):
    client, costs = signed_in(manager), {"/opportunities/": 8, "/opportunities/?as=table": 8, "/accounts/": 5, "/contacts/": 5}
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            make_deal(manager, manager, name, amount_cents=100)
        for path, queries in costs.items():
            client.get(path)
            with django_assert_num_queries(queries):
                assert client.get(path).status_code == 200


def test_a_rep_sees_own_things_and_those_of_own_leads(manager):
    ann, ben = make_rep("ann"), make_rep("ben")
    mine, lead = make_deal(manager, ann, "Mine")
    theirs, _ = make_deal(manager, ben, "Theirs")
    client = signed_in(ann)
    for path, field in (("/opportunities/", ""), ("/accounts/", "account"), ("/contacts/", "contact")):
        body = client.get(path).content.decode()
        assert "Mine" in body, path
        assert "Theirs" not in body, path
        if field:
            assert client.get(f"{path}{getattr(mine, field).pk}/").status_code == 200
            assert client.get(f"{path}{getattr(theirs, field).pk}/").status_code == 404
            assert client.get(f"{path}99999/").status_code == 404
    assert client.get(f"/opportunities/{theirs.pk}/win/").status_code == 404
    assert client.post(f"/opportunities/{theirs.pk}/lose/", {"reason": "price"}).status_code == 404

    for model in (Opportunity, Account, Contact):
        model.objects.filter(pk=getattr(mine, model.__name__.lower()).pk if model is not Opportunity else mine.pk).update(owner=ben)
    assert "Mine" in client.get("/opportunities/").content.decode()
    assert "Mine" in client.get("/accounts/").content.decode()
    Standing.objects.filter(pk=lead.pk).update(owner=ben)
    assert "Mine" not in client.get("/opportunities/").content.decode()


def test_an_opportunity_is_won_with_an_amount_and_lost_with_a_reason(manager):
    deal, lead = make_deal(manager, manager, "Big")
    other, _ = make_deal(manager, manager, "Small")
    client = signed_in(manager)
    assert client.post(f"/opportunities/{deal.pk}/win/", {"amount": "many"}).status_code == 422
    assert client.post(f"/opportunities/{deal.pk}/win/", {"amount": "1200.50", "currency": "usd"}).status_code == 303
    assert client.post(f"/opportunities/{other.pk}/lose/", {"reason": "nonsense"}).status_code == 422
    assert client.post(f"/opportunities/{other.pk}/lose/", {"reason": "price"}).status_code == 303
    assert list(Opportunity.objects.order_by("pk").values_list("state", "amount_cents", "currency", "reason")) == [
        ("won", 120_050, "USD", ""),
        ("lost", None, "", "price"),
    ]
    assert Standing.objects.get(pk=lead.pk).stage == "won"
    again = client.post(f"/opportunities/{deal.pk}/lose/", {"reason": "price"}, follow=True)
    assert "cannot take the step" in str(list(again.context["messages"])[-1])


def test_account_and_contact_show_what_belongs_to_them(manager):
    deal, lead = make_deal(manager, manager, "Acme", amount_cents=500_00)
    client = signed_in(manager)
    for path in (f"/accounts/{deal.account_id}/", f"/contacts/{deal.contact_id}/"):
        body = client.get(path).content.decode()
        assert (f"/leads/{lead.pk}/" in body, "€500" in body) == (True, True), path
    assert [a.name for a in client.get("/accounts/?q=acm").context["rows"]] == ["Acme"]
    assert "No account fits" in client.get("/accounts/?q=%25").content.decode()
    assert [c.pk for c in client.get("/contacts/?q=buyer acme").context["rows"]] == [deal.contact_id]


def test_empty_pages_say_what_to_do(manager):
    client = signed_in(manager)
    assert "No opportunities yet" in client.get("/opportunities/").content.decode()
    assert "No accounts yet" in client.get("/accounts/").content.decode()
    assert "No contacts yet" in client.get("/contacts/").content.decode()


def test_a_quarter_begins_in_the_persons_zone():
    assert quarter_start(datetime(2026, 3, 31, 23, tzinfo=UTC), "UTC") == datetime(2026, 1, 1, tzinfo=UTC)
    assert quarter_start(datetime(2026, 3, 31, 23, tzinfo=UTC), "Europe/Berlin") == datetime(2026, 3, 31, 22, tzinfo=UTC)


DANGER = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "  @x",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0dx",
    "\uff20x",
    "\u00a0=1",
    "+1 650 555 0100",
    "-",
    "+",
]
HARMLESS = ["", "Ada", "a=b", "1+1", "42", "-42", "-4.5", "+14155550100", "x@y.z", "'quoted"]


@pytest.mark.parametrize("text", DANGER)
def test_a_cell_that_a_spreadsheet_would_run_is_quoted(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_cells_stay_as_they_are(text):
    assert safe_cell(text) == text


def test_an_export_holds_every_lead_in_both_formats(manager, monkeypatch):
    monkeypatch.setattr("leadloop.work.export.BATCH", 2)
    leads = [
        make_lead({"name": name, "email": f"x{number}@y.example.com"})
        for number, name in enumerate(["=cmd Evil", 'Quo"te, Ann', "Plain Bea"])
    ]
    rows = [json.loads(line) for line in b"".join(stream_leads(Standing.objects.all(), "jsonl")).splitlines()]
    assert [row["id"] for row in rows] == [lead.pk for lead in leads]
    assert list(rows[0]) == list(COLUMNS)
    table = list(csv.DictReader(io.StringIO(b"".join(stream_leads(Standing.objects.all(), "csv")).decode(), newline="")))
    assert [row["email"] for row in table] == [f"x{number}@y.example.com" for number in range(3)]
    assert not any(
        cell[:1] in "=+-@\t\r" and cell and not cell.lstrip("+-").replace(".", "").isdigit() for row in table for cell in row.values()
    )
    with pytest.raises(ValueError, match="csv"):
        stream_leads(Standing.objects.all(), "xlsx")


def test_the_export_page_is_for_those_who_steer_and_keeps_the_filter(manager):
    make_lead()
    assert signed_in(make_rep("ann")).get("/leads/export/").status_code == 404
    answer = signed_in(manager).get("/leads/export/?stage=won&format=jsonl")
    assert b"".join(answer.streaming_content) == b""
    answer = signed_in(manager).get("/leads/export/")
    assert (answer["Content-Type"], len(b"".join(answer.streaming_content).splitlines())) == ("text/csv; charset=utf-8", 2)
