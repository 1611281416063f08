"""The verbs of routing: deal a batch to people, claim, release, end. The only code that changes who has a lead."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from leadloop.db import bulk
from leadloop.leads import fields
from leadloop.leads.actions import moment
from leadloop.routing.attendance import Terms
from leadloop.routing.domain.decide import Destination, RoutePlan, compile_route
from leadloop.routing.domain.levels import WHOLE, Level, made_up, resettled
from leadloop.routing.domain.rotation import Chair, deal
from leadloop.routing.errors import AlreadyClaimed
from leadloop.routing.models import Assignment, Desk, Draw, Journey, Pool, Route, Seat

ROUTE = "main"
ASSIGNMENT_COLUMNS = ("lead_id", "person_id", "pool_id", "how", "assigned_at", "touch_by", "ended_how")


class Request(NamedTuple):
    """A lead that needs somebody: where the route sends it, and the minutes promised for it (None: the pool's own).

    `before` had it when it went to rest, and gets it back without a turn if there is room on the desk.
    """

    lead_id: int
    destination: Destination
    sla_minutes: int | None = None
    before: int | None = None


class Handover(NamedTuple):
    """Who got the lead (None: it waits in the pool), by when, and the draw and place that recompute the choice."""

    lead_id: int
    pool_id: int
    person: int | None
    touch_by: datetime
    draw_id: int | None
    place: int
    seat: int | None = None
    how: str = "turn"


@dataclass(slots=True)
class Roster:
    """A pool as it stands when a batch is dealt: promised minutes, chairs, and the seat row of each person."""

    pool_id: int
    sla_minutes: int
    chairs: list[Chair]
    seats: dict[int, int]
    levels: dict[int, Level] = field(default_factory=dict)
    catch_up: int | None = 0


@lru_cache(maxsize=2)
def published_route(epoch: int) -> RoutePlan | None:
    """The route in force, compiled; None before the first publication."""
    row = Route.objects.published().filter(name=ROUTE).first()
    return compile_route(row.spec, version=row.version, catalogue=fields.known(epoch)) if row else None


def oldest_pool() -> int | None:
    """Where leads wait that no route sends anywhere."""
    return Pool.objects.order_by("pk").values_list("pk", flat=True).first()


def assign_leads(requests: Sequence[Request], *, now: datetime, epoch: int | None = None) -> list[Handover]:
    """Deal leads to the people of their pools by weighted turns; who finds nobody with room waits in the pool.

    One query for all rosters, then a constant number of statements. Needs the loop's lock, so that turns and caps are exact.
    """
    if not requests:
        return []
    terms = Terms(now=now, epoch=epoch)
    kept, taken = _kept(requests, terms)
    rosters = rosters_of({request.destination.pool_id for request in requests})
    dealt_to = {request.destination.pool_id for request in requests if request.destination.how == "turn"}
    seat_by_hours([roster for roster in rosters.values() if roster.pool_id in dealt_to], terms)
    if gone := {request.destination.pool_id for request in requests} - rosters.keys():
        raise LookupError(f"the route names a pool that is not there: {min(gone)}")
    handovers: list[Handover] = []
    for roster in rosters.values():
        handovers += _deal_pool(roster, requests, kept, taken, terms)
    _write(handovers, now=now)
    return handovers


def _deal_pool(roster: Roster, requests: Sequence[Request], kept: set[int], taken: Counter[int], terms: Terms) -> list[Handover]:
    mine = [request for request in requests if request.destination.pool_id == roster.pool_id]
    turns = [request for request in mine if request.destination.how == "turn" and request.lead_id not in kept]
    chairs = [replace(chair, free=chair.free - taken[chair.person]) for chair in roster.chairs]
    people = iter(deal(chairs, len(turns)))
    draw_id = _write_draw(roster.pool_id, chairs, terms.now) if turns else None
    handovers, place = [], 0
    for request in mine:
        minutes = request.sla_minutes or roster.sla_minutes
        if request.lead_id in kept:
            due_at = terms.due(minutes, request.before)
            handovers.append(Handover(request.lead_id, roster.pool_id, request.before, due_at, None, 0, how="kept"))
        elif request.destination.how == "turn":
            person = next(people)
            seat = None if person is None else roster.seats[person]
            handovers.append(Handover(request.lead_id, roster.pool_id, person, terms.due(minutes, person), draw_id, place, seat))
            place += 1
            if person is not None:
                taken[person] += 1
        else:
            handovers.append(Handover(request.lead_id, roster.pool_id, None, terms.due(minutes, None), None, 0))
    return handovers


def _kept(requests: Sequence[Request], terms: Terms) -> tuple[set[int], Counter[int]]:
    """Leads that go back to whom they were with, and how many each of those people gets. Locks their desks; no query without one."""
    kept: set[int] = set()
    taken: Counter[int] = Counter()
    wanted = {request.before for request in requests if request.before is not None}
    if not wanted:
        return kept, taken
    condition, params = bulk.any_of("d.person_id", sorted(wanted))
    lock = " for update of d" if bulk.is_postgres() else ""
    rows = bulk.fetch(
        "select d.person_id, d.open_cap - d.open_count from routing_desk d join teams_user u on u.id = d.person_id "  # noqa: S608 - constant text
        f"where d.present and u.is_active and {condition} order by d.person_id{lock}",
        params,
    )
    free = {person: room for person, room in rows if terms.works(person)}
    for request in requests:
        if request.before is not None and taken[request.before] < free.get(request.before, 0):
            kept.add(request.lead_id)
            taken[request.before] += 1
    return kept, taken


def rosters_of(pool_ids: set[int]) -> dict[int, Roster]:
    """Rosters by pool. Locks the desks, in the order of people, so that caps hold. One query; two if a pool has no seat."""
    condition, params = bulk.any_of("s.pool_id", sorted(pool_ids))
    lock = " for update of d" if bulk.is_postgres() else ""
    rows = bulk.fetch(
        "select s.pool_id, p.sla_minutes, s.id, s.person_id, s.weight, s.turns, d.open_cap - d.open_count, d.present, u.is_active, "  # noqa: S608 - constant text
        "s.factor, s.missing, s.joined_level, p.catch_up, p.catch_up_most "
        "from routing_seat s join routing_pool p on p.id = s.pool_id join routing_desk d on d.person_id = s.person_id "
        f"join teams_user u on u.id = s.person_id where {condition} order by s.person_id, s.pool_id{lock}",
        params,
    )
    rosters: dict[int, Roster] = {}
    for pool_id, minutes, seat, person, weight, turns, free, present, active, factor, missing, joined, catch_up, most in rows:
        roster = rosters.setdefault(pool_id, Roster(pool_id, minutes, [], {}, {}, made_up(catch_up, most)))
        pull = weight if factor == WHOLE else weight * factor / WHOLE
        roster.chairs.append(Chair(person, pull, turns, max(0, free), bool(present and active)))
        roster.seats[person] = seat
        roster.levels[person] = Level(weight, factor, bool(missing), joined)
    for pool in Pool.objects.filter(id__in=pool_ids - rosters.keys()) if pool_ids - rosters.keys() else ():
        rosters[pool.pk] = Roster(pool.pk, pool.sla_minutes, [], {})
    return {pool_id: rosters[pool_id] for pool_id in sorted(rosters)}


def seat_by_hours(rosters: Sequence[Roster], terms: Terms) -> None:
    """Leave out whom working time keeps away, and level those who are back. One statement where something changes, none without hours."""
    people = terms.presences({chair.person for roster in rosters for chair in roster.chairs})
    if not people:
        return
    rows: list[tuple[int, int, int, bool, int]] = []
    for roster in rosters:
        chairs, levels = resettled(roster.chairs, roster.levels, people, catch_up=roster.catch_up)
        for chair in chairs:
            level = levels[chair.person]
            if level != roster.levels[chair.person]:
                rows.append((chair.turns, level.joined, level.factor, level.missing, roster.seats[chair.person]))
        roster.chairs, roster.levels = chairs, levels
    bulk.update(Seat, ("turns", "joined_level", "factor", "missing"), rows)


def _write_draw(pool_id: int, chairs: Sequence[Chair], now: datetime) -> int:
    [draw_id] = bulk.spare_ids(Draw, 1)
    roster = [chair.as_row() for chair in chairs]
    bulk.insert(Draw, ("id", "pool_id", "roster", "made_at"), [(draw_id, pool_id, bulk.to_json(roster).decode(), moment(now))])
    return draw_id


def _write(handovers: Sequence[Handover], *, now: datetime) -> None:
    given = [one for one in handovers if one.person is not None]
    stamp = moment(now)
    rows = [(one.lead_id, one.person, one.pool_id, one.how, stamp, moment(one.touch_by), "") for one in given]
    bulk.insert(Assignment, ASSIGNMENT_COLUMNS, rows)
    _add_loads(Counter(one.person for one in given))
    seats = Counter(one.seat for one in given if one.seat is not None)
    bulk.add(Seat, "turns", "id", [(count, seat) for seat, count in sorted(seats.items())])


def _add_loads(loads: dict[Any, int]) -> None:
    bulk.add(Desk, "open_count", "person_id", [(count, person) for person, count in sorted(loads.items())])


@dataclass(frozen=True, slots=True)
class Gift:
    """A lead for a person; the pool it came from and the promise it goes on with, where there are."""

    lead_id: int
    person: int
    touch_by: datetime | None = None
    pool_id: int | None = None


def give(gifts: Sequence[Gift], *, how: str, now: datetime) -> None:
    """Put leads that nobody holds into people's hands. A constant number of statements.

    Raises:
        AlreadyClaimed: somebody holds one of them. A unique constraint decides, so two clicks cannot both win.
    """
    loads = Counter(gift.person for gift in gifts)
    try:
        with transaction.atomic():
            rows = [
                Assignment(lead_id=one.lead_id, person_id=one.person, pool_id=one.pool_id, how=how, assigned_at=now, touch_by=one.touch_by)
                for one in gifts
            ]
            Assignment.objects.bulk_create(rows)
            _arrive([one.lead_id for one in gifts])
            Desk.objects.bulk_create([Desk(person_id=person) for person in sorted(loads)], ignore_conflicts=True)
            _add_loads(loads)
    except IntegrityError as error:
        raise AlreadyClaimed(lead_ids=[gift.lead_id for gift in gifts]) from error


def room_of(person: int) -> tuple[int, int]:
    """How many more leads fit on a person's desk, and its cap. Held until the transaction ends, so that two claims cannot share a place."""
    desk, _ = Desk.objects.get_or_create(person_id=person)
    desk = Desk.objects.select_for_update().get(pk=desk.pk)
    return max(0, desk.open_cap - desk.open_count), desk.open_cap


def end_assignments(lead_ids: Sequence[int], *, how: str, now: datetime) -> None:
    """Take leads out of the hands they are in; the desks have room again."""
    live = Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None)
    loads = Counter(live.values_list("person_id", flat=True))
    live.update(ended_at=now, ended_how=how)
    _add_loads({person: -count for person, count in loads.items()})
    _arrive(lead_ids)


def _arrive(lead_ids: Sequence[int]) -> None:
    """These leads move on by themselves no more."""
    Journey.objects.filter(pk__in=lead_ids).delete()


def promises(pool_ids: Collection[int | None]) -> dict[int, int]:
    """Minutes to the first touch that each pool promises. One query, none without pools."""
    wanted = [pool_id for pool_id in pool_ids if pool_id is not None]
    return dict(Pool.objects.filter(pk__in=wanted).values_list("pk", "sla_minutes")) if wanted else {}


def revive(lead_ids: Sequence[int], *, how: str, ended_at: datetime) -> None:
    """What a step ended at this moment goes on: the leads are in the hands they were in, with the promise they had."""
    ended = Assignment.objects.filter(lead_id__in=lead_ids, ended_at=ended_at, ended_how=how)
    loads = Counter(ended.values_list("person_id", flat=True))
    ended.update(ended_at=None, ended_how="")
    _add_loads(loads)


def undo_accept(lead_ids: Sequence[int]) -> None:
    """The holder has not said yes."""
    Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None).update(accepted_at=None)


def hands_before(lead_ids: Sequence[int], *, given_at: datetime) -> dict[int, int | None]:
    """By lead that was given away at this moment and is still where it went: who had it before, None for nobody. Two queries."""
    live = Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None, assigned_at=given_at)
    still = set(live.values_list("lead_id", flat=True))
    before = Assignment.objects.filter(lead_id__in=lead_ids, ended_at=given_at).values_list("lead_id", "person_id")
    return {**dict.fromkeys(still), **{lead_id: person for lead_id, person in before if lead_id in still}}


def accept(lead_ids: Sequence[int], *, now: datetime) -> None:
    """The holder said yes."""
    _arrive(lead_ids)
    Assignment.objects.filter(lead_id__in=lead_ids, ended_at=None, accepted_at=None).update(accepted_at=now)
