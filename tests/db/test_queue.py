"""The queue: leased to one worker, taken over when the lease ends, fenced against the one who comes late, retried, dead at last."""

import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, transaction

from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.models import Job
from tests.db import tasks_for_tests as work
from tests.make import NOON

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def nothing_happened():
    work.happenings.clear()
    work.during.clear()


@pytest.fixture
def job() -> Job:
    work.remember.enqueue("once")
    Job.objects.update(run_after=NOON)
    return Job.objects.get()


def claimed(owner: str = "one", *, now=NOON) -> Job:
    [job] = queue.claim(owner, now=now)
    return job


def test_a_job_is_run_and_done(job):
    assert queue.run(claimed(), clock=lambda: NOON) is True

    job.refresh_from_db()
    assert (job.state, job.result, job.finished_at, job.lease_until, job.attempts, work.happenings) == (
        "done",
        "once",
        NOON,
        None,
        1,
        ["once"],
    )
    assert queue.claim("two", now=NOON + timedelta(days=1)) == []


def test_a_job_vanishes_with_the_transaction_that_wanted_it():
    def change_of_mind() -> None:
        with transaction.atomic():
            work.remember.enqueue("never")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_of_mind()
    assert not Job.objects.exists()


def test_a_job_for_later_waits_until_then(job):
    Job.objects.update(run_after=NOON + timedelta(minutes=1))
    assert queue.claim("one", now=NOON) == []
    assert [one.pk for one in queue.claim("one", now=NOON + timedelta(minutes=1))] == [job.pk]


def test_the_urgent_first_then_the_longest_due():
    now = utc_now()
    for name, priority, minutes in (("late", 0, 1), ("early", 0, 9), ("urgent", 5, 1)):
        Job.objects.create(name=name, priority=priority, run_after=now - timedelta(minutes=minutes), created_at=now)
    assert [one.name for one in queue.claim("one", now=now, limit=3)] == ["urgent", "early", "late"]


def test_a_leased_job_is_nobody_elses_until_the_lease_ends(job):
    first = claimed("one")

    assert queue.claim("two", now=NOON + settings.LEASE) == []
    second = claimed("two", now=NOON + settings.LEASE + timedelta(seconds=1))

    assert (second.pk, second.lease_owner, second.fence, second.attempts) == (job.pk, "two", first.fence + 1, 2)


def test_a_zombie_that_finishes_late_changes_nothing(job):
    zombie = claimed("zombie")
    heir = claimed("heir", now=NOON + settings.LEASE * 2)

    queue.run(zombie, clock=lambda: NOON)
    job.refresh_from_db()
    assert (job.state, job.lease_owner, job.result) == ("running", "heir", None)

    queue.run(heir, clock=lambda: NOON + timedelta(hours=1))
    job.refresh_from_db()
    assert (job.state, job.finished_at) == ("done", NOON + timedelta(hours=1))


def test_a_zombie_that_fails_late_changes_nothing(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail")
    zombie = claimed("zombie")
    claimed("heir", now=NOON + settings.LEASE * 2)

    assert queue.run(zombie, clock=lambda: NOON) is False

    job.refresh_from_db()
    assert (job.state, job.lease_owner, job.problem) == ("running", "heir", "")


def test_a_failing_job_is_tried_again_after_longer_and_longer_pauses_and_is_dead_in_the_end(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=4)
    now, pauses = NOON, []
    for _ in range(3):
        assert queue.run(claimed(now=now), clock=lambda now=now: now) is False
        job.refresh_from_db()
        assert job.state == "ready"
        pauses.append((job.run_after - now).total_seconds())
        now = job.run_after

    queue.run(claimed(now=now), clock=lambda: now)

    job.refresh_from_db()
    assert [2**turn * 0.5 <= pause <= 2**turn * 1.5 for turn, pause in enumerate(pauses, start=1)] == [True] * 3
    assert (job.state, job.attempts, job.finished_at, work.happenings) == ("dead", 4, now, [*["once"] * 4, "once is dead"])
    assert "RuntimeError: no luck with once" in job.problem
    assert queue.claim("one", now=now + timedelta(days=9)) == []


def test_a_job_that_nobody_knows_any_more_fails_like_others(job):
    Job.objects.update(name="leadloop.gone.task", max_attempts=1)
    assert queue.run(claimed(), clock=lambda: NOON) is False
    job.refresh_from_db()
    assert (job.state, "leadloop.gone" in job.problem) == ("dead", True)


def test_a_job_whose_worker_dies_every_time_is_dead_in_the_end(job):
    """A job that kills its worker (no memory left) must not do so for ever."""
    Job.objects.update(max_attempts=3)
    now = NOON
    for _ in range(3):
        claimed(now=now)
        now += settings.LEASE * 2

    assert queue.claim("one", now=now) == []
    job.refresh_from_db()
    assert (job.state, job.finished_at, job.problem) == ("dead", now, queue.WORN_OUT)


def test_a_job_whose_worker_died_tells_what_it_leaves_behind(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)
    claimed()

    assert queue.claim("one", now=NOON + settings.LEASE * 2) == []
    assert work.happenings == ["once is dead"]


def test_a_job_is_not_dead_before_its_end_is_told(job):
    """An outage between the two would leave an import that runs for ever."""
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)
    claimed()

    def outage() -> None:
        raise OperationalError("the store is away")

    work.during.append(outage)
    with pytest.raises(OperationalError):
        queue.claim("one", now=NOON + settings.LEASE * 2)
    job.refresh_from_db()
    assert job.state == "running"

    work.during.clear()
    queue.claim("one", now=NOON + settings.LEASE * 2)
    job.refresh_from_db()
    assert (job.state, work.happenings) == ("dead", ["once is dead"])


def test_a_bug_in_the_telling_does_not_stop_the_queue(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)
    claimed()
    work.during.append(lambda: 1 // 0)

    assert queue.claim("one", now=NOON + settings.LEASE * 2) == []
    job.refresh_from_db()
    assert job.state == "dead"


def test_once_means_once_while_it_waits_or_runs_and_again_afterwards():
    assert queue.enqueue_once(work.remember, "a", key="nightly", run_after=NOON) is True
    assert queue.enqueue_once(work.remember, "a", key="nightly", run_after=NOON) is False
    job = claimed()
    assert queue.enqueue_once(work.remember, "a", key="nightly", run_after=NOON) is False
    queue.run(job)
    assert queue.enqueue_once(work.remember, "a", key="nightly", run_after=NOON) is True
    assert Job.objects.count() == 2


def test_what_is_told_in_part_is_not_told(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)
    claimed()
    work.during += [lambda: work.remember.enqueue("half"), lambda: 1 // 0]
    queue.claim("one", now=NOON + settings.LEASE * 2)
    assert list(Job.objects.values_list("state", flat=True)) == ["dead"]


def test_a_job_that_failed_for_good_is_not_dead_before_its_end_is_told(job):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)

    def outage() -> None:
        raise OperationalError("the store is away")

    work.during.append(outage)
    with pytest.raises(OperationalError):
        queue.run(claimed())
    job.refresh_from_db()
    assert job.state == "running"


def test_a_worker_that_never_ran_such_a_job_knows_what_is_told_at_its_death(job, monkeypatch):
    Job.objects.update(name="tests.db.tasks_for_tests.fail", max_attempts=1)
    claimed()
    monkeypatch.setattr("tests.db.tasks_for_tests", work)  # puts it back afterwards
    monkeypatch.delitem(sys.modules, work.__name__)
    monkeypatch.delitem(queue._LAST_WORDS, work.fail.module_path)
    queue.claim("one", now=NOON + settings.LEASE * 2)
    assert sys.modules[work.__name__].happenings == ["once is dead"]
