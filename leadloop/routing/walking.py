"""Takes leads along the stops of their rules until somebody has them, or a pool holds them. Constant queries for any number of leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.routing import floor as floors
from leadloop.routing.actions import ASSIGNMENT_COLUMNS, rosters_of, seat_by_hours
from leadloop.routing.attendance import Terms
from leadloop.routing.domain.candidates import Candidate, Round, choose
from leadloop.routing.domain.stops import DEALT, SHARED, Leg, Needs, Stop
from leadloop.routing.floor import Floor
from leadloop.routing.models import Assignment, Desk, Draw, Journey, Seat

BEFORE = "before"
DRAW_COLUMNS = ("id", "pool_id", "roster", "terms", "made_at")
JOURNEY_COLUMNS = ("lead_id", "version", "rule", "stop", "ahead", "person_id", "entered_at", "moves_at")


@dataclass(frozen=True, slots=True)
class Trip:
    """A lead at the beginning of what lies ahead of it.

    `values` are its columns with source_id and grade; `before` had it when it went to rest; `not_to` had it just now and let time run out.
    """

    lead_id: int
    legs: tuple[Leg, ...]
    values: Mapping[str, Any]
    sla_minutes: int | None = None
    before: int | None = None
    not_to: int | None = None


class Tried(NamedTuple):
    """A stop at which nobody was found, with the draw that shows it."""

    rule: str
    stop: int
    draw: int
    place: int


@dataclass(slots=True)
class Arrived:
    """Where a lead is now: with a person, waiting in the pool, or bound for nurture."""

    trip: Trip
    pool_id: int
    leg: Leg
    touch_by: datetime
    person: int | None = None
    draw_id: int | None = None
    place: int = 0
    seat: int | None = None
    how: str = "turn"
    tried: tuple[Tried, ...] = ()
    ahead: tuple[Leg, ...] = ()
    moves_at: datetime | None = None

    def as_json(self, version: int) -> dict[str, Any]:
        """What the touch keeps: ids that recompute it."""
        told: dict[str, Any] = {"version": version, "rule": self.trip.legs[0].rule, "draw": self.draw_id, "place": self.place}
        told["stop"] = [self.leg.rule, self.leg.place]
        if self.tried:
            told["tried"] = [list(one) for one in self.tried]
        return told | ({"kept": True} if self.how == "kept" else {})


@dataclass(slots=True)
class _Walker:
    trip: Trip
    legs: tuple[Leg, ...]
    at: int = 0
    tried: list[Tried] = field(default_factory=list)

    @property
    def leg(self) -> Leg:
        return self.legs[self.at]

    @property
    def key(self) -> tuple[Any, ...]:
        """What leads share that are dealt together: a stop with what is ahead of it. The stops of a plan are told apart by themselves."""
        leg = self.legs[self.at]
        stop = leg.stop if leg.rule == BEFORE else id(leg.stop)
        return stop, id(self.trip.legs), self.at, self.trip.not_to

    @property
    def home(self) -> int:
        """The pool at this stop, or the next one on the way, or the last one before."""
        ahead = [leg.stop.id for leg in self.legs[self.at :] if leg.stop.kind in SHARED]
        return ahead[0] or 0 if ahead else [leg.stop.id or 0 for leg in self.legs if leg.stop.kind in SHARED][-1]


def walk(trips: Sequence[Trip], *, version: int, now: datetime, epoch: int | None = None) -> list[Arrived]:
    """Find somebody for each lead, stop by stop; in the order in which they found a place. Needs the loop's lock."""
    if not trips:
        return []
    walkers = [_Walker(trip, _with_before(trip)) for trip in trips]
    wanted = _wanted(walkers)
    terms = Terms(now=now, epoch=epoch)
    floor = _floor(walkers, wanted, terms)
    arrived: list[Arrived] = []
    draws: list[tuple[Any, ...]] = []
    while walkers:
        groups: dict[Any, list[_Walker]] = {}
        for walker in walkers:
            groups.setdefault(walker.key, []).append(walker)
        walkers = []
        for group in groups.values():
            home, found = group[0].home, _at_stop(group, floor, wanted, draws, now)
            for walker, one in zip(group, found, strict=True):
                if one is None:
                    walker.at += 1
                    walkers.append(walker)
                else:
                    arrived.append(_settled(walker, one, home, floor, terms))
    bulk.insert(Draw, DRAW_COLUMNS, draws)
    _write(arrived, floor, version=version, now=now)
    return arrived


@dataclass(frozen=True, slots=True)
class _Find:
    person: int | None
    draw_id: int | None
    place: int
    seat: int | None
    how: str


def _at_stop(
    group: list[_Walker],
    floor: Floor,
    wanted: Mapping[str, Mapping[int, int]],
    draws: list[tuple[Any, ...]],
    now: datetime,
) -> list[_Find | None]:
    """What each lead of a group finds at a stop that they share; None: they go on."""
    stop, home, not_to = group[0].leg.stop, group[0].home, group[0].trip.not_to
    if stop.kind == "nurture":
        return [_Find(None, None, 0, None, "nurture")] * len(group)
    if stop.method == "claim" and stop.kind in SHARED:
        return [_Find(None, None, 0, None, "claim")] * len(group)
    [draw_id] = bulk.spare_ids(Draw, 1) if bulk.is_postgres() else [_next_draw(draws)]
    given = _round(stop, not_to, group, floor, wanted, draw_id, now)
    people = choose(given, len(group))
    roster = [[one.person, one.weight, one.turns, one.free, one.present] for one in given.candidates]
    terms = given.as_json()
    plain = terms == {"method": "turn"}
    draws.append((draw_id, home, bulk.to_json(roster).decode(), None if plain else bulk.to_json(terms).decode(), moment(now)))
    how = "turn" if given.method in DEALT else given.method
    found: list[_Find | None] = []
    for place, (walker, person) in enumerate(zip(group, people, strict=True)):
        last = walker.at == len(walker.legs) - 1
        if person is not None:
            seat = floor.take(person, stop.pool_id if how == "turn" else None)
            found.append(_Find(person, draw_id, place, seat, how))
        elif last:
            found.append(_Find(None, draw_id, place, None, how))
        else:
            walker.tried.append(Tried(walker.leg.rule, walker.leg.place, draw_id, place))
            found.append(None)
    return found


def _next_draw(draws: list[tuple[Any, ...]]) -> int:
    """On SQLite ids are not taken out of a block: the next after those that this batch will write."""
    return int(bulk.spare_ids(Draw, 1)[0] if not draws else draws[-1][0] + 1)


def _round(
    stop: Stop,
    not_to: int | None,
    group: list[_Walker],
    floor: Floor,
    wanted: Mapping[str, Mapping[int, int]],
    draw_id: int,
    now: datetime,
) -> Round:
    barred = {not_to} if not_to else set[int]()
    method = stop.method if stop.kind != "person" or stop.method == "kept" else "person"
    if method in DEALT:
        candidates = floor.candidates(stop.pool_id, (), stop.needs, barred) if stop.pool_id else ()
        if method != "best":
            return Round(method, candidates, seed=draw_id)
        kinds = [floors.kind_of(walker.trip.values) for walker in group]
        odds = floors.odds_for(set(kinds), [one.person for one in candidates], now=now)
        number = {kind: str(place) for place, kind in enumerate(odds)}  # a draw outlives an erasure, so it keeps no word of the lead
        asked = tuple([walker.trip.lead_id, number[kind]] for walker, kind in zip(group, kinds, strict=True))
        return Round(method, candidates, asked, {number[kind]: known for kind, known in odds.items()}, draw_id)
    known = wanted.get(method, {})
    targets = tuple(stop.id if method in ("person", "kept") else known.get(walker.trip.lead_id) for walker in group)
    return Round(method, _named(floor, targets, stop.needs, barred), targets, seed=draw_id)


def _named(floor: Floor, targets: Sequence[int | None], needs: Needs, barred: set[int]) -> tuple[Candidate, ...]:
    return floor.candidates(None, {one for one in targets if one is not None}, needs, barred)


def _with_before(trip: Trip) -> tuple[Leg, ...]:
    """Whoever had the lead when it went to rest is asked first."""
    if trip.before is None:
        return trip.legs
    return (Leg(BEFORE, 0, Stop("person", trip.before, "kept")), *trip.legs)


def _wanted(walkers: Sequence[_Walker]) -> dict[str, dict[int, int]]:
    """Whom leads belong to, for the stops that ask."""
    asking: dict[str, dict[int, Mapping[str, Any]]] = {"owner": {}, "account": {}}
    asked: dict[int, set[str]] = {}
    for walker in walkers:
        legs = walker.trip.legs
        if id(legs) not in asked:
            asked[id(legs)] = {leg.stop.method for leg in legs} & asking.keys()
        for method in asked[id(legs)]:
            asking[method][walker.trip.lead_id] = walker.trip.values
    return {
        "owner": floors.holders_before(asking["owner"]) if asking["owner"] else {},
        "account": floors.account_owners(asking["account"]) if asking["account"] else {},
    }


def _floor(walkers: Sequence[_Walker], wanted: Mapping[str, Mapping[int, int]], terms: Terms) -> Floor:
    stops = {leg.stop for legs in {id(walker.legs): walker.legs for walker in walkers}.values() for leg in legs}
    persons = {person for owners in wanted.values() for person in owners.values()}
    persons |= {stop.id for stop in stops if stop.kind == "person" and stop.id}
    pools = {stop.id for stop in stops if stop.kind in SHARED and stop.id}
    _level({stop.id for stop in stops if stop.kind in SHARED and stop.id and stop.method == "turn"}, terms)
    floor = floors.floor_of(pools, persons, skilled=any(stop.needs.skills or stop.needs.languages for stop in stops), terms=terms)
    if gone := pools - floor.minutes.keys():
        raise LookupError(f"the route names a pool that is not there: {min(gone)}")
    return floor


def _level(pools: set[int], terms: Terms) -> None:
    """In pools that deal by turns, whoever is back goes on level with the others. No query where nothing is set up about time."""
    if pools and not terms.is_blank:
        seat_by_hours(list(rosters_of(pools).values()), terms)


def _settled(walker: _Walker, one: _Find, home: int, floor: Floor, terms: Terms) -> Arrived:
    trip, leg, ahead = walker.trip, walker.leg, walker.legs[walker.at + 1 :]
    touch_by = terms.due(trip.sla_minutes or floor.minutes.get(home, 5), one.person)
    moves = leg.stop.minutes if ahead and one.how != "nurture" else None
    moves_at = terms.due(moves, one.person) if moves else None
    return Arrived(trip, home, leg, touch_by, one.person, one.draw_id, one.place, one.seat, one.how, tuple(walker.tried), ahead, moves_at)


def _write(arrived: Sequence[Arrived], floor: Floor, *, version: int, now: datetime) -> None:
    stamp = moment(now)
    given = [one for one in arrived if one.person is not None]
    rows = [(one.trip.lead_id, one.person, one.pool_id, one.how, stamp, moment(one.touch_by), "") for one in given]
    bulk.insert(Assignment, ASSIGNMENT_COLUMNS, rows)
    bulk.add(Desk, "open_count", "person_id", [(count, person) for person, count in sorted(floor.given.items())])
    bulk.add(Seat, "turns", "id", [(count, seat) for seat, count in sorted(floor.dealt.items())])
    moving = [one for one in arrived if one.moves_at]
    if moving:
        condition, params = bulk.any_of("lead_id", [one.trip.lead_id for one in moving])
        bulk.execute(f"delete from routing_journey where {condition}", params)  # noqa: S608 - constant text
    bulk.insert(
        Journey,
        JOURNEY_COLUMNS,
        [
            (one.trip.lead_id, version, one.leg.rule, one.leg.place, _ids(one.ahead), one.person, stamp, moment(one.moves_at))
            for one in moving
        ],
    )


def _ids(legs: Sequence[Leg]) -> str:
    return bulk.to_json([[leg.rule, leg.place] for leg in legs]).decode()
