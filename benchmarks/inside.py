"""Measurements that call the product's own functions; run in a process of its own: `python -m benchmarks.inside WHAT ...` prints JSON."""

import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - after setup
from django.test import Client  # noqa: E402 - after setup
from django.test.utils import CaptureQueriesContext  # noqa: E402 - after setup

from benchmarks import scoring  # noqa: E402 - after setup
from benchmarks.payloads import stream  # noqa: E402 - after setup
from leadloop import loop  # noqa: E402 - after setup
from leadloop.config.collector import relax  # noqa: E402 - after setup
from leadloop.db import bulk  # noqa: E402 - after setup
from leadloop.db.clock import utc_now  # noqa: E402 - after setup
from leadloop.intake.domain.arrival import Arrival  # noqa: E402 - after setup
from leadloop.leads import search  # noqa: E402 - after setup
from leadloop.leads.actions import source_ids  # noqa: E402 - after setup
from leadloop.leads.models import Lead  # noqa: E402 - after setup
from leadloop.teams.models import User  # noqa: E402 - after setup


def fill(count: int, start: int, *, later: bool) -> None:
    """Keep `count` inquiries, to be judged later, or take them through the loop at once."""
    for first in range(0, count, 1000):
        arrivals = _arrivals(min(1000, count - first), start + first, later=later)
        loop.capture(arrivals, now=utc_now())


def drain(count: int, start: int) -> dict[str, float]:
    """Leads per second of `loop.run_due` in batches of 1,000 on a full inbox of `count`."""
    fill(count, start, later=True)
    _settle()
    begun, done = time.perf_counter(), 0
    while got := loop.run_due(now=utc_now(), limit=1000):
        done += got
    took = time.perf_counter() - begun
    return {"rate": done / took, "base": Lead.objects.count()}


def grow(base: int, start: int) -> dict[str, float]:
    """Take `base` leads in, and index them for search."""
    fill(base, start, later=False)
    while search.index_pending(limit=5000):
        pass
    _settle()
    return {"base": Lead.objects.count()}


def page(runs: int) -> dict[str, Any]:
    """Server time of a page of 50 leads, filtered and sorted on indexed fields, and of its bare SQL; medians in ms."""
    manager = User.objects.filter(role="manager").first() or User.objects.create_user(
        "manager@bench.test", None, name="Mona", role="manager"
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(manager)
    address = "/leads/?stage=mql&sort=score"
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    statements = [query["sql"] for query in seen.captured_queries if query["sql"].lstrip().upper().startswith("SELECT")]
    count = len(seen.captured_queries)
    whole = _median(lambda: client.get(address), runs)
    bare = _median(lambda: [_rows(sql) for sql in statements], runs)
    return {"page_ms": whole, "sql_ms": bare, "queries": count}


def _rows(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _median(work: Any, runs: int) -> float:
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def _arrivals(count: int, start: int, *, later: bool) -> list[Arrival]:
    now = utc_now()
    payloads = stream(count, start=start)
    sources = source_ids({payload["source"] for payload in payloads}, now=now)
    return [
        Arrival("api", sources[payload["source"]][0], payload, json.dumps(payload), now, now, "US", {"key": 1}, later)
        for payload in payloads
    ]


def _settle() -> None:
    """As an hour of calm would: statistics are fresh."""
    if bulk.is_postgres():
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("analyze")


VERBS = {"drain": drain, "grow": grow, "page": page, **scoring.VERBS}


if __name__ == "__main__":
    relax()  # as the worker does
    name, *numbers = sys.argv[1:]
    print(json.dumps(VERBS[name](*(int(number) for number in numbers))))
