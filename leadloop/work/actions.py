"""The verbs of the desk: log what happened with what comes next, plan a step, finish it, mark news as seen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leadloop import steps
from leadloop.leads.domain.touch_kinds import VOID
from leadloop.leads.models import Notification, Touch
from leadloop.steps import FOLLOW_UP, By
from leadloop.teams.models import User
from leadloop.work.models import Task


@dataclass(frozen=True, slots=True)
class NextStep:
    """What a person plans along with what they tell: a moment, or none, and the words for it."""

    at: datetime | None = None
    text: str = ""


NOTHING_PLANNED = NextStep()


def log_touch(
    lead_id: int,
    actor: By,
    *,
    kind: str,
    text: str = "",
    outcome: str = "",
    following: NextStep = NOTHING_PLANNED,
    finishes: int | None = None,
) -> None:
    """A call, a mail, a meeting or a note happened; it may finish a planned step and plan another.

    Unfinished steps decide when the lead waits again. Only a note that plans nothing leaves the clock as it is.

    Raises:
        NotFound, NotYours.
    """
    with transaction.atomic():
        along: dict[str, int] = {}
        if finishes and Task.objects.filter(pk=finishes, lead_id=lead_id, done_at=None).update(done_at=actor.now):
            along["finished"] = finishes
        if following.at and actor.person:
            planned = _create(lead_id, actor.person, text=following.text or "Get in touch again", due_at=following.at, now=actor.now)
            along["planned"] = planned.pk
        next_at = _earliest(lead_id) if kind != "noted" or following.at else None
        steps.log([lead_id], actor, kind=kind, text=text, outcome=outcome, next_at=next_at, along=along).or_raise()


def undo_step(lead_id: int, actor: By, *, touch: int | None) -> None:
    """The last step of a lead never was, and neither were the task that it finished and the one that it planned.

    Raises:
        NotFound, NotYours, NotUndoable.
    """
    with transaction.atomic():
        steps.undo([lead_id], actor, touch=touch).or_raise()
        told = Touch.objects.filter(lead_id=lead_id, kind=VOID).order_by("-id").first()
        data = told.data if told else {}
        Task.objects.filter(pk=data.get("finished") or 0, lead_id=lead_id).update(done_at=None)
        Task.objects.filter(pk=data.get("planned") or 0, lead_id=lead_id, done_at=None).delete()


def plan_step(lead_id: int, actor: By, *, person: User, text: str, due_at: datetime) -> Task:
    """Somebody will do `text` for the lead by `due_at`; the lead waits for its earliest open step.

    Raises:
        NotFound, NotYours.
    """
    with transaction.atomic():
        task = _create(lead_id, person, text=text, due_at=due_at, now=actor.now)
        steps.log([lead_id], actor, kind="task_set", text=text, next_at=_earliest(lead_id)).or_raise()
    return task


def finish_step(task: Task, actor: By) -> bool:
    """The step is done; the lead waits for the next one, or for a day if none is planned. False if it was done before.

    Raises:
        NotFound, NotYours.
    """
    with transaction.atomic():
        finished = Task.objects.filter(pk=task.pk, done_at=None).update(done_at=actor.now)
        if finished:
            next_at = _earliest(task.lead_id) or actor.now + FOLLOW_UP
            steps.log([task.lead_id], actor, kind="task_done", text=task.text, next_at=next_at).or_raise()
    return bool(finished)


def mark_seen(person: User, *, up_to: int, now: datetime) -> int:
    """The person saw the news up to this one; returns how many were new."""
    return Notification.objects.filter(person=person, seen_at=None, pk__lte=up_to).update(seen_at=now)


def _create(lead_id: int, person: User, *, text: str, due_at: datetime, now: datetime) -> Task:
    return Task.objects.create(lead_id=lead_id, person=person, text=text, due_at=due_at, created_at=now)


def _earliest(lead_id: int) -> datetime | None:
    return Task.objects.filter(lead_id=lead_id, done_at=None).order_by("due_at").values_list("due_at", flat=True).first()
