"""The order wheel: which tickets hang for a person, in which order, and why. A constant number of queries."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Min, Q
from django.utils.timezone import localdate

from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.models import Standing, StandingQuerySet
from leadloop.leads.sensitive import hidden_names
from leadloop.leads.temperature import reading, thermometer
from leadloop.nurture.models import Recycle
from leadloop.qualification.actions import handed_now
from leadloop.qualification.domain.verdicts import Word
from leadloop.teams.models import User
from leadloop.work.decisions import last_decisions, names_for
from leadloop.work.domain.rights import next_step, steps_for
from leadloop.work.domain.story import Reason, why_theirs
from leadloop.work.models import Task
from leadloop.work.offered import RARE, Offer, offers_for
from leadloop.work.score_story import reasons_now

BESIDE = frozenset({"log", "claim", "reject"})
CLOSED = [stage.value for stage in Stage if stage not in OPEN]
PAGE = 50
MOST = 300


@dataclass(slots=True)
class Ticket:
    """One lead on the rail, with what its ticket says and the steps it offers."""

    standing: Standing
    first: Offer | None
    others: list[Offer]
    why: str = ""
    temperature: str = ""
    reasons: list[Reason] = field(default_factory=list)
    task: Task | None = None
    verdict_due: datetime | None = None  # while sales owes one

    @property
    def since(self) -> datetime | None:
        """Since when somebody waits; None while nobody does yet."""
        since = self.standing.waits_since
        return since if since and since <= utc_now() else None

    @property
    def beside(self) -> list[Offer]:
        """The steps that stand beside the likely one; where there is none, the first two."""
        known = [one for one in self.others if one.name in BESIDE]
        return known if self.first or known else self.others[:2]

    @property
    def rest(self) -> list[Offer]:
        """Steps that the menu holds."""
        shown = self.beside
        return [one for one in self.others if one not in shown]


@dataclass(slots=True)
class Section:
    """Tickets under one heading; `count` counts those that are not shown as well, where it is known."""

    key: str
    title: str
    standings: list[Standing]
    tickets: list[Ticket] = field(default_factory=list)
    count: int | None = None
    person: User | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for one person (None: for nobody's hands)."""

    person: User | None
    waiting: int
    late: int
    oldest: datetime | None

    @property
    def key(self) -> int:
        """The person as the page's address names it; 0 for nobody."""
        return self.person.pk if self.person else 0


@dataclass(slots=True)
class Rail:
    """All that the page shows; `fingerprint` changes when any of it does."""

    scope: str
    sections: list[Section]
    loads: list[Load] = field(default_factory=list)
    returning: list[Recycle] = field(default_factory=list)
    chosen: int | None = None  # the person of a team whose leads are shown alone; 0 for nobody's
    more: bool = False
    take: int = PAGE
    fingerprint: str = ""

    @property
    def waiting(self) -> int:
        return sum(len(section.standings) for section in self.sections if section.key != "later")


def scope_of(user: User, asked: str) -> str:
    """Which rail is meant: a manager steers the team's unless asked otherwise; a marketer sees what nobody has; a rep the own one."""
    if user.is_manager:
        return asked if asked in ("mine", "team") else "team"
    return "nobody" if user.role == "marketer" else "mine"


def read_rail(user: User, *, scope: str, person_id: int | None, take: int, now: datetime) -> Rail:
    """The rail without what its tickets say: enough to know whether it changed. At most six queries."""
    if scope == "team":
        rail = _team(person_id=person_id, take=take, now=now)
    elif scope == "nobody":
        rail = _nobodys(take=take)
    else:
        rail = _mine(user, take=take, now=now)
    rail.take = take
    rail.fingerprint = _fingerprint(rail)
    return rail


def fill(rail: Rail, *, viewer: User) -> Rail:
    """Write what each ticket says: why this score, why this person, what is planned. At most ten queries, but after a mass rescoring."""
    standings = [standing for section in rail.sections for standing in section.standings]
    decisions = last_decisions([standing.pk for standing in standings])
    touches = [touch for pair in decisions.values() for touch in pair if touch]
    owners = [standing.owner_id for standing in standings if standing.owner_id]
    names = names_for(touches, people=owners, hidden=hidden_names(viewer))
    tasks: dict[int, Task] = {}
    for task in Task.objects.filter(lead_id__in=[standing.pk for standing in standings], done_at=None).order_by("-due_at"):
        tasks[task.lead_id] = task
    owed = handed_now([standing.pk for standing in standings if standing.stage == Stage.MQL])
    now, rule = utc_now(), thermometer(current_epoch())
    reasons = reasons_now(standings, {pk: scored for pk, (scored, _) in decisions.items()}, names, now=now, hidden=hidden_names(viewer))
    for section in rail.sections:
        for standing in section.standings:
            _, handed = decisions.get(standing.pk, (None, None))
            ticket = _ticket(standing, viewer)
            ticket.task = tasks.get(standing.pk)
            handed_over = owed.get(standing.pk)
            ticket.verdict_due = handed_over.due_at if handed_over and handed_over.word == Word.OPEN else None
            ticket.temperature = reading(standing, rule, now=now)
            ticket.reasons = reasons[standing.pk]
            if handed:
                ticket.why = why_theirs(handed.kind, handed.data, names, actor=handed.actor_id, owner=standing.owner_id, viewer=viewer.pk)
            section.tickets.append(ticket)
    return rail


def _ticket(standing: Standing, viewer: User) -> Ticket:
    steps = steps_for(standing.stage, owner=standing.owner_id, person=viewer.pk, role=viewer.role)
    likely = next_step(standing.stage, steps, touched=standing.first_touch_at is not None)
    offers = offers_for(standing.pk, steps - (RARE - {likely}))
    return Ticket(standing, next((one for one in offers if one.name == likely), None), [one for one in offers if one.name != likely])


def _hanging() -> StandingQuerySet:
    """Leads that somebody has to act on. Named by the stages they are not in: by the open ones SQLite would look them all up."""
    tickets: StandingQuerySet = Standing.objects.filter(due_at__isnull=False).exclude(stage__in=CLOSED)
    return tickets


def _first(hanging: StandingQuerySet, *, count: int) -> list[Standing]:
    """The most urgent ones: by when they are due, the best score first. Two queries.

    The first finds in an index by when the last of them is due, so that only leads due by then are sorted by score.
    """
    bound = hanging.order_by("due_at", "lead_id").values_list("due_at", flat=True)[count - 1 : count].first()
    if bound is not None:
        hanging = hanging.filter(due_at__lte=bound)
    tickets = hanging.select_related("lead", "source", "owner").order_by("due_at", F("score").desc(nulls_last=True), "lead_id")
    return list(tickets[:count])


def _mine(user: User, *, take: int, now: datetime) -> Rail:
    own = _first(_hanging().filter(owner=user), count=take + 1)
    pools = list(user.seats.values_list("pool_id", flat=True))
    open_ones = _first(_hanging().filter(owner=None, pool_id__in=pools), count=take + 1)
    more = len(own) > take or len(open_ones) > take
    sections = [*_by_time(own[:take], now=now), Section("pool", "Open to claim", open_ones[:take])]
    sections.sort(key=lambda section: ("now", "pool", "today", "later").index(section.key))
    return Rail("mine", [section for section in sections if section.standings], more=more)


def _by_time(standings: Iterable[Standing], *, now: datetime) -> list[Section]:
    """Waiting now, later today, later; a day is that of the zone in force, which is the reader's."""
    today = localdate(now)
    sections = {
        "now": Section("now", "Waiting now", []),
        "today": Section("today", "Later today", []),
        "later": Section("later", "Later", []),
    }
    for standing in standings:
        starts = standing.waits_since or standing.due_at
        key = "now" if starts is None or starts <= now else "today" if localdate(starts) == today else "later"
        sections[key].standings.append(standing)
    return list(sections.values())


def _team(*, person_id: int | None, take: int, now: datetime) -> Rail:
    """Everybody's waiting leads, by person; nobody's first."""
    waiting = Q(waits_since__lte=now) | Q(waits_since=None)
    rows = (
        _hanging()
        .filter(waiting)
        .values_list("owner_id")
        .annotate(number=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)), oldest=Min("waits_since"))
    )
    counts = {owner: (number, late, oldest) for owner, number, late, oldest in rows}
    people = User.objects.in_bulk([owner for owner in counts if owner])
    loads = [Load(people.get(owner) if owner else None, *counts[owner]) for owner in counts]
    loads.sort(key=lambda load: (load.person is not None, -load.late, -load.waiting, str(load.person)))
    hanging = _hanging().filter(waiting)
    if person_id is not None:
        hanging = hanging.filter(owner_id=person_id or None)
    shown = _first(hanging, count=take + 1)
    sections: dict[int | None, Section] = {}
    for standing in sorted(shown[:take], key=lambda one: one.owner_id is not None):
        owner = standing.owner_id
        title = str(standing.owner) if standing.owner else "Nobody yet"
        section = sections.setdefault(
            owner, Section(f"person-{owner or 0}", title, [], count=counts.get(owner, (0,))[0], person=standing.owner)
        )
        section.standings.append(standing)
    return Rail("team", list(sections.values()), loads=loads, chosen=person_id, more=len(shown) > take)


def _nobodys(*, take: int) -> Rail:
    """What marketing looks after: leads that nobody has, and those that come back from nurture soon."""
    homeless = Standing.objects.open().filter(owner=None).select_related("lead", "source", "owner").order_by("-received_at", "-lead_id")
    shown = list(homeless[: take + 1])
    returning = list(Recycle.objects.filter(ended_at=None).select_related("lead").order_by("due_at", "id")[:20])
    return Rail(
        "nobody", [Section("pool", "In nobody's hands", shown[:take])] if shown else [], returning=returning, more=len(shown) > take
    )


def _fingerprint(rail: Rail) -> str:
    parts: Sequence[Any] = [
        rail.scope,
        rail.take,
        rail.more,
        [(section.key, section.count, [(one.pk, one.version) for one in section.standings]) for section in rail.sections],
        [(load.person and load.person.pk, load.waiting, load.late) for load in rail.loads],
        [recycle.pk for recycle in rail.returning],
    ]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
