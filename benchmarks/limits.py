"""What the machine can do at best: durable commits and bulk loads, without any of the product's code."""

import sqlite3
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.payloads import as_body, inquiry

FIELDS = tuple(inquiry(0))
COLUMNS = (*FIELDS, "email_key", "phone_key", "score", "owner", "created")
TEXTS = ", ".join(f"{name} text" for name in FIELDS)
TABLE = f"create table lead (id integer primary key, {TEXTS}, email_key text, phone_key text, score int, owner int, created real)"
INDEXES = ("lead (email_key)", "lead (phone_key)", "lead (owner, score desc, id)", "lead (created)")


def lead_row(number: int) -> tuple[Any, ...]:
    """One row of the bare lead table of twenty columns."""
    values = inquiry(number)
    texts = [str(value) for value in values.values()]
    return (*texts, values["email"].lower(), f"+1415{number * 7919 % 10_000_000:07}", number % 100, number % 20, number / 10)


def sqlite_commits(folder: Path, *, seconds: float = 2.0) -> float:
    """One row a durable commit (WAL, synchronous=FULL) on one connection, per second."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        store = _sqlite(Path(home), "create table raw (id integer primary key, received real, body text)")
        body, count, start = as_body(7), 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            store.execute("begin immediate")
            store.execute("insert into raw (received, body) values (?, ?)", (0.0, body))
            store.execute("commit")
            count += 1
        took = time.perf_counter() - start
        store.close()
    return count / took


def sqlite_bulk(folder: Path, rows: Sequence[tuple[Any, ...]]) -> float:
    """Rows per second of one `executemany` into the bare lead table with four indexes."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        store = _sqlite(Path(home), TABLE, *(f"create index i{place} on {target}" for place, target in enumerate(INDEXES)))
        start = time.perf_counter()
        store.execute("begin immediate")
        store.executemany(f"insert into lead ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})", rows)
        store.execute("commit")
        took = time.perf_counter() - start
        store.close()
    return len(rows) / took


def postgres_commits(url: str, *, connections: int = 8, seconds: float = 2.0) -> float:
    """One row a durable commit on that many connections, per second."""
    with psycopg.connect(url, autocommit=True) as store:
        store.execute("drop table if exists bench_raw")
        store.execute(
            "create table bench_raw (id bigint generated always as identity primary key, received timestamptz default now(), body jsonb)"
        )
    counts = [0] * connections
    gate = threading.Barrier(connections)

    def commit(place: int) -> None:
        body = as_body(place)
        with psycopg.connect(url, autocommit=True) as store:
            store.prepare_threshold = 0
            gate.wait()
            end = time.perf_counter() + seconds
            while time.perf_counter() < end:
                store.execute("insert into bench_raw (body) values (%s::jsonb)", (body,))
                counts[place] += 1

    threads = [threading.Thread(target=commit, args=(place,)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(url, autocommit=True) as store:
        store.execute("drop table bench_raw")
    return sum(counts) / seconds


def postgres_bulk(url: str, rows: Sequence[tuple[Any, ...]]) -> float:
    """Rows per second of one COPY into the bare lead table with four indexes."""
    with psycopg.connect(url) as store:
        store.execute("drop table if exists bench_lead")
        store.execute(
            TABLE.replace(
                "table lead (id integer primary key", "table bench_lead (id bigint generated always as identity primary key"
            ).replace("real)", "float8)")
        )
        for target in INDEXES:
            store.execute(f"create index on bench_{target}")
        store.commit()
        start = time.perf_counter()
        with store.cursor().copy(f"copy bench_lead ({', '.join(COLUMNS)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        store.commit()
        took = time.perf_counter() - start
        store.execute("drop table bench_lead")
    return len(rows) / took


def _sqlite(home: Path, *statements: str) -> sqlite3.Connection:
    store = sqlite3.connect(home / "limit.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536", "temp_store=MEMORY", "mmap_size=268435456"):
        store.execute(f"pragma {pragma}")
    for statement in statements:
        store.execute(statement)
    return store
