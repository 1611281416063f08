"""Leads that wait as MQLs since before verdicts were asked for are handed over: sales owes a word on them from now on."""

from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef
from django.utils import timezone

BLOCK = 5_000
USUAL_MINUTES = 1_440


def hand_over(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 - Django passes it
    """Safe to repeat. Marked, since no report of the agreement shall count what was never asked."""
    handed, standing = apps.get_model("qualification", "Handed"), apps.get_model("leads", "Standing")
    definition = apps.get_model("scoring", "Definition").objects.filter(name="mql", status="published").order_by("-version").first()
    spec = definition.spec if definition else {}
    minutes = int(spec.get("verdict_minutes") or spec.get("sla_minutes") or USUAL_MINUTES)
    now = timezone.now()
    known = handed.objects.filter(lead_id=OuterRef("pk"))
    while rows := list(standing.objects.filter(stage="mql").exclude(Exists(known)).order_by("pk").values_list(*WANTED)[:BLOCK]):
        handed.objects.bulk_create(
            handed(
                lead_id=lead,
                source_id=source,
                version=definition.version if definition else 0,
                score=score,
                asked_at=mql_at or now,
                due_at=now + timedelta(minutes=minutes),
                from_before=True,
            )
            for lead, source, score, mql_at in rows
        )


WANTED = ("pk", "source_id", "score", "mql_at")


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0011_say_where_a_lead_is"),
        ("qualification", "0002_frameworks"),
        ("scoring", "0002_keep_scores_thresholds_and_plans"),
    ]

    operations = [
        migrations.AddField(model_name="handed", name="from_before", field=models.BooleanField(default=False)),
        migrations.RunPython(hand_over, migrations.RunPython.noop),
    ]
