"""8,000 real leads and the 842 deals closed from them, half by the API and half by file, worked as recorded: every figure must hold."""

import csv
import json
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from leadloop import steps
from leadloop.audit.verify import verify
from leadloop.capture.importing import import_file
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Standing
from tests.make import make_install, make_rep
from tests.scenarios.conftest import CALL
from tests.scenarios.pages import rows_of, unpacked

SOURCES = [  # README of the set
    ("organic search", 2296, 271),
    ("paid search", 1586, 195),
    ("social", 1350, 75),
    ("unknown", 1099, 179),
    ("direct traffic", 499, 56),
    ("email", 493, 15),
    ("referral", 284, 24),
    ("other", 150, 4),
    ("display", 118, 6),
    ("other publicities", 65, 3),
    ("(blank)", 60, 14),
]


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def send(api, rows):
    """Through the API, a thousand in a call."""
    for start in range(0, len(rows), CALL):
        leads = [
            {
                "external_id": row["mql_id"],
                "source": row["origin"] or "(blank)",
                "received_at": f"{row['first_contact_date']}T00:00:00Z",
                "custom": {"landing_page_id": row["landing_page_id"]},
            }
            for row in rows[start : start + CALL]
        ]
        results = api.post("/api/v1/leads", leads)["results"]
        assert {result["outcome"] for result in results} == {"created"}


def put_in_file(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def give_to_sellers(deals, leads, pool):
    """The 22 sellers of the record hold what they sold."""
    by_seller = defaultdict(list)
    for deal in deals:
        by_seller[deal["sr_id"]].append(leads[deal["mql_id"]])
    for number, (_, mine) in enumerate(sorted(by_seller.items()), start=1):
        person = make_rep(f"Seller{number:02}", pool=pool, cap=1_000)
        assert len(steps.assign(mine, steps.by(None, now=utc_now()), person=person).done) == len(mine)
    return len(by_seller)


def close(api, deals, leads):
    """Converted and won on the recorded day, for the declared revenue where there is one."""
    work = []
    for deal in deals:
        lead, at = leads[deal["mql_id"]], f"{deal['won_date'].replace(' ', 'T')}Z"
        cents = round(float(deal["declared_monthly_revenue"] or 0) * 100)
        amount = {"amount_cents": cents, "currency": "BRL"} if cents > 0 else {}
        work += [{"lead": lead, "step": "convert", "happened_at": at, **amount}, {"lead": lead, "step": "win", "happened_at": at, **amount}]
    api.take(work)


@pytest.mark.django_db(transaction=True)
def test_the_funnel_of_8000_leads_from_two_doors_is_exact(api, manager, shared_data, tmp_path):
    folder = shared_data / "olist-funnel"
    rows, deals = (read(folder / f"olist_{name}_dataset.csv") for name in ("marketing_qualified_leads", "closed_deals"))
    pool = make_install(now=utc_now())
    send(api, rows[::2])
    taken = import_file(put_in_file(tmp_path / "mql.csv", rows[1::2]), source_name="Olist", now=utc_now())
    assert (taken.created, taken.matched, taken.refused) == (4_000, 0, 0)
    leads = dict(Lead.objects.values_list("external_id", "pk"))
    assert len(leads) == 8_000

    sellers = give_to_sellers(deals, leads, pool)
    close(api, deals, leads)

    told = api.get("/api/v1/reports/funnel")
    assert (told["total"]["leads"], told["total"]["won"], round(told["total"]["rate"] * 100, 3)) == (8_000, 842, 10.525)
    assert [(row["name"], row["leads"], row["won"]) for row in told["rows"]] == SOURCES
    cents = sum(round(float(deal["declared_monthly_revenue"] or 0) * 100) for deal in deals)
    assert told["total"]["amounts"] == {"BRL": cents}
    months = api.get("/api/v1/reports/funnel?by=month")
    assert (months["total"]["won"], [row["name"] for row in months["rows"]][::11]) == (842, ["2017-06", "2018-05"])

    shown = rows_of(manager.get("/measure/funnel/").content.decode(), "funnel")
    assert [(row[0], row[1], row[5].split()[0], row[6]) for row in shown[1:]] == [
        *((name, f"{count:,}", str(won), f"{won / count * 100:.3f} %") for name, count, won in SOURCES),
        ("All", "8,000", "842", "10.525 %"),
    ]
    people = api.get("/api/v1/reports/people")["people"]
    assert (sum(person["won"] for person in people), sum(person["won"] > 0 for person in people)) == (842, sellers)

    early = [row for row in Standing.objects.filter(stage="won") if row.closed_at < row.received_at]
    assert len(early) == 1  # an error of the record that we keep as it is told

    copied = import_file(unpacked(folder / "olist_mql_dd-mm-yyyy.csv.gz", tmp_path), source_name="Olist", now=utc_now())
    assert (copied.created, copied.matched + copied.skipped, Lead.objects.count()) == (0, 8_000, 8_000)
    again = api.get("/api/v1/reports/funnel")
    assert again == told

    found = [finding for proved in verify(now=datetime.now(UTC), most=5) for finding in proved.findings]
    assert found == [], json.dumps([str(one) for one in found])[:2_000]
