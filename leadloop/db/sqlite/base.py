"""SQLite whose writers wait in line on a lock file, instead of polling the busy handler, which starves some of them.

Whole numbers are of the type "integer", which holds 64 bits here: a primary key of that name is the row's own number, and one of the
type "bigint" a second tree beside it, to be written and read as well.
"""

import fcntl
import os
import threading

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """`BEGIN IMMEDIATE` takes an exclusive `flock` first; the kernel wakes waiters in order and frees it when a process dies.

    Whoever waits longer than `timeout`, the option by which SQLite itself waits, is refused as SQLite would.
    """

    data_types = base.DatabaseWrapper.data_types | {"BigIntegerField": "integer"}
    _turn: int | None = None

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
