"""The starter reasons keep the codes they had; every end so far ended when it was told."""

from typing import Any

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

STARTER = {
    "disqualified": {
        "no_need": "No need",
        "no_budget": "No budget",
        "no_authority": "Not the one who decides",
        "wrong_fit": "Not our kind of customer",
        "competitor": "Chose a competitor",
        "no_answer": "Could not be reached",
        "duplicate": "Already known",
        "other": "Other",
    },
    "junk": {
        "spam": "Spam",
        "fake": "Made-up details",
        "test": "A test",
        "job_seeker": "Looks for a job",
        "vendor": "Sells to us",
        "other": "Other",
    },
    "recycled": {
        "not_now": "Not now",
        "budget_later": "Budget comes later",
        "contract": "Bound by a contract",
        "researching": "Still looking around",
        "other": "Other",
    },
    "lost": {
        "price": "Price",
        "competitor": "Chose a competitor",
        "no_decision": "No decision",
        "timing": "Timing",
        "product": "Product does not fit",
        "other": "Other",
    },
    "reopened": {
        "mistake": "Closed by mistake",
        "cancelled": "The customer cancelled",
        "unpaid": "Never paid",
        "other": "Other",
    },
}
REVISIT_DAYS = {"not_now": 91, "budget_later": 182, "contract": 182, "researching": 30}
BLOCK = 20_000


def fill(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - Django passes it
    reason, disposition = apps.get_model("outcomes", "Reason"), apps.get_model("outcomes", "Disposition")
    standing = apps.get_model("leads", "Standing")
    rows = [
        reason(end=end, code=code, label=label, place=place, revisit_days=REVISIT_DAYS.get(code) if end == "recycled" else None)
        for end, reasons in STARTER.items()
        for place, (code, label) in enumerate(reasons.items(), start=1)
    ]
    reason.objects.bulk_create(rows, ignore_conflicts=True)
    last = disposition.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for low in range(0, last, BLOCK):
        block = disposition.objects.filter(pk__gt=low, pk__lte=low + BLOCK, ended_at=None)
        block.update(ended_at=F("made_at"), owner_id=Subquery(standing.objects.filter(pk=OuterRef("lead_id")).values("owner_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0003_reasons_and_told_ends")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
