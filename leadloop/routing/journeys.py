"""Moves leads on that nobody accepted in time, to the next stop of their rule. A worker asks every second or so."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.leads import actions as leads
from leadloop.leads import fields
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.domain.touch_kinds import OUTREACH
from leadloop.leads.models import Touch
from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import RoutePlan, compile_route
from leadloop.routing.domain.stops import Leg
from leadloop.routing.models import Journey, Route
from leadloop.routing.placing import News, Rest, settle, tell_people, trip_of
from leadloop.routing.walking import walk

MOMENTS = ("entered_at", "moves_at")
KEPT = ("version", "rule", "stop", "ahead", "person_id", *MOMENTS)


def due(*, now: datetime, limit: int) -> list[int]:
    """Leads whose time has run out, who waits longest first."""
    return list(Journey.objects.filter(moves_at__lte=now).order_by("moves_at", "pk").values_list("pk", flat=True)[:limit])


def move(lead_ids: Sequence[int], *, now: datetime, rest: Rest) -> None:
    """Take leads on to their next stops. Needs the loop's lock.

    A lead that somebody accepted, answered, claimed or was given meanwhile stays, and its journey ends.
    """
    rows = list(Journey.objects.filter(pk__in=lead_ids).order_by("moves_at", "pk"))
    cases = leads.lock_cases([row.pk for row in rows])
    Journey.objects.filter(pk__in=[row.pk for row in rows]).delete()
    touched = _touched(rows)
    late = [row for row in rows if row.pk in cases and row.pk not in touched and _still_waits(row, cases[row.pk])]
    for version in sorted({row.version for row in late}):
        _move([row for row in late if row.version == version], cases, version, now, rest)


def put_off(lead_id: int, *, until: datetime) -> None:
    """A lead that could not be taken on stays where it is until then."""
    Journey.objects.filter(pk=lead_id).update(moves_at=until)


def as_kept(lead_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By lead: the journey that it is on, as `resume` reads it. One query."""
    return {row.pop("lead_id"): row for row in Journey.objects.filter(pk__in=lead_ids).values("lead_id", *KEPT)}


def resume(kept: Mapping[int, Mapping[str, Any]]) -> None:
    """Leads go on with the journeys that they were on, at the time that was set. A journey that is still there stays. One query."""
    rows = [
        Journey(lead_id=lead_id, **{name: datetime.fromisoformat(row[name]) if name in MOMENTS else row[name] for name in KEPT})
        for lead_id, row in kept.items()
    ]
    Journey.objects.bulk_create(rows, ignore_conflicts=True)


def _touched(rows: Sequence[Journey]) -> set[int]:
    """Leads that somebody of ours got in touch with since they came to their stop. One query."""
    if not rows:
        return set()
    begun = {row.pk: row.entered_at for row in rows}
    said = Touch.objects.filter(lead_id__in=begun, kind__in=OUTREACH, happened_at__gte=min(begun.values()))
    return {lead_id for lead_id, at in said.values_list("lead_id", "happened_at") if at >= begun[lead_id]}


def _still_waits(row: Journey, case: Case) -> bool:
    """The lead is where the journey left it, and nobody has accepted it."""
    standing = case.standing
    return standing["stage"] in OPEN and standing["owner_id"] == row.person_id and standing["accepted_at"] is None


def _move(rows: Sequence[Journey], cases: dict[int, Case], version: int, now: datetime, rest: Rest) -> None:
    plan = plan_of(version, current_epoch())
    moving = {row.pk: cases[row.pk] for row in rows}
    routing.end_assignments(list(moving), how="timed out", now=now)
    trips, ways = [], dict[tuple[Leg, ...], tuple[Leg, ...]]()
    for row in rows:
        ahead = tuple(Leg(rule, index, plan.stop(rule, index)) for rule, index in row.ahead)
        legs = ways.setdefault(ahead, ahead)  # leads that share their way are dealt together
        cases[row.pk].become(owner_id=None, pool_id=None)
        trips.append(trip_of(cases[row.pk], legs, not_to=row.person_id))
    news: News = {}
    settle(walk(trips, version=version, now=now, epoch=current_epoch()), moving, news, version=version, now=now, rest=rest)
    for row in rows:
        cases[row.pk].decided["route"]["from"] = [row.rule, row.stop]
    leads.record(list(moving.values()), "moved_on", actor=None, happened_at=now, data={"person": None})
    tell_people(news, now=now)


@lru_cache(maxsize=16)
def plan_of(version: int, epoch: int) -> RoutePlan:
    """A version of the route, compiled, also one that is retired.

    Raises:
        Route.DoesNotExist: there was never such a version.
    """
    row = Route.objects.get(name=routing.ROUTE, version=version)
    return compile_route(row.spec, version=version, catalogue=fields.known(epoch))
