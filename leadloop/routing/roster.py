"""The verbs of pools and seats: who takes turns where, who is present, how much fits on a desk.

For every seat `turns == joined_level + the leads it was dealt`: joining, coming back and a new weight move both by the same amount.
All of them hold the loop's lock, so that no batch is dealt from a roster that is half changed.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Prefetch

from leadloop.db import bulk
from leadloop.routing.attendance import Terms
from leadloop.routing.domain.levels import Level, joining_turns, made_up, resettled, returning_turns, reweighted_turns
from leadloop.routing.domain.rotation import Chair
from leadloop.routing.errors import PoolNameTaken
from leadloop.routing.models import Assignment, CatchUp, Desk, Pool, Seat
from leadloop.teams import actions as teams
from leadloop.teams.models import User
from leadloop.worktime.domain.presence import Presence

HEAVIEST = 100
LARGEST_CAP = 10_000


def open_pool(name: str, *, sla_minutes: int, now: datetime, catch_up: str = CatchUp.NONE, catch_up_most: int = 0) -> Pool:
    """A new pool, empty.

    Raises:
        PoolNameTaken: there is one of that name.
    """
    try:
        with transaction.atomic():
            return Pool.objects.create(name=name, sla_minutes=sla_minutes, created_at=now, catch_up=catch_up, catch_up_most=catch_up_most)
    except IntegrityError as error:
        raise PoolNameTaken(name=name) from error


def change_pool(pool: Pool, *, name: str, sla_minutes: int, catch_up: str = CatchUp.NONE, catch_up_most: int = 0) -> None:
    """Another name, another promise for the leads to come, or another word on what is made up after an absence.

    Raises:
        PoolNameTaken: another pool has that name.
    """
    pool.name, pool.sla_minutes, pool.catch_up, pool.catch_up_most = name, sla_minutes, catch_up, catch_up_most
    try:
        with transaction.atomic():
            pool.save(update_fields=["name", "sla_minutes", "catch_up", "catch_up_most"])
    except IntegrityError as error:
        raise PoolNameTaken(name=name) from error


def join(pool: Pool, person: User, *, weight: int) -> Seat:
    """Give a person a seat, level with the people who are there; with a seat already, only the weight changes."""
    with transaction.atomic():
        bulk.lock_loop()
        Desk.objects.get_or_create(person=person)
        seat = Seat.objects.filter(pool=pool, person=person).first()
        if seat:
            return _reweigh(seat, weight)
        turns = joining_turns(_others(pool.pk, person.pk), weight)
        dealt = Assignment.objects.filter(pool=pool, person=person, how="turn").count()  # from an earlier time in this pool
        return Seat.objects.create(pool=pool, person=person, weight=weight, turns=turns, joined_level=turns - dealt)


def leave(pool: Pool, person: User) -> None:
    """Take a person's seat away; the leads they have, and the ledger of those they had, stay."""
    with transaction.atomic():
        bulk.lock_loop()
        Seat.objects.filter(pool=pool, person=person).delete()


def set_present(person: User, *, present: bool) -> None:
    """Begin or stop taking turns. Whoever comes back makes up of what was missed what each pool allows: by default nothing."""
    with transaction.atomic():
        bulk.lock_loop()
        desk, made = Desk.objects.get_or_create(person=person, defaults={"present": present})
        if made or desk.present == present:
            return
        if present:
            level_seats(person)
        Desk.objects.filter(pk=desk.pk).update(present=present)


def level_seats(person: User) -> None:
    """Raise each seat of a person who was away to the level of its pool, less what the pool lets them make up. Needs the loop's lock."""
    for seat in Seat.objects.filter(person=person).select_related("pool"):
        most = made_up(seat.pool.catch_up, seat.pool.catch_up_most)
        _move(seat, returning_turns(seat.turns, _others(seat.pool_id, person.pk), seat.pull, catch_up=most))
    Seat.objects.filter(person=person, missing=True).update(missing=False)


def come_back(person: User, *, by: User) -> None:
    """Let somebody back in who had left, level with the others wherever they still have a seat.

    Raises:
        NotYoursToChange: the person is above `by`.
    """
    with transaction.atomic():
        bulk.lock_loop()
        teams.reactivate(person, by=by)
        level_seats(person)


def set_cap(person: User, *, cap: int) -> None:
    """How many open leads fit on the desk; who has more keeps them and gets no new one."""
    with transaction.atomic():
        bulk.lock_loop()
        desk, _ = Desk.objects.get_or_create(person=person)
        Desk.objects.filter(pk=desk.pk).update(open_cap=cap)


class Place(NamedTuple):
    """A seat with everything that decides whose turn it is; `line` is the place among those who can get a lead, None for others."""

    seat: Seat
    desk: Desk
    line: int | None
    why: str

    @property
    def level(self) -> float:
        return self.seat.turns / self.seat.pull


def pools_with_places(*, now: datetime) -> list[tuple[Pool, list[Place]]]:
    """Every pool with its seats, who is next, and why the others are not. At most four queries."""
    seats = Prefetch("seats", Seat.objects.select_related("person", "person__desk").order_by("person__name", "pk"))
    pools = list(Pool.objects.order_by("name").prefetch_related(seats))
    people = Terms(now=now, epoch=None).presences({seat.person_id for pool in pools for seat in pool.seats.all()})
    return [(pool, places(list(pool.seats.all()), people)) for pool in pools]


def places_in(pool: Pool, *, now: datetime) -> list[Place]:
    """The seats of one pool, as `places` has them. At most three queries."""
    seats = list(pool.seats.select_related("person", "person__desk").order_by("person__name", "pk"))
    return places(seats, Terms(now=now, epoch=None).presences({seat.person_id for seat in seats}))


def places(seats: list[Seat], people: Mapping[int, Presence]) -> list[Place]:
    """Seats of one pool in the order in which they get leads, those who get none last; `people` is what working time says of them."""
    levels = {seat.person_id: Level(seat.weight, seat.factor, seat.missing, 0) for seat in seats}
    settled = [_chair(seat) for seat in seats]
    if people:
        settled, _ = resettled(
            settled, levels, people, catch_up=made_up(seats[0].pool.catch_up, seats[0].pool.catch_up_most) if seats else 0
        )
    chairs = {chair.person: chair for chair in settled}
    able = [chair for chair in chairs.values() if chair.present and chair.free > 0]
    order = sorted(able, key=lambda chair: ((chair.turns + 1) / chair.weight, chair.person))
    line = {chair.person: number for number, chair in enumerate(order, start=1)}
    found = [
        Place(seat, _desk(seat), line.get(seat.person_id), _why(seat, chairs[seat.person_id], line.get(seat.person_id))) for seat in seats
    ]
    return sorted(found, key=lambda place: (place.line is None, place.line or 0))


def rosters() -> dict[int, list[Chair]]:
    """Chairs by pool, for previews. One query."""
    found: dict[int, list[Chair]] = {}
    for seat in Seat.objects.select_related("person", "person__desk").order_by("pool_id", "person_id"):
        found.setdefault(seat.pool_id, []).append(_chair(seat))
    return found


def _reweigh(seat: Seat, weight: int) -> Seat:
    if weight != seat.weight:
        turns = reweighted_turns(seat.turns, seat.weight, weight)
        Seat.objects.filter(pk=seat.pk).update(weight=weight, turns=turns, joined_level=seat.joined_level + turns - seat.turns)
        seat.refresh_from_db()
    return seat


def _move(seat: Seat, turns: int) -> None:
    if turns != seat.turns:
        Seat.objects.filter(pk=seat.pk).update(turns=turns, joined_level=seat.joined_level + turns - seat.turns)


def _others(pool_id: int, person_id: int) -> list[Chair]:
    seats = Seat.objects.filter(pool_id=pool_id).exclude(person_id=person_id).select_related("person", "person__desk")
    return [_chair(seat) for seat in seats]


def _chair(seat: Seat) -> Chair:
    desk = _desk(seat)
    return Chair(seat.person_id, seat.pull, seat.turns, max(0, desk.open_cap - desk.open_count), desk.present and seat.person.is_active)


def _desk(seat: Seat) -> Desk:
    """The person's desk; a blank one, at which nobody sits, for a seat that was made without."""
    return getattr(seat.person, "desk", None) or Desk(person=seat.person, present=False)


def _why(seat: Seat, chair: Chair, line: int | None) -> str:
    desk = _desk(seat)
    if not seat.person.is_active:
        return "has left"
    if not desk.present:
        return "away, nothing to make up on coming back"
    if chair.why:
        return chair.why
    if line is None:
        return "the desk is full"
    return "furthest below the share" if line == 1 else f"{line}. in line"
