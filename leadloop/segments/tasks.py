"""Background jobs of segments: rebuild a large one, look at what time has turned, compare everybody now and then, count who is in."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count
from django_tasks import task

from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.segments import rebuilding
from leadloop.segments.models import Freshness, Member, Segment, Size

MINUTE = "minute"
"""The queue of jobs that must not wait behind a long one: each worker looks after it in a thread of its own."""
EVERY = timedelta(seconds=15)
COUNTED_EVERY = timedelta(minutes=10)
COMPARED_EVERY = timedelta(hours=12)
KEPT = timedelta(hours=1)


@task()
def rebuild_members(name: str) -> int:
    """Make the members of one segment what its version in force says. Safe to run twice."""
    segment = Segment.objects.published().filter(name=name).first()
    return rebuilding.rebuild(segment, now=utc_now(), clock=utc_now) if segment else 0


@task(queue_name=MINUTE)
def refresh_members() -> dict[str, Any]:
    """Look at the leads that time has turned, and count the members now and then."""
    return refresh_by(utc_now)


@task()
def reconcile_members() -> int:
    """Compare every lead with every segment, which finds what was lost by whatever way."""
    return rebuilding.rebuild_all(now=utc_now(), clock=utc_now)


def refresh_by(clock: rebuilding.Clock) -> dict[str, Any]:
    """One look at what time has turned; old rows of the same job go."""
    now = clock()
    done = rebuilding.refresh(now=now, clock=clock)
    counted = count_members(now=now)
    Job.objects.filter(name=refresh_members.module_path, state=Job.State.DONE, finished_at__lt=now - KEPT).delete()
    return {"looked_at": done.looked_at, "moved": done.moved, "counted": counted}


def keep_due(*, now: datetime) -> None:
    """See to it that the next look, and the comparison of everybody, stand in the queue. Called by workers; two make one job."""
    versions = dict(Segment.objects.published().values_list("name", "version"))
    if not versions:
        return
    queue.enqueue_once(refresh_members, key="segments:refresh", run_after=now, priority=9)
    fresh = {row.segment: row for row in Freshness.objects.all()}
    old = [name for name in versions if name not in fresh or fresh[name].rebuilt_at < now - COMPARED_EVERY]
    if old:
        queue.enqueue_once(reconcile_members, key="segments:reconcile", run_after=now)


def count_members(*, now: datetime) -> int:
    """Write down how many are in each segment today, if that was not done lately; returns of how many segments. Exact: reads an index."""
    last = Size.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
    if last and now - last < COUNTED_EVERY:
        return 0
    found = dict(Member.objects.values_list("segment").annotate(Count("lead_id")).order_by())
    day = now.astimezone(ZoneInfo(settings.REPORT_ZONE)).date()
    names = Segment.objects.published().values_list("name", flat=True)
    sizes = [Size(segment=name, day=day, leads=found.get(name, 0), counted_at=now) for name in names]
    Size.objects.bulk_create(sizes, update_conflicts=True, unique_fields=["segment", "day"], update_fields=["leads", "counted_at"])
    return len(found)
