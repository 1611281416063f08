"""The worker: looks for rows that are due and does them; any number may run on any machine, and each may be killed at any moment."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from leadloop import loop, retraining
from leadloop.capture import forms_door, repeats, uploads
from leadloop.db import queue
from leadloop.db.clock import utc_now
from leadloop.db.outages import TROUBLE
from leadloop.leads import search
from leadloop.segments import tasks as segments

log = logging.getLogger("leadloop.worker")
IDLE_SECONDS = 0.2
LONGEST_IDLE_SECONDS = 1.0
TROUBLE_SECONDS = 1.0
HOUSEKEEPING_SECONDS = 600.0
INDEXED_AT_ONCE = 200  # the store is locked for some milliseconds, so captures hardly notice
HURRY = 50  # more leads than this since the last look: captures are busy
MINUTE_SECONDS = 1.0
NAME = f"{socket.gethostname()}:{os.getpid()}"


def run_until(stopping: threading.Event, *, batch: int) -> int:
    """Work until `stopping` is set; returns how many things were done. An outage of the store is waited out."""
    done, idle, tidied = 0, IDLE_SECONDS, 0.0
    minute = threading.Thread(target=keep_the_minute, args=(stopping,), kwargs={"batch": batch}, name="minute", daemon=True)
    minute.start()
    while not stopping.is_set():
        try:
            close_old_connections()
            count = run_once(batch=batch)
            if time.monotonic() - tidied > HOUSEKEEPING_SECONDS:
                repeats.forget_old(now=utc_now())
                forms_door.forget_tokens(now=utc_now())
                uploads.forget(now=utc_now())
                retraining.ask_watch(now=utc_now())
                tidied = time.monotonic()
        except TROUBLE:
            log.exception("the store is not there; trying again")
            connection.close()
            stopping.wait(TROUBLE_SECONDS)
            continue
        done += count
        idle = IDLE_SECONDS if count else min(idle * 1.2, LONGEST_IDLE_SECONDS)
        if not count:
            stopping.wait(idle)
    minute.join(TROUBLE_SECONDS * 10)
    return done


def keep_the_minute(stopping: threading.Event, *, batch: int) -> None:
    """In a thread of its own: what must be done within a minute is due in time, and waits behind no long job such as an import.

    Leads are judged, woken and moved on here as well as between jobs; the lock of the loop keeps the two apart. A fault ends no thread.
    """
    asked = 0.0
    try:
        while not stopping.is_set():
            try:
                if asked == 0.0 or time.monotonic() - asked > segments.EVERY.total_seconds():
                    segments.keep_due(now=utc_now())
                    asked = time.monotonic()
                for job in queue.claim(f"{NAME}:minute", now=utc_now(), queue=segments.MINUTE):
                    queue.run(job)
                for step in IN_TIME:
                    step(batch)
            except Exception:
                log.exception("what is due within a minute was not done; trying again")
                connection.close()
            stopping.wait(MINUTE_SECONDS)
    finally:
        connection.close()


def run_once(*, batch: int) -> int:
    """Everything that is due now, each kind up to its batch; returns how many things were done."""
    return sum(step(batch) for step in STEPS)


def _judge(batch: int) -> int:
    return loop.run_due(now=utc_now(), limit=batch)


def _wake(batch: int) -> int:
    return loop.wake_due(now=utc_now(), limit=batch)


def _move_on(batch: int) -> int:
    return loop.move_due(now=utc_now(), limit=batch)


def _run_jobs(batch: int) -> int:  # noqa: ARG001 - one at a time, so that a long job holds up no other worker
    jobs = queue.claim(NAME, now=utc_now(), limit=1)
    for job in jobs:
        queue.run(job)
    return len(jobs)


class _Index:
    """Search text, when nobody hurries: while leads pour in the index waits, since a search reads the newest leads directly."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, batch: int) -> int:
        waiting, last = search.backlog(), self._last
        self._last = waiting
        if last + HURRY < waiting < search.TAIL // 2:
            return 0
        return search.index_pending(limit=min(batch, INDEXED_AT_ONCE))


IN_TIME: tuple[Callable[[int], int], ...] = (_judge, _wake, _move_on)
STEPS: tuple[Callable[[int], int], ...] = (*IN_TIME, _run_jobs, _Index())
