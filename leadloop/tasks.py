"""Background jobs that involve several rooms; each is a due row that a worker leases, and may run twice."""

from typing import Any

from django.db import transaction
from django_tasks import task

from leadloop import loop
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.leads.models import Standing
from leadloop.scoring.rescoring import TASK

RESCORE_BATCH = 1_000


@task()
def rescore_open(*, reason: str, total: int, done: int = 0, below: int | None = None, batch: int = RESCORE_BATCH) -> dict[str, Any]:
    """Judge one batch of open leads by the rules in force, and leave a row for the next; newest leads first."""
    now = utc_now()
    waiting = Standing.objects.open().order_by("-lead_id")
    if below is not None:
        waiting = waiting.filter(lead_id__lt=below)
    ids = list(waiting.values_list("lead_id", flat=True)[:batch])
    with transaction.atomic():
        changed = loop.rescore(ids, now=now)
        if len(ids) == batch:
            further = {"reason": reason, "total": total, "done": done + len(ids), "below": ids[-1], "batch": batch}
            key = f"rescore:{reason}:{ids[-1]}"
            job = Job(name=TASK, kwargs=further, run_after=now, created_at=now, dedupe_key=key)
            Job.objects.bulk_create([job], ignore_conflicts=True)
    return {"judged": len(ids), "changed": changed}
