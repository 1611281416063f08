"""People: who is there, what they have, what they did with it in a period, and whether turns were dealt fairly. Eight queries."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet, Sum

from leadloop.analytics import speed
from leadloop.analytics.domain.periods import Period
from leadloop.analytics.domain.shares import Place, Share, fair_shares
from leadloop.analytics.domain.speeds import NOTHING, Speed
from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing
from leadloop.outcomes.models import Disposition, Opportunity
from leadloop.routing.models import Assignment, Seat
from leadloop.teams.models import Role, User


@dataclass(slots=True)
class Line:
    """One person. Everything but presence, load and `overdue` is of the period."""

    person: User
    present: bool | None = None  # None: no desk, takes no turns
    open_leads: int = 0
    cap: int = 0
    assigned: int = 0
    accepted: int = 0
    sql: int = 0
    won: int = 0
    lost: int = 0
    overdue: int = 0
    speed: Speed = NOTHING
    amounts: dict[str, int] = field(default_factory=dict)  # cents won, by currency

    @property
    def accepted_rate(self) -> float | None:
        return self.accepted / self.assigned if self.assigned else None

    @property
    def win_rate(self) -> float | None:
        """Won of the opportunities that closed."""
        return self.won / (self.won + self.lost) if self.won + self.lost else None

    @property
    def cap_words(self) -> str:
        return str(self.cap)

    @property
    def load(self) -> float:
        """How full the desk is, 0 to 1 and beyond."""
        return self.open_leads / self.cap if self.cap else 0.0


class Seated(NamedTuple):
    """A seat with its person and share."""

    person: User
    share: Share


class PoolLine(NamedTuple):
    """A pool; `most` is the widest deviation of a seat, for the scale of the bars."""

    name: str
    seats: list[Seated]
    most: float


class Report(NamedTuple):
    """Everybody with a desk or something done in the period, the busiest first, and the pools."""

    lines: list[Line]
    pools: list[PoolLine]


def report(period: Period, *, now: datetime) -> Report:
    """Count by person. Eight queries, however many people."""
    assigned = _by_person(_in(period, Assignment.objects.all(), "assigned_at"), "person_id", _assigned())
    qualified = _by_person(_in(period, Standing.objects.all(), "sql_at"), "owner_id", {"sql": Count("pk")})
    overdue = _by_person(Standing.objects.open().filter(due_at__lt=now), "owner_id", {"overdue": Count("pk")})
    closed, amounts = _closed(period)
    speeds = speed.measure(period).people
    seats = list(Seat.objects.select_related("pool", "person__desk").order_by("pool__name", "person__name", "pk"))
    active = {key for found in (assigned, qualified, overdue, closed, speeds) for key in found if key is not None}
    lines = []
    for person in _people(active):
        counts: dict[str, Any] = {
            **assigned.get(person.pk, {}),
            **qualified.get(person.pk, {}),
            **overdue.get(person.pk, {}),
            **closed.get(person.pk, {}),
        }
        line = Line(person, **counts, speed=speeds.get(person.pk, NOTHING), amounts=amounts.get(person.pk, {}))
        desk = getattr(person, "desk", None)
        if desk:
            line.present, line.open_leads, line.cap = desk.present and person.is_active, desk.open_count, desk.open_cap
        lines.append(line)
    lines.sort(key=lambda line: (-line.won, -line.sql, -line.assigned, line.person.name.casefold()))
    return Report(lines, _pools(seats))


def _people(active: set[int]) -> QuerySet[User]:
    staff = Q(is_active=True) & (Q(role=Role.REP) | Q(desk__isnull=False))
    return User.objects.filter(staff | Q(pk__in=active)).select_related("desk")


def _assigned() -> dict[str, Count]:
    return {"assigned": Count("pk"), "accepted": Count("pk", filter=Q(accepted_at__isnull=False))}


def _closed(period: Period) -> tuple[dict[int, dict[str, int]], dict[int, dict[str, int]]]:
    """Opportunities won and lost by owner, and the cents won by owner and currency. Two queries.

    A loss stays a loss of its day, though the deal was opened again later; a win that was taken back was none.
    """
    rows = _in(period, Opportunity.objects.filter(state=Opportunity.State.WON), "closed_at")
    counts: dict[int, dict[str, int]] = defaultdict(lambda: {"won": 0, "lost": 0})
    amounts: dict[int, dict[str, int]] = defaultdict(dict)
    sums = rows.order_by().values("owner_id", "currency").annotate(deals=Count("pk"), cents=Sum("amount_cents"))
    for row in sums.exclude(owner=None).order_by("-cents"):
        counts[row["owner_id"]]["won"] += row["deals"]
        if row["cents"]:
            amounts[row["owner_id"]][row["currency"]] = row["cents"]
    losses = _in(period, Disposition.objects.told().filter(stage=Stage.LOST), "ended_at")
    for owner, number in losses.exclude(owner=None).order_by().values_list("owner_id").annotate(number=Count("pk")):
        counts[owner]["lost"] = number
    return counts, amounts


def _by_person(rows: QuerySet[Any], person: str, counts: dict[str, Count]) -> dict[int, dict[str, int]]:
    found = rows.exclude(**{person: None}).order_by().values(person).annotate(**counts)
    return {row.pop(person): row for row in found}


def _in(period: Period, rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    rows = rows.filter(**{f"{moment}__isnull": False})
    if period.start:
        rows = rows.filter(**{f"{moment}__gte": period.start})
    return rows.filter(**{f"{moment}__lt": period.end}) if period.end else rows


def _pools(seats: list[Seat]) -> list[PoolLine]:
    by_pool: dict[str, list[Seat]] = defaultdict(list)
    for seat in seats:
        by_pool[seat.pool.name].append(seat)
    return [_pool_line(name, mine) for name, mine in by_pool.items()]


def _pool_line(name: str, seats: list[Seat]) -> PoolLine:
    places = [Place(seat.person_id, seat.weight, seat.turns, seat.turns - seat.joined_level, _takes_turns(seat)) for seat in seats]
    seated = [Seated(seat.person, share) for seat, share in zip(seats, fair_shares(places), strict=True)]
    return PoolLine(name, seated, max((abs(one.share.ahead) for one in seated), default=0.0))


def _takes_turns(seat: Seat) -> bool:
    desk = getattr(seat.person, "desk", None)
    return bool(desk and desk.present and seat.person.is_active)
