"""One consistent view of the whole store for long reads; writers go on meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from leadloop.db import bulk


@contextmanager
def snapshot() -> Iterator[None]:
    """All reads inside see the same moment. Nothing may be written inside; inside a transaction that is open it changes nothing."""
    if connection.in_atomic_block:
        yield
    elif bulk.is_postgres():
        with transaction.atomic():
            bulk.execute("set transaction isolation level repeatable read, read only")
            yield
    else:
        connection.ensure_connection()
        bulk.execute("begin deferred")  # Django's own would take the writers' turn
        try:
            yield
        finally:
            bulk.execute("rollback")
