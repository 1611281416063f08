"""What tests of the core ask at the end: is every promise of the store kept, and how many statements did it take."""

import sqlite3
import sys
from contextlib import contextmanager
from datetime import timedelta

from leadloop.audit.verify import verify
from leadloop.db import bulk
from leadloop.db.versions import publish, save_draft
from tests.make import NOON


def everything_holds() -> list[str]:
    """What `leadloop verify` would complain about."""
    return [finding.says for proved in verify(now=NOON + timedelta(days=400), most=5) for finding in proved.findings]


def publish_rules(model, name: str, spec: dict) -> None:
    publish(save_draft(model, name=name, title=name, spec=spec, author=None, now=NOON), author=None, now=NOON)


@contextmanager
def driver_statements():
    """Counts what is sent to the database below Django, bulk writes included, without touching either; blocks of ids apart.

    An insert of many rows counts once, in however many pieces SQLite is told it.
    """
    seen: list[str] = []

    def watch(frame, event, arg):
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if event == "call" and name == "_insert_lines":
            seen.append(name)
        elif event == "c_call" and name != "_insert_lines" and getattr(arg, "__name__", "") in ("execute", "executemany"):
            if isinstance(arg.__self__, sqlite3.Cursor | sqlite3.Connection):
                seen.append(arg.__name__)
        elif event == "call" and file.endswith("psycopg/cursor.py") and name == "execute":
            if "nextval" not in str(frame.f_locals["query"]):
                seen.append(name)
        elif event == "call" and file.endswith("psycopg/_copy.py") and name == "__enter__":
            seen.append("copy")

    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def loop_is_locked() -> bool:
    """Whether a transaction, of whichever connection, holds the loop's lock now (PostgreSQL)."""
    sql = (
        "select 1 from pg_locks where locktype = 'advisory' and objid = 7001 and objsubid = 1 "
        "and database = (select oid from pg_database where datname = current_database())"
    )
    return bool(bulk.fetch(sql))
