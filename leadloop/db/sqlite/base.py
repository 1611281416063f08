"""SQLite whose writers wait in line on a lock file, instead of polling the busy handler, which starves some of them.

Whole numbers are of the type "integer", which holds 64 bits here: a primary key of that name is the row's own number, and one of the
type "bigint" a second tree beside it, to be written and read as well.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

STEPS = 20_000
"""Instructions of SQLite's own between two looks at the clock: some milliseconds."""


class BoundCursor(base.SQLiteCursorWrapper):
    """A cursor on which nothing that only reads takes for ever: each call has its time. What changes something is never broken off."""

    bound: "DatabaseWrapper"
    reads = False

    def execute(self, query: str, params: Any = None) -> Any:
        self.reads = query.lstrip(" (\n")[:6].upper() == "SELECT"
        with self.bound.in_time(reads=self.reads):
            return super().execute(query, params)

    def fetchone(self) -> Any:
        with self.bound.in_time(reads=self.reads):
            return super().fetchone()

    def fetchmany(self, *args: Any) -> Any:
        with self.bound.in_time(reads=self.reads):
            return super().fetchmany(*args)

    def fetchall(self) -> Any:
        with self.bound.in_time(reads=self.reads):
            return super().fetchall()


class DatabaseWrapper(base.DatabaseWrapper):
    """`BEGIN IMMEDIATE` takes an exclusive `flock` first; the kernel wakes waiters in order and frees it when a process dies.

    Whoever waits longer than `timeout`, the option by which SQLite itself waits, is refused as SQLite would.
    """

    data_types = base.DatabaseWrapper.data_types | {"BigIntegerField": "integer"}
    _turn: int | None = None
    _ends_at: float | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        """With `statement_seconds` a look at the clock now and then, which breaks off what takes longer."""
        made = super().get_new_connection(conn_params)
        if self.settings_dict.get("STATEMENT_SECONDS"):
            made.set_progress_handler(self._is_over, STEPS)
        return made

    def create_cursor(self, name: Any = None) -> Any:
        if not self.settings_dict.get("STATEMENT_SECONDS"):
            return super().create_cursor(name)
        cursor = self.connection.cursor(factory=BoundCursor)
        cursor.bound = self
        return cursor

    @contextmanager
    def in_time(self, *, reads: bool) -> Iterator[None]:
        """SQLite takes the whole transaction back when it breaks off a change, so only what reads has an end."""
        self._ends_at = monotonic() + self.settings_dict["STATEMENT_SECONDS"] if reads else None
        try:
            yield
        finally:
            self._ends_at = None

    def _is_over(self) -> bool:
        return self._ends_at is not None and monotonic() > self._ends_at

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave Django's own hooks out
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # the stubs leave Django's own hooks out
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave Django's own hooks out
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave Django's own hooks out
        finally:
            if self._turn is not None:
                os.close(self._turn)
                self._turn = None

    def _take_turn(self) -> None:
        if self.is_in_memory_db():
            return
        if self._turn is None:
            self._turn = os.open(f"{self.settings_dict['NAME']}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            turn, self._turn = self._turn, None  # not ours to close as long as somebody waits with it
            wait_in_line(turn, seconds=self.settings_dict["OPTIONS"]["timeout"])
            self._turn = turn

    def _end_turn(self) -> None:
        if self._turn is not None:
            fcntl.flock(self._turn, fcntl.LOCK_UN)


def wait_in_line(turn: int, *, seconds: float) -> None:
    """Wait for the lock of an open file, but not for ever.

    The kernel's wait is fair and knows no limit, so a thread does the waiting; when it is given up, that thread closes the file.

    Raises:
        OperationalError: whoever writes took longer than that.
    """
    settled, arrived, given_up = threading.Lock(), threading.Event(), threading.Event()

    def wait() -> None:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with settled:
            if given_up.is_set():
                os.close(turn)
            else:
                arrived.set()

    threading.Thread(target=wait, name="turn", daemon=True).start()
    if arrived.wait(seconds):
        return
    with settled:
        if not arrived.is_set():
            given_up.set()
            raise OperationalError(f"database is locked: nobody else could write for {seconds:g} seconds")
