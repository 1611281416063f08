"""Judging all open leads again after a publication: asked for here, done by `leadloop.tasks` in batches, newest leads first."""

from datetime import datetime
from typing import NamedTuple

from leadloop.db.models import Job
from leadloop.leads.models import Standing

TASK = "leadloop.tasks.rescore_open"
"""Rooms meet above this one, so the row only names what is to run."""


class Progress(NamedTuple):
    """How far a rescoring that runs has come."""

    done: int
    total: int


def ask_rescoring(*, reason: str, now: datetime) -> int:
    """Leave a row that has every open lead judged again; returns how many there are. Asked twice for one `reason`, it runs once."""
    total = Standing.objects.open().count()
    job = Job(name=TASK, kwargs={"reason": reason, "total": total}, run_after=now, created_at=now, dedupe_key=f"rescore:{reason}")
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return total


def progress() -> Progress | None:
    """How far the rescoring under way has come, or None when none is. One query."""
    live = Job.objects.filter(name=TASK, state__in=[Job.State.READY, Job.State.RUNNING]).order_by("-id").values_list("kwargs", flat=True)
    newest = live.first()
    return Progress(newest.get("done", 0), newest["total"]) if newest else None
