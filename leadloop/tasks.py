"""Background jobs that involve several rooms; each is a due row that a worker leases, and may run twice."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, F, Max, Min
from django_tasks import task

from leadloop import loop
from leadloop.db import bulk
from leadloop.db.clock import utc_now
from leadloop.db.queue import leave_once
from leadloop.db.versions import current_epoch
from leadloop.leads import actions as leads
from leadloop.leads import fields
from leadloop.leads.criteria_sql import condition
from leadloop.leads.domain import criteria
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing, StandingQuerySet
from leadloop.leads.temperature import feel
from leadloop.scoring import exact
from leadloop.scoring.actions import MQL
from leadloop.scoring.mass import models_in_force, write_scores
from leadloop.scoring.models import Definition, Rescoring
from leadloop.scoring.rescoring import TASK
from leadloop.segments import actions as segments
from leadloop.segments.models import Segment
from leadloop.segments.published import segments_in_force
from leadloop.segments.tasks import rebuild_members

RESCORE_BATCH = 40_000 if bulk.is_postgres() else 20_000
"""Leads that one transaction judges. Captures wait for it, a second or two where every lead changes; a smaller one costs more a lead."""
AT_ONCE = 1_000
READS_SCORES = ('"score"', '"grade"', '"temperature"')


@task()
def rescore_open(
    *, reason: str, total: int, done: int = 0, below: int | None = None, batch: int = RESCORE_BATCH, plan: int | None = None
) -> dict[str, Any]:
    """Judge one range of open leads by the rules in force, and leave a row for the next; newest leads first."""
    now = utc_now()
    asked = Rescoring.objects.filter(pk=plan).first() if plan else None
    with transaction.atomic():
        came = rescore_range(below, batch=batch, now=now, plan=asked)
        if came.last is not None:
            further = {"reason": reason, "total": total, "done": done + came.judged, "below": came.last, "batch": batch, "plan": plan}
            key = f"rescore:{reason}:{came.last}"
            leave_once(TASK, further, key=key, now=now)
        Rescoring.objects.filter(pk=plan or 0).update(
            done=done + came.judged,
            changed=F("changed") + came.changed,
            fired=F("fired") + came.fired,
            finished_at=None if came.last is not None else now,
        )
    return {"judged": came.judged, "changed": came.changed}


class Came(NamedTuple):
    """What a range came to; `last` is the lowest lead of it while there may be more below."""

    judged: int
    changed: int
    fired: int
    last: int | None


def rescore_range(below: int | None, *, batch: int, now: datetime, plan: Rescoring | None) -> Came:
    """Judge the newest `batch` open leads below `below` again. Needs a transaction.

    The loop's lock is taken before anything is read: whatever was judged by the rules before has ended, and is among these leads.
    """
    bulk.lock_loop()
    waiting = Standing.objects.open_by_id()
    if below is not None:
        waiting = waiting.filter(lead_id__lt=below)
    newest = waiting.order_by("-lead_id").values("lead_id")[:batch]
    span = newest.aggregate(low=Min("lead_id"), high=Max("lead_id"), count=Count("lead_id"))
    low, high, count = span["low"], span["high"], span["count"]
    if not count:
        return Came(0, 0, 0, None)
    last = low if count == batch else None
    models = models_in_force()
    range_ = Standing.objects.open_by_id().filter(lead_id__gte=low, lead_id__lte=high)
    written = write_scores(models, range_, (low, high), now=now, plan=plan) if models else None
    followed = sorted({*_followed(range_, now), *((*written.crossing, *written.missed) if written else ())})
    changed = {row[0] for row in written.changed} if written else set()
    for part in bulk.chunks(followed, AT_ONCE):
        loop.rescore(part, now=now, fire=bool(plan and plan.fires))
    _place(sorted(changed - set(followed)), now=now)
    return Came(count, len(changed | set(followed)), len(written.crossing) if written else 0, last)


def _followed(range_: StandingQuerySet, now: datetime) -> list[int]:
    """Leads for whom more follows than a number: those that meet the definition now, and those that nobody has and no pool."""
    wanted = list(range_.filter(owner=None, pool_id=None).values_list("lead_id", flat=True))
    row = Definition.objects.published().filter(name=MQL).first()
    if row is not None:
        meets = condition(criteria.parse(row.spec["criteria"], fields.known_now()), now)
        wanted += range_.filter(stage=Stage.NEW.value).filter(meets).values_list("lead_id", flat=True)
    return wanted


def _place(changed: Sequence[int], *, now: datetime) -> None:
    """Bring segments up to date for leads whose score changed, where a segment reads it."""
    specs = [json.dumps(spec) for spec in Segment.objects.published().values_list("spec", flat=True)]
    if not changed or not any(word in spec for spec in specs for word in READS_SCORES):
        return
    epoch = current_epoch()
    for part in bulk.chunks(changed, AT_ONCE):
        cases = list(leads.load_cases(part).values())
        loop.recall(cases, epoch)
        feel(cases, epoch=epoch, now=now)
        segments.place(cases, epoch=epoch, now=now)


@task()
def count_exactly(*, name: str, draft: str) -> bool:
    """What a draft of a score would do to every open lead."""
    return exact.count(name, draft=draft, now=utc_now())


@task()
def follow_temperature() -> int:
    """A rule of temperature came into force: segments that ask how warm a lead is compare everybody. Returns how many did."""
    asking = [
        rule.name
        for rule in segments_in_force().rules
        if any(isinstance(leaf, criteria.Condition) and leaf.field.name == "temperature" for leaf in rule.moving)
    ]
    for name in asking:
        rebuild_members.func(name)
    return len(asking)
