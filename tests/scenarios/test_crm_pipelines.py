"""8,800 opportunities of another CRM, as two people saved them: ISO dates and American ones are the same records."""

import csv
from collections import Counter, defaultdict
from datetime import datetime

import pytest
from django.db import transaction
from django.db.models import Count, Sum

from leadloop import steps
from leadloop.capture.importing import import_file
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead
from leadloop.outcomes.models import Opportunity
from tests.make import make_install
from tests.scenarios.pages import unpacked

MAPPING = {"opportunity_id": "external_id"}


def facts():
    """What an import leaves, but for when: ids, names, days of arrival."""
    fields = ("external_id", "company", "product", "custom", "standing__received_at")
    return sorted(str(row) for row in Lead.objects.values_list(*fields))


@pytest.mark.django_db(transaction=True)
def test_iso_and_american_dates_are_the_same_records(api, shared_data, tmp_path):
    folder, now = shared_data / "crm-pipelines" / "maven", utc_now()
    iso, american = (unpacked(folder / f"sales_pipeline_{name}.csv.gz", tmp_path) for name in ("iso", "us_mdy"))
    make_install(now=now)
    taken = import_file(iso, source_name="Maven", now=now, mapping=MAPPING)
    assert (taken.created, taken.refused, taken.dates) == (8_800, 0, "ymd")
    before = facts()

    again = import_file(american, source_name="Maven", now=now, mapping=MAPPING)
    assert (again.created, again.matched, again.skipped, again.refused, again.dates) == (0, 0, 8_800, 0, "mdy")
    assert facts() == before

    with iso.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    leads = dict(Lead.objects.values_list("external_id", "pk"))
    closed = [row for row in rows if row["deal_stage"] in ("Won", "Lost")]
    api.take([conversion(row, leads[row["opportunity_id"]]) for row in closed])
    close_day_by_day(closed, leads)

    states = Opportunity.objects.order_by().values_list("state").annotate(Count("pk"), Sum("amount_cents"))
    assert {state: (count, cents) for state, count, cents in states} == {"won": (4_238, 1_000_553_400), "lost": (2_473, None)}
    told = api.get("/api/v1/reports/funnel?by=month")
    assert (told["total"]["leads"], told["total"]["won"], told["total"]["amounts"]) == (8_800, 4_238, {"USD": 1_000_553_400})
    months = Counter(row["engage_date"][:7] for row in rows if row["engage_date"])
    months[f"{now:%Y-%m}"] += 500  # blank days of engagement: received now
    assert {row["name"]: row["leads"] for row in told["rows"] if row["leads"]} == dict(months)


def conversion(row, lead):
    amount = {"amount_cents": int(row["close_value"]) * 100, "currency": "USD"} if row["deal_stage"] == "Won" else {}
    return {"lead": lead, "step": "convert", "happened_at": f"{row['engage_date']}T00:00:00Z", **amount}


def close_day_by_day(rows, leads):
    """All that was won, and all that was lost, on one day is one step of many leads."""
    days = defaultdict(list)
    for row in rows:
        days[row["close_date"], row["deal_stage"]].append(leads[row["opportunity_id"]])
    with transaction.atomic():
        for (day, stage), ids in days.items():
            actor = steps.by(None, now=utc_now(), happened_at=datetime.fromisoformat(f"{day}T00:00:00Z"))
            taken = steps.win(ids, actor) if stage == "Won" else steps.lose(ids, actor, reason="other")
            assert len(taken.done) == len(ids)
