"""Test objects, made as the product makes them: leads come through the loop."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from leadloop import loop, starter
from leadloop.db.models import Job
from leadloop.intake.domain.arrival import Arrival
from leadloop.leads.actions import source_ids
from leadloop.leads.models import Lead
from leadloop.routing.models import Desk, Pool, Seat
from leadloop.teams.models import User

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
FIVE_MINUTES = timedelta(minutes=5)
_numbers = count(1)


def make_person(name: str, role: str = "rep", **fields: Any) -> User:
    """Somebody who may sign in; without a password unless given."""
    password = fields.pop("password", None)
    return User.objects.create_user(f"{name.lower()}@leadloop.test", password, name=name, role=role, **fields)


def make_rep(name: str, *, pool: Pool | None = None, weight: int = 1, cap: int = 50, present: bool = True) -> User:
    """A rep with a desk and, given a pool, a seat in it."""
    person = make_person(name)
    Desk.objects.create(person=person, open_cap=cap, present=present)
    if pool:
        Seat.objects.create(pool=pool, person=person, weight=weight)
    return person


def make_install(*, now: datetime = NOON) -> Pool:
    """The starter rules, with what they left for a worker done; returns the pool that takes every lead."""
    starter.set_up(now=now)
    Job.objects.all().delete()
    return Pool.objects.get(name="Sales")


def arrival(
    payload: dict[str, Any] | None = None, *, source: str = "Website", door: str = "api", now: datetime = NOON, **more: Any
) -> Arrival:
    """A payload at the door; without one, a new person of a company."""
    number = next(_numbers)
    payload = (
        payload
        if payload is not None
        else {"name": f"Ada Number{number}", "email": f"ada{number}@company{number}.com", "phone": f"+1415555{number:04}"}
    )
    source_id, country = source_ids([source], now=now)[source]
    return Arrival(
        door=door,
        source_id=source_id,
        payload=payload,
        raw=json.dumps(payload),
        received_at=now,
        happened_at=more.pop("happened_at", now),
        country=country or "US",
        **more,
    )


def make_lead(payload: dict[str, Any] | None = None, *, now: datetime = NOON, source: str = "Website") -> Lead:
    """One lead that came through the loop."""
    [taken] = loop.capture([arrival(payload, now=now, source=source)], now=now)
    assert taken.case is not None, taken
    return Lead.objects.select_related("standing").get(pk=taken.case.lead_id)


def make_leads(number: int, *, now: datetime = NOON, source: str = "Website") -> list[Lead]:
    """Many leads in one batch."""
    taken = loop.capture([arrival(now=now, source=source) for _ in range(number)], now=now)
    return list(Lead.objects.filter(pk__in=[one.case.lead_id for one in taken if one.case]).order_by("pk"))
