"""Routing inside the product: `python -m benchmarks.routing LEADS` prints JSON. Needs a database of its own, see `benchmarks.server`."""

import json
import statistics
import sys
import time
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402 - after setup

from leadloop import loop  # noqa: E402 - after setup
from leadloop.db import bulk  # noqa: E402 - after setup
from leadloop.db.clock import utc_now  # noqa: E402 - after setup
from leadloop.db.versions import current_epoch, publish, save_draft  # noqa: E402 - after setup
from leadloop.intake.domain.arrival import Arrival  # noqa: E402 - after setup
from leadloop.leads import actions as leads  # noqa: E402 - after setup
from leadloop.leads.actions import source_ids  # noqa: E402 - after setup
from leadloop.leads.models import Standing  # noqa: E402 - after setup
from leadloop.routing import placing  # noqa: E402 - after setup
from leadloop.routing.actions import ROUTE, published_route  # noqa: E402 - after setup
from leadloop.routing.domain.decide import decide  # noqa: E402 - after setup
from leadloop.routing.explaining import explain  # noqa: E402 - after setup
from leadloop.routing.models import Assignment, Desk, Pool, Route, Seat  # noqa: E402 - after setup
from leadloop.teams.models import User  # noqa: E402 - after setup

COUNTRIES = ("US", "DE", "FR", "JP")
BATCH = 1_000


def set_up() -> list[int]:
    """Four teams of five, each with a country, as in the measurement of the other system."""
    pools = []
    for country in COUNTRIES:
        pool = Pool.objects.create(name=f"Team {country}", created_at=utc_now())
        for number in range(5):
            person = User.objects.create_user(f"{country}{number}@bench.example", name=f"{country} {number}", role="rep")
            Desk.objects.create(person=person, open_cap=1_000_000)
            Seat.objects.create(pool=pool, person=person, weight=1 + number % 2)
        pools.append(pool.pk)
    return pools


def put_in_force(pools: list[int], *, stops: bool) -> None:
    """A rule a country; with `stops` each asks the account's owner first and moves on after an hour."""
    rules: list[dict[str, Any]] = []
    for country, pool in zip(COUNTRIES[:3], pools[:3], strict=True):
        to = {"kind": "pool", "id": pool}
        way = (
            {"stops": [{"to": to, "method": "account"}, {"to": to, "method": "turn", "minutes": 60}]}
            if stops
            else {"pool": pool, "how": "turn"}
        )
        rules.append({"id": country, "label": country, "when": {"field": "country", "op": "is", "value": country}, **way})
    spec = {"rules": rules, "fallback": {"pool": pools[3], "how": "turn"}}
    publish(save_draft(Route, name=ROUTE, title="Bench", spec=spec, author=None, now=utc_now()), author=None, now=utc_now())


def leads_without_anybody(count: int, start: int) -> list[int]:
    """Stored leads that nobody has and no pool holds."""
    source, _ = source_ids(["Bench"], now=utc_now())["Bench"]
    Route.objects.all().update(status="retired")
    published_route.cache_clear()
    now, ids = utc_now(), []
    for first in range(0, count, BATCH):
        arrivals = []
        for number in range(start + first, start + first + BATCH):
            payload = {"name": f"A B{number}", "email": f"a{number}@c{number}.example", "country": COUNTRIES[number % 4]}
            arrivals.append(Arrival("api", source, payload, json.dumps(payload), now, now, "US"))
        ids += [taken.case.lead_id for taken in loop.capture(arrivals, now=now) if taken.case]
    Standing.objects.filter(pk__in=ids).update(owner=None, pool_id=None)
    return ids


def place(ids: list[int]) -> float:
    """Leads per second of: load, decide, deal, write hands, ledger, standings and the touch that explains; in batches."""
    now = utc_now()
    begun = time.perf_counter()
    for chunk in bulk.chunks(ids, BATCH):
        with transaction.atomic():
            bulk.lock_loop_for_many()
            cases = list(leads.lock_cases(chunk).values())
            placing.route_cases(cases, epoch=current_epoch(), now=now, sla_minutes=None, rest=loop.let_rest)
            leads.record(cases, "rescored", actor=None, happened_at=now, data={})
    return len(ids) / (time.perf_counter() - begun)


def decide_one(lead_id: int) -> float:
    """Milliseconds of one decision, without loading and writing."""
    plan, case = published_route(current_epoch()), leads.load_cases([lead_id])[lead_id]
    assert plan
    took = []
    for _ in range(1_000):
        case._facts = None  # noqa: SLF001 - as a fresh case has none
        begun = time.perf_counter()
        decide(case.facts(), plan, now=utc_now())
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1_000


def explain_one(lead_id: int) -> float:
    """Milliseconds of one explanation, with its queries."""
    took = []
    for _ in range(20):
        begun = time.perf_counter()
        explain(lead_id)
        took.append(time.perf_counter() - begun)
    return statistics.median(took) * 1_000


def measure(count: int) -> dict[str, float]:
    """Both ways of routing, one decision and one explanation."""
    pools, found = set_up(), dict[str, float]()
    for number, (name, stops) in enumerate((("plain", False), ("stops", True))):
        ids = leads_without_anybody(count, number * count * 2)
        put_in_force(pools, stops=stops)
        published_route.cache_clear()
        spent = time.process_time()
        found[name] = place(ids)
        found[f"{name}_of_processor"] = len(ids) / (time.process_time() - spent)  # what one core makes, whoever else uses the machine
        shares = Assignment.objects.filter(lead__in=ids).count()
        found[f"{name}_placed"] = shares
        found[f"{name}_decide_ms"], found[f"{name}_explain_ms"] = decide_one(ids[0]), explain_one(ids[0])
    return found


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)))
