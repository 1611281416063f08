"""The verbs of a scrub: look whom it means, begin it, carry it on in chunks that each commit, take it back where that can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from leadloop import steps
from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.db.queue import enqueue_once
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads import criteria_sql, fields
from leadloop.leads.domain import criteria
from leadloop.leads.models import Standing
from leadloop.matching.models import MatchKey
from leadloop.scrub.domain.presets import DUPLICATES, FOR_GOOD, confirmation, spec_of
from leadloop.scrub.erasing import BATCH, erase
from leadloop.scrub.errors import MovedOn, NotConfirmed, NothingChosen, NotUndone
from leadloop.scrub.models import Erasure, Scrub, Scrubbed
from leadloop.steps import By

CHUNK = 500
LONGEST_UNDO = timedelta(days=30)
LISTED = 50
HOW = {"anonymise": Erasure.How.ANONYMISED, "delete": Erasure.How.DELETED}


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a scrub means: a preset with its age, or criteria."""

    preset: str
    days: int = 0
    asked: dict[str, Any] | None = None

    def kept(self) -> dict[str, Any]:
        """As a scrub's row keeps it."""
        return {"preset": self.preset, "days": self.days, "criteria": self.spec()}

    def spec(self) -> dict[str, Any]:
        return spec_of(self.preset, days=self.days, zone=settings.REPORT_ZONE, asked=self.asked, catalogue=fields.known_now())


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly whom a scrub means now: how many, by stage, and the oldest of them."""

    total: int
    stages: dict[str, int]
    oldest: Sequence[Standing]


def meant(wish: Wish, *, now: datetime) -> QuerySet[Standing]:
    """The leads that a wish means. Whoever was erased already is not meant again.

    Raises:
        CriteriaInvalid: the criteria do not stand.
    """
    found = Standing.objects.filter(criteria_sql.condition(criteria.parse(wish.spec(), fields.known_now()), now))
    if wish.preset == DUPLICATES:
        older = MatchKey.objects.filter(key=OuterRef("key"), lead_id__lt=OuterRef("lead_id")).exclude(key__startswith="x:")
        found = found.filter(Exists(MatchKey.objects.filter(Exists(older), lead_id=OuterRef("pk")).exclude(key__startswith="x:")))
    return found.exclude(Exists(Erasure.objects.filter(lead_id=OuterRef("pk"))))


def preview(wish: Wish, *, now: datetime) -> Preview:
    """Count exactly, and list the oldest. Two queries."""
    found = meant(wish, now=now)
    stages = dict(found.order_by().values_list("stage").annotate(number=Count("pk")))
    oldest = list(found.select_related("lead", "owner", "source").order_by("received_at", "pk")[:LISTED]) if stages else []
    return Preview(sum(stages.values()), stages, oldest)


def begin(wish: Wish, action: str, actor: By, *, why: str, seen: int, typed: str = "", until: datetime | None = None) -> Scrub:
    """Note whom it means, one row a lead, and leave a job that does it; nothing changes for any lead yet.

    Raises:
        NothingChosen, MovedOn: other leads are meant than the person saw.
        NotConfirmed: what goes for good was not typed out.
    """
    with transaction.atomic():
        ids = list(meant(wish, now=actor.now).order_by("pk").values_list("pk", flat=True))
        if not ids:
            raise NothingChosen
        if len(ids) != seen:
            raise MovedOn(seen=seen, now=len(ids))
        if action in FOR_GOOD and typed.strip().upper() != confirmation(action, seen):
            raise NotConfirmed(words=confirmation(action, seen))
        options = {"until": until.isoformat()} if until else {}
        row = Scrub.objects.create(
            action=action, asked=wish.kept(), options=options, why=why, author_id=actor.id, created_at=actor.now, total=len(ids)
        )
        bulk.insert(Scrubbed, ("scrub_id", "lead_id", "state", "problem"), [(row.pk, pk, Scrubbed.State.WAITING.value, "") for pk in ids])
    return row


def run(scrub_id: int, *, now: datetime, size: int = CHUNK) -> int:
    """The next chunk of a scrub; returns how many leads it dealt with, 0 when there is nothing left. Safe after a kill."""
    row = Scrub.objects.select_related("author").get(pk=scrub_id)
    if row.state == Scrub.State.UNDOING:
        return _undo_chunk(row, now=now, size=size)
    return _do_chunk(row, now=now, size=size) if row.state == Scrub.State.RUNNING else 0


@retried
def _do_chunk(row: Scrub, *, now: datetime, size: int) -> int:
    size = min(size, BATCH) if row.action in FOR_GOOD else size
    with transaction.atomic():
        bulk.lock_loop()
        waiting = Scrubbed.objects.filter(scrub=row, state=Scrubbed.State.WAITING).order_by("lead_id")
        ids = list(waiting.values_list("lead_id", flat=True)[:size])
        if not ids:
            Scrub.objects.filter(pk=row.pk, state=Scrub.State.RUNNING).update(state=Scrub.State.FINISHED, finished_at=now)
            return 0
        result = _act(row, ids, steps.by(row.author, now=now))
        _note(row, result.done, result.refused, state=Scrubbed.State.DONE, now=now)
    return len(ids)


def _act(row: Scrub, ids: list[int], actor: By) -> steps.Steps:
    if row.action == "recycle":
        until = datetime.fromisoformat(row.options["until"])
        return steps.recycle(ids, actor, reason="scrub", due_at=until, note=row.why)
    if row.action == "disqualify":
        return steps.disqualify(ids, actor, reason="scrub", note=row.why)
    erase(ids, actor, how=HOW[row.action], why=row.why, scrub=row.pk)
    return steps.Steps(done=ids)


def _note(row: Scrub, done: Sequence[int], refused: dict[int, LeadLoopError], *, state: str, now: datetime) -> None:
    mine = Scrubbed.objects.filter(scrub=row)
    mine.filter(lead_id__in=done).update(state=state, **({"taken_at": now} if state == Scrubbed.State.DONE else {}))
    kept = {} if state == Scrubbed.State.UNDONE else {"state": Scrubbed.State.REFUSED}
    problems: dict[str, list[int]] = {}
    for lead_id, error in refused.items():
        problems.setdefault(str(error)[:200], []).append(lead_id)
    for problem, ids in problems.items():
        mine.filter(lead_id__in=ids).update(problem=problem, **kept)
    if state == Scrubbed.State.UNDONE:
        Scrub.objects.filter(pk=row.pk).update(undone=F("undone") + len(done))
    else:
        Scrub.objects.filter(pk=row.pk).update(done=F("done") + len(done), refused=F("refused") + len(refused))


def begin_undo(row: Scrub, actor: By) -> None:
    """Put every lead back as it was, as long as nothing else happened to it since.

    Raises:
        NotUndone: it was for good, is under way, or lies too long ago.
    """
    if row.action in FOR_GOOD:
        raise NotUndone(why="the people are gone for good")
    if actor.now - row.created_at > LONGEST_UNDO:
        raise NotUndone(why=f"it is more than {LONGEST_UNDO.days} days ago")
    ready = Q(pk=row.pk, state=Scrub.State.FINISHED)
    if not Scrub.objects.filter(ready).update(state=Scrub.State.UNDOING, undone_by=actor.person):
        raise NotUndone(why="it is still under way, or was undone before")


@retried
def _undo_chunk(row: Scrub, *, now: datetime, size: int) -> int:
    with transaction.atomic():
        bulk.lock_loop()
        left = Scrubbed.objects.filter(scrub=row, state=Scrubbed.State.DONE, problem="").order_by("lead_id")
        chunk = list(left.values_list("lead_id", "taken_at")[:size])
        if not chunk:
            Scrub.objects.filter(pk=row.pk, state=Scrub.State.UNDOING).update(state=Scrub.State.UNDONE, undone_at=now)
            return 0
        moments: dict[Any, list[int]] = {}
        for lead_id, taken_at in chunk:
            moments.setdefault(taken_at, []).append(lead_id)
        for taken_at, ids in moments.items():
            result = steps.undo(ids, steps.by(None, now=now), taken_at=taken_at, within=LONGEST_UNDO * 2)
            _note(row, result.done, result.refused, state=Scrubbed.State.UNDONE, now=now)
    return len(chunk)


def give_to_worker(row: Scrub, task: Any, *, now: datetime) -> None:
    """Leave the job that carries the scrub on. Asked twice, it runs once."""
    enqueue_once(task, row.pk, key=f"scrub:{row.pk}", run_after=now)
