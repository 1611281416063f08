"""The verbs of routing: deal a batch to people, claim, release, end. The only code that changes who has a lead."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction

from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.routing.domain.decide import Destination, RoutePlan, compile_route
from leadloop.routing.domain.rotation import Chair, deal
from leadloop.routing.errors import AlreadyClaimed
from leadloop.routing.models import Assignment, Desk, Draw, Route, Seat

ROUTE = "main"
ASSIGNMENT_COLUMNS = ("lead_id", "person_id", "pool_id", "how", "assigned_at", "touch_by", "ended_how")


@dataclass(frozen=True, slots=True)
class Request:
    """A lead that needs somebody: where the route sends it, and the minutes promised for it (None: the pool's own)."""

    lead_id: int
    destination: Destination
    sla_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """Who got the lead (None: it waits in the pool), by when, and the draw and place that recompute the choice."""

    lead_id: int
    pool_id: int
    person: int | None
    touch_by: datetime
    draw_id: int | None
    place: int
    seat: int | None = None


@dataclass(slots=True)
class Roster:
    """A pool as it stands when a batch is dealt: promised minutes, chairs, and the seat row of each person."""

    pool_id: int
    sla_minutes: int
    chairs: list[Chair]
    seats: dict[int, int]


@lru_cache(maxsize=2)
def published_route(epoch: int) -> RoutePlan | None:
    """The route in force, compiled; None before the first publication."""
    row = Route.objects.published().filter(name=ROUTE).first()
    return row and compile_route(row.spec, version=row.version)


def assign_leads(requests: Sequence[Request], *, now: datetime) -> list[Handover]:
    """Deal leads to the people of their pools by weighted turns; who finds nobody with room waits in the pool.

    One query for all rosters, then a constant number of statements. Needs the loop's lock, so that turns and caps are exact.
    """
    if not requests:
        return []
    rosters = _rosters({request.destination.pool_id for request in requests})
    handovers: list[Handover] = []
    taken: Counter[int] = Counter()
    for roster in rosters.values():
        handovers += _deal_pool(roster, requests, taken, now)
    _write(handovers, now=now)
    return handovers


def _deal_pool(roster: Roster, requests: Sequence[Request], taken: Counter[int], now: datetime) -> list[Handover]:
    mine = [request for request in requests if request.destination.pool_id == roster.pool_id]
    turns = [request for request in mine if request.destination.how == "turn"]
    chairs = [Chair(chair.person, chair.weight, chair.turns, chair.free - taken[chair.person], chair.present) for chair in roster.chairs]
    people = iter(deal(chairs, len(turns)))
    draw_id = _write_draw(roster.pool_id, chairs, now) if turns else None
    handovers, place = [], 0
    for request in mine:
        touch_by = now + timedelta(minutes=request.sla_minutes or roster.sla_minutes)
        if request.destination.how == "turn":
            person = next(people)
            seat = None if person is None else roster.seats[person]
            handovers.append(Handover(request.lead_id, roster.pool_id, person, touch_by, draw_id, place, seat))
            place += 1
            if person is not None:
                taken[person] += 1
        else:
            handovers.append(Handover(request.lead_id, roster.pool_id, None, touch_by, None, 0))
    return handovers


def _rosters(pool_ids: set[int]) -> dict[int, Roster]:
    """Rosters by pool. Locks the desks, in the order of people, so that caps hold. Two queries."""
    condition, params = bulk.any_of("id", sorted(pool_ids))
    pools = bulk.fetch(f"select id, sla_minutes from routing_pool where {condition} order by id", params)  # noqa: S608 - constant text
    rosters = {pool_id: Roster(pool_id, minutes, [], {}) for pool_id, minutes in pools}
    condition, params = bulk.any_of("s.pool_id", sorted(pool_ids))
    lock = " for update of d" if bulk.is_postgres() else ""
    rows = bulk.fetch(
        "select s.pool_id, s.id, s.person_id, s.weight, s.turns, d.open_cap - d.open_count, d.present, u.is_active "  # noqa: S608
        "from routing_seat s join routing_desk d on d.person_id = s.person_id join teams_user u on u.id = s.person_id "
        f"where {condition} order by s.person_id, s.pool_id{lock}",
        params,
    )
    for pool_id, seat, person, weight, turns, free, present, active in rows:
        rosters[pool_id].chairs.append(Chair(person, weight, turns, max(0, free), bool(present and active)))
        rosters[pool_id].seats[person] = seat
    return rosters


def _write_draw(pool_id: int, chairs: Sequence[Chair], now: datetime) -> int:
    [draw_id] = bulk.reserve_ids(Draw, 1)
    roster = [[chair.person, chair.weight, chair.turns, chair.free, chair.present] for chair in chairs]
    bulk.insert(Draw, ("id", "pool_id", "roster", "made_at"), [(draw_id, pool_id, bulk.to_json(roster).decode(), moment(now))])
    return draw_id


def _write(handovers: Sequence[Handover], *, now: datetime) -> None:
    given = [one for one in handovers if one.person is not None]
    stamp = moment(now)
    rows = [(one.lead_id, one.person, one.pool_id, "turn", stamp, moment(one.touch_by), "") for one in given]
    bulk.insert(Assignment, ASSIGNMENT_COLUMNS, rows)
    _add_loads(Counter(one.person for one in given))
    seats = Counter(one.seat for one in given)
    bulk.add(Seat, "turns", "id", [(count, seat) for seat, count in sorted(seats.items())])


def _add_loads(loads: dict[Any, int]) -> None:
    bulk.add(Desk, "open_count", "person_id", [(count, person) for person, count in sorted(loads.items())])


def give(lead_ids: Sequence[int], *, person: int, how: str, touch_by: datetime | None, now: datetime, pool_id: int | None = None) -> None:
    """Put leads that nobody holds into one person's hands.

    Raises:
        AlreadyClaimed: somebody holds one of them. A unique constraint decides, so two clicks cannot both win.
    """
    try:
        with transaction.atomic():
            rows = [
                Assignment(lead_id=lead_id, person_id=person, pool_id=pool_id, how=how, assigned_at=now, touch_by=touch_by) for lead_id in lead_ids
            ]
            Assignment.objects.bulk_create(rows)
            Desk.objects.get_or_create(person_id=person)
            _add_loads({person: len(rows)})
    except IntegrityError as error:
        raise AlreadyClaimed(lead_ids=list(lead_ids)) from error


def end_assignments(lead_ids: Sequence[int], *, how: str, now: datetime) -> None:
    """Take leads out of the hands they are in; the desks have room again."""
    live = Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None)
    loads = Counter(live.values_list("person_id", flat=True))
    live.update(ended_at=now, ended_how=how)
    _add_loads({person: -count for person, count in loads.items()})


def accept(lead_ids: Sequence[int], *, now: datetime) -> None:
    """The holder said yes."""
    Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None, accepted_at=None).update(accepted_at=now)
