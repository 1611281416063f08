"""Reads from the base what assumptions are fitted from. Six queries, each of a bounded number of rows."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.models import Source, Standing, Touch
from leadloop.routing.models import Assignment, Desk, Seat
from leadloop.simulation.domain.fitting import Ground, Observed, Seen, fit
from leadloop.simulation.domain.world import World, default_world

WATCHED = timedelta(days=84)
MOST_ROWS = 50_000
OUTCOMES = {"reached": True, "no_answer": False, "voicemail": False}
OF_LEAD = ("lead__standing__received_at", "lead__standing__stage")
UNDECIDED = frozenset({*OPEN, Stage.CONVERTED})
MONDAY = datetime(2001, 1, 1)  # noqa: DTZ001 - a local Monday, from which local minutes are counted


def fitted_world(*, now: datetime) -> tuple[World, list[Ground]]:
    """What the base says, filled with the stated assumptions."""
    return fit(observe(now=now), default_world())


def observe(*, now: datetime) -> Observed:
    """The last twelve weeks, the newest 50,000 rows of each kind."""
    zone, since = ZoneInfo(settings.REPORT_ZONE), now - WATCHED
    names = dict(Source.objects.values_list("pk", "name"))
    rows = list(
        Standing.objects.filter(received_at__gte=since)
        .exclude(stage=Stage.JUNK.value)
        .order_by("-received_at")
        .values_list("source_id", "received_at")[:MOST_ROWS]
    )
    begun = rows[-1][1] if rows else now
    calls, reached, attempts, pauses, entries = _touches(since, zone)
    return Observed(
        until=_minutes(now, zone),
        days=max((now - begun).total_seconds() / 86_400, 0.0),
        leads=tuple((names.get(source, f"Source {source}"), _minutes(at, zone)) for source, at in rows),
        people=_people(since, zone, entries),
        calls=tuple(calls),
        reached=tuple(reached),
        attempts=tuple(attempts),
        pauses=tuple(pauses),
    )


def _minutes(moment: datetime, zone: ZoneInfo) -> float:
    """Local minutes since a Monday, 0:00."""
    return (moment.astimezone(zone).replace(tzinfo=None) - MONDAY).total_seconds() / 60


def _touches(since: datetime, zone: ZoneInfo) -> tuple[Any, ...]:
    """Calls by how soon they were, what the first that reached somebody led to, and when each person wrote."""
    newest = list(
        Touch.objects.filter(happened_at__gte=since, actor__isnull=False)
        .order_by("-happened_at")
        .values_list("lead_id", "actor_id", "kind", "happened_at", "data__outcome", *OF_LEAD)[:MOST_ROWS]
    )
    newest.reverse()
    calls: list[tuple[float, bool]] = []
    by_lead: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    entries: dict[int, list[float]] = defaultdict(list)
    stages: dict[int, str] = {}
    for lead, actor, kind, at, outcome, received, stages[lead] in newest:
        entries[actor].append(_minutes(at, zone))
        if kind == "called" and outcome in OUTCOMES and received:
            minutes = max(0.0, (at - received).total_seconds() / 60)
            calls.append((minutes, OUTCOMES[outcome]))
            by_lead[lead].append(calls[-1])
    reached, attempts, pauses = [], [], []
    for lead, made in by_lead.items():
        stage = Stage(stages[lead])
        first = next((minutes for minutes, came in made if came), None)
        if first is not None and stage not in UNDECIDED:
            reached.append((first, stage == Stage.WON))
        elif first is None and stage not in UNDECIDED:
            attempts.append(len(made))
        pauses += [after - before for (before, came), (after, _) in pairwise(made) if not came]
    return calls, reached, attempts, pauses, entries


def _people(since: datetime, zone: ZoneInfo, entries: dict[int, list[float]]) -> tuple[Seen, ...]:
    """Everybody with a seat. A desk that is switched off without an entry for two weeks is one that nobody sits at."""
    seats: dict[int, tuple[str, float]] = {}
    for person, name, weight in Seat.objects.order_by("person_id").values_list("person_id", "person__name", "weight"):
        seats[person] = (name, max(weight, seats.get(person, ("", 0))[1]))
    desks = {desk.person_id: desk for desk in Desk.objects.filter(person__in=seats)}
    given: dict[int, list[tuple[float, float | None]]] = defaultdict(list)
    newest = (
        Assignment.objects.filter(assigned_at__gte=since, how="turn", person__in=seats)
        .order_by("-assigned_at")
        .values_list("person_id", "assigned_at", "lead__standing__first_touch_at")[:MOST_ROWS]
    )
    for person, at, touched in newest:
        if touched is None or touched >= at:
            given[person].append((_minutes(at, zone), _minutes(touched, zone) if touched else None))
    return tuple(
        Seen(
            name,
            float(weight),
            max(1, desks[person].open_cap) if person in desks else 50,
            here=person in desks and desks[person].present,
            entries=tuple(entries.get(person, ())),
            given=tuple(reversed(given[person])),
        )
        for person, (name, weight) in seats.items()
    )
