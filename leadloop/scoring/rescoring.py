"""Judging all open leads again after a publication: planned here, done by `leadloop.tasks` range by range, newest leads first."""

from datetime import datetime
from typing import Any, NamedTuple

from leadloop.db.models import Job
from leadloop.db.queue import leave_once
from leadloop.leads.models import Standing
from leadloop.scoring.models import Rescoring

TASK = "leadloop.tasks.rescore_open"
"""Rooms meet above this one, so the row only names what is to run."""


class Progress(NamedTuple):
    """How far a rescoring that runs has come."""

    done: int
    total: int


def keep_plan(model: str, version: int, *, scope: str, fires: bool, person: Any, now: datetime) -> Rescoring:
    """Keep with a version what was to follow from its publication; asked twice, the first word stands."""
    total = Standing.objects.open().count() if scope == "all" else 0
    rest = {"scope": scope, "fires": fires, "asked_by": person, "asked_at": now, "total": total, "finished_at": None if total else now}
    plan, _ = Rescoring.objects.get_or_create(model=model, version=version, defaults=rest)
    return plan


def ask_rescoring(*, reason: str, now: datetime, plan: Rescoring | None = None) -> int:
    """Leave a row that has every open lead judged again; returns how many there are. Asked twice for one `reason`, it runs once."""
    total = plan.total if plan else Standing.objects.open().count()
    kwargs = {"reason": reason, "total": total} | ({"plan": plan.pk} if plan else {})
    leave_once(TASK, kwargs, key=f"rescore:{reason}", now=now)
    return total


def progress() -> Progress | None:
    """How far the rescoring under way has come, or None when none is. One query."""
    live = Job.objects.filter(name=TASK, state__in=[Job.State.READY, Job.State.RUNNING]).order_by("-id").values_list("kwargs", flat=True)
    newest = live.first()
    return Progress(newest.get("done", 0), newest["total"]) if newest else None
