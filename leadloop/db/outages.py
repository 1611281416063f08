"""When the store is away, or two transactions stand in each other's way: what that looks like, and what is done about it."""

import sqlite3
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

from leadloop.kernel.errors import Unavailable

try:
    import psycopg

    _DRIVER: tuple[type[Exception], ...] = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)
except ModuleNotFoundError:  # the extra `postgres` is not installed: SQLite only
    _DRIVER = (sqlite3.OperationalError,)

OUTAGES: tuple[type[Exception], ...] = (OperationalError, InterfaceError, *_DRIVER)
"""The store's trouble, not the data's; bulk writes raise the driver's own errors."""
TROUBLE: tuple[type[Exception], ...] = (*OUTAGES, Unavailable)
"""The same, and what becomes of it after three tries."""
TRIES = 3
CANCELLED = frozenset({"57014", "SQLITE_INTERRUPT"})
"""What PostgreSQL, and what SQLite, says of a statement that took longer than it may."""
CONFLICTS = frozenset({"40001", "40P01"})
"""What PostgreSQL calls a serialisation failure and a deadlock: it ended one of the two, who may simply do it again."""

P = ParamSpec("P")
Answer = TypeVar("Answer")


class TookTooLong(Unavailable):
    """The store was asked something that takes longer than people wait."""

    code, message = "took_too_long", "This takes longer than an answer may. Ask for less, such as a shorter period, or try again later."
    retry_after = 30


def is_conflict(error: BaseException) -> bool:
    """Whether the transaction was ended in favour of another one."""
    return bool(_states(error) & CONFLICTS)


def refusal_of(error: BaseException) -> Unavailable:
    """What an outage is called towards people and programs."""
    return TookTooLong() if CANCELLED & _states(error) else Unavailable()


def _states(error: BaseException) -> set[str | None]:
    return {getattr(one, name, None) for one in (error, error.__cause__) for name in ("sqlstate", "sqlite_errorname")}


def bound_statements(seconds: float) -> None:
    """Have the store end what this thread asks and does not get in time, waits for locks included; 0 has nothing ended.

    SQLite ends only what reads (see `db.sqlite`).

    For threads that people wait for, before they connect: Django keeps a connection, and so its settings, for each thread.
    """
    if connection.vendor == "postgresql" and seconds:
        options = connection.settings_dict["OPTIONS"]
        bound = f"{options.get('options', '')} -c statement_timeout={round(seconds * 1000)}".strip()
        connection.settings_dict = {**connection.settings_dict, "OPTIONS": {**options, "options": bound}}
    elif seconds:
        connection.settings_dict = {**connection.settings_dict, "STATEMENT_SECONDS": seconds}


def retried(work: Callable[P, Answer]) -> Callable[P, Answer]:
    """Do `work`, which owns its transaction, again after a conflict: at most three times.

    Inside a transaction that is open already it is done once, since only the whole of that can be repeated.

    Raises:
        Unavailable: it met a conflict three times.
    """

    @wraps(work)
    def again(*args: P.args, **kwargs: P.kwargs) -> Answer:
        if connection.in_atomic_block:
            return work(*args, **kwargs)
        for _ in range(TRIES):
            try:
                return work(*args, **kwargs)
            except OUTAGES as error:
                if not is_conflict(error):
                    raise
        raise Unavailable

    return again


def store_needed(work: Callable[[], Answer]) -> Answer:
    """Do `work` in a thread that keeps its connection: one that broke is let go of, so that the next call makes a new one.

    Raises:
        Unavailable: the store did not answer.
    """
    try:
        return work()
    except OUTAGES as error:
        connection.close()
        raise refusal_of(error) from error
