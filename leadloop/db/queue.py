"""Work for later, as rows: enqueued in the caller's transaction, leased to one worker, taken over when the lease ends.

The API is django-tasks' (`@task`, `.enqueue()`, `.using(run_after=...)`); handlers run at least once, so each may be run twice.
"""

import logging
import random
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus

from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from leadloop.db.outages import OUTAGES

log = logging.getLogger("leadloop.queue")
WORN_OUT = "Its worker died each time it was tried."
LONGEST_PAUSE = timedelta(minutes=30)
_LAST_WORDS: dict[str, Callable[..., None]] = {}


class LeaseBackend(BaseTaskBackend):
    """Keeps tasks in `Job` rows of the product's own database, so that they commit or vanish with what caused them."""

    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        now = utc_now()
        job = Job(
            name=task.module_path,
            args=list(args),
            kwargs=dict(kwargs),
            queue=task.queue_name,
            priority=task.priority,
            run_after=task.run_after or now,
            created_at=now,
        )
        job.save(force_insert=True)
        return TaskResult(
            task=task,
            id=str(job.pk),
            status=TaskResultStatus.READY,
            enqueued_at=now,
            started_at=None,
            finished_at=None,
            last_attempted_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def enqueue_once(task: Task[Any, Any], *args: Any, key: str, run_after: datetime, priority: int = 0) -> bool:
    """Enqueue unless a live job with `key` waits or runs; True if it was new. The unique index decides races."""
    job = Job(name=task.module_path, args=list(args), priority=priority, run_after=run_after, created_at=utc_now(), dedupe_key=key)
    job.queue = task.queue_name
    return bool(
        Job.objects.bulk_create([job], ignore_conflicts=True) and Job.objects.filter(dedupe_key=key, created_at=job.created_at).exists()
    )


def leave_once(name: str, kwargs: dict[str, Any], *, key: str, now: datetime) -> None:
    """As `enqueue_once`, for a task of a room above, which is known here by its name only."""
    Job.objects.bulk_create([Job(name=name, kwargs=kwargs, run_after=now, created_at=now, dedupe_key=key)], ignore_conflicts=True)


def at_death_of(task: Task[Any, Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorates what is done with the arguments of a job of `task` when it is dead, in the transaction that says so."""

    def remember(last_words: Callable[..., None]) -> Callable[..., None]:
        _LAST_WORDS[task.module_path] = last_words
        return last_words

    return remember


def claim(owner: str, *, now: datetime, limit: int = 1, queue: str = "") -> list[Job]:
    """Lease due jobs, and jobs whose lease ended (their worker died), to `owner`; no two workers get the same one.

    A job whose workers died as often as it may be tried is dead: it would kill the next one too. With `queue`, only jobs of that one.
    """
    due = Q(state=Job.State.READY, run_after__lte=now) | Q(state=Job.State.RUNNING, lease_until__lt=now)
    if queue:
        due &= Q(queue=queue)
    if not Job.objects.filter(due).exists():
        return []
    with transaction.atomic():
        rows = Job.objects.filter(due).order_by("-priority", "run_after", "id")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        found = list(rows.values_list("id", "state", "attempts", "max_attempts")[:limit])
        worn = [pk for pk, state, attempts, most in found if state == Job.State.RUNNING and attempts >= most]
        if worn:
            _bury(Job.objects.filter(id__in=worn), problem=WORN_OUT, now=now)
        ids = [pk for pk, *_ in found if pk not in worn]
        if not ids:
            return []
        Job.objects.filter(id__in=ids).update(
            state=Job.State.RUNNING, lease_owner=owner, lease_until=now + settings.LEASE, fence=F("fence") + 1, attempts=F("attempts") + 1
        )
        return list(Job.objects.filter(id__in=ids).order_by("-priority", "run_after", "id"))


def run(job: Job, *, clock: Callable[[], datetime] = utc_now) -> bool:
    """Run one leased job and write its end; True if it succeeded. A late end under an old fence is refused."""
    mine = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)
    beat = Heartbeat(job)
    beat.start()
    try:
        task = import_string(job.name)
        result = task.func(*job.args, **job.kwargs)
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.name)
        _fail(job, problem=traceback.format_exc()[-4000:], now=clock())
        return False
    finally:
        beat.stop()
    mine.update(state=Job.State.DONE, result=result, finished_at=clock(), lease_until=None, problem="")
    return True


def _fail(job: Job, *, problem: str, now: datetime) -> None:
    """Back to the line with a growing, uneven pause; dead when the attempts are used up."""
    mine = Job.objects.filter(pk=job.pk, fence=job.fence, state=Job.State.RUNNING)
    if job.attempts >= job.max_attempts:
        with transaction.atomic():
            _bury(mine, problem=problem, now=now)
        return
    pause = min(timedelta(seconds=2**job.attempts), LONGEST_PAUSE) * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, no secret
    mine.update(state=Job.State.READY, problem=problem, run_after=now + pause, lease_until=None)


def _bury(jobs: QuerySet[Job], *, problem: str, now: datetime) -> None:
    """These are tried no more, and what they leave behind is told so."""
    dying = list(jobs.select_for_update())
    Job.objects.filter(id__in=[job.pk for job in dying]).update(
        state=Job.State.DEAD, fence=F("fence") + 1, finished_at=now, lease_until=None, problem=problem
    )
    for job in dying:
        try:
            with transaction.atomic():
                import_string(job.name)  # its module says what is done at its death
                if last_words := _LAST_WORDS.get(job.name):
                    last_words(*job.args, **job.kwargs)
        except OUTAGES:
            raise
        except Exception:
            log.exception("job %s (%s) is dead, and what it leaves behind was not told", job.pk, job.name)


class Heartbeat:
    """Renews the lease of a long job from a thread of its own until stopped."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _beat(self) -> None:
        pause = settings.LEASE.total_seconds() / 3
        try:
            while not self._stopped.wait(pause):
                try:
                    mine = Job.objects.filter(pk=self._job.pk, fence=self._job.fence, state=Job.State.RUNNING)
                    mine.update(lease_until=utc_now() + settings.LEASE)
                except OUTAGES:
                    log.exception("the lease of job %s could not be renewed; tried again", self._job.pk)
                    connection.close()
        finally:
            connection.close()
