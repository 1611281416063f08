"""Group commit: requests that wait at the same moment share one transaction.

One writer thread a process. While it commits one batch the next one gathers; there is no timer, so a single request never waits for
company. The queue is bounded: beyond it the doors answer 503 instead of growing.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from leadloop import loop
from leadloop.capture import repeats
from leadloop.capture.repeats import Answer, RepeatKey
from leadloop.db import bulk
from leadloop.db.clock import utc_now
from leadloop.db.outages import TROUBLE, retried
from leadloop.intake.domain.arrival import Arrival
from leadloop.kernel.errors import Unavailable
from leadloop.loop import Taken

log = logging.getLogger("leadloop.batcher")
LARGEST_BATCH = 1_000


@dataclass(slots=True, eq=False)
class Entry:
    """One request: its arrivals, how to word the answer, and whom to wake. `also` may write in the same transaction."""

    arrivals: Sequence[Arrival]
    word: Callable[[list[Taken]], Answer]
    repeat: RepeatKey | None = None
    also: Callable[[list[Taken]], None] | None = None
    future: Future[Answer] | None = None
    waiter: asyncio.Future[Answer] | None = None
    answer: Answer | BaseException | None = field(default=None)


class Overloaded(Unavailable):
    """More captures wait than fit; nothing of this request was kept."""

    code, message, retry_after = "overloaded", "Too many submissions at once. Nothing was kept; try again shortly.", 1


class Batcher:
    """The writer of this process. `submit` waits in a thread, `submit_async` on an event loop."""

    def __init__(self, *, room: int) -> None:
        self._room = room
        self._entries: deque[Entry] = deque()
        self._waiting = 0
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopping = False

    def submit(self, entry: Entry) -> Answer:
        """Raises Overloaded, or what the write raised."""
        entry.future = Future()
        self._put(entry)
        return entry.future.result()

    async def submit_async(self, entry: Entry) -> Answer:
        """Raises Overloaded, or what the write raised."""
        entry.waiter = asyncio.get_running_loop().create_future()
        self._put(entry)
        return await entry.waiter

    def stop(self) -> None:
        """Write what waits, then let go of the thread and its connection."""
        with self._lock:
            self._stopping, thread = True, self._thread
        self._wake.put(None)
        if thread:
            thread.join()

    @property
    def depth(self) -> int:
        """Arrivals that wait for a commit."""
        return self._waiting

    @property
    def has_room(self) -> bool:
        """Whether another request would be taken now."""
        return self._waiting < self._room

    def _put(self, entry: Entry) -> None:
        with self._lock:
            if self._waiting + len(entry.arrivals) > self._room:
                raise Overloaded
            self._waiting += len(entry.arrivals)
            self._entries.append(entry)
            idle = len(self._entries) == 1
            if self._thread is None or not self._thread.is_alive():
                self._stopping, idle = False, True  # a writer that died may have left requests behind
                self._thread = threading.Thread(target=self._write_forever, name="capture-writer", daemon=True)
                self._thread.start()
        if idle:
            self._wake.put(None)

    def _write_forever(self) -> None:
        while not (self._stopping and not self._entries):
            self._wake.get()
            while batch := self._gather():
                self._write(batch)
                _wake_all(batch)
        connection.close()

    def _gather(self) -> list[Entry]:
        batch: list[Entry] = []
        with self._lock:
            size = 0
            while self._entries and (not batch or size + len(self._entries[0].arrivals) <= LARGEST_BATCH):
                entry = self._entries.popleft()
                size += len(entry.arrivals)
                batch.append(entry)
            self._waiting -= size
        return batch

    def _write(self, batch: list[Entry]) -> None:
        """All in one transaction; if that fails for a reason of the data, each request in its own, so that none stops another."""
        try:
            commit_entries(batch, loop.take_in)
        except TROUBLE:
            log.exception("the store failed a batch of %s", len(batch))
            connection.close()
            for entry in batch:
                entry.answer = Unavailable()
        except Exception:
            log.exception("a batch of %s requests failed; each is written alone", len(batch))
            for entry in batch:
                self._write_alone(entry)

    def _write_alone(self, entry: Entry) -> None:
        try:
            commit_entries([entry], loop.take_in_singly)
        except TROUBLE:
            log.exception("the store failed a request")
            connection.close()
            entry.answer = Unavailable()
        except Exception as error:
            log.exception("a request failed alone")
            entry.answer = error


@retried
def commit_entries(batch: Sequence[Entry], take_in: Callable[..., list[Taken]]) -> None:
    """Write a batch in one transaction and word the answers; repeats get the first answer and write nothing."""
    for entry in batch:
        entry.answer = None  # what an attempt that was rolled back said is not true
    with transaction.atomic():
        if any(entry.repeat for entry in batch):
            bulk.lock_loop()  # else two senders of one key could both find it unanswered
        fresh = repeats.unanswered(batch)
        arrivals = [arrival for entry in fresh for arrival in entry.arrivals]
        taken = iter(take_in(arrivals, now=utc_now()))
        for entry in fresh:
            mine = [next(taken) for _ in entry.arrivals]
            if entry.also:
                entry.also(mine)
            entry.answer = entry.word(mine)
        repeats.remember(fresh, now=utc_now())
        repeats.answer_repeats(batch)


def _wake_all(batch: Sequence[Entry]) -> None:
    """Hand out the answers; one call a loop wakes all of its waiters."""
    by_loop: dict[Any, list[Entry]] = {}
    for entry in batch:
        if entry.future:
            _settle(entry.future, entry.answer)
        elif entry.waiter:
            by_loop.setdefault(entry.waiter.get_loop(), []).append(entry)
    for waiters_loop, entries in by_loop.items():
        waiters_loop.call_soon_threadsafe(_settle_all, entries)


def _settle_all(entries: Sequence[Entry]) -> None:
    for entry in entries:
        if entry.waiter and not entry.waiter.done():
            _settle(entry.waiter, entry.answer)


def _settle(future: Any, answer: Answer | BaseException | None) -> None:
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)


BATCHER = Batcher(room=settings.INBOX_QUEUE)
"""The one writer of this process."""
