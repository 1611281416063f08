"""Leads end without a deal: disqualified, junk, back to nurture; and `reopen` takes an end back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from leadloop.leads.domain.case import Case
from leadloop.leads.domain.lifecycle import restored_stage, stage_after
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.loop import rescore_and_route
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.routing import actions as routing
from leadloop.steps.taking import By, Steps, take
from leadloop.teams.models import User


def disqualify(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "") -> Steps:
    """The lead is not for us, for a reason."""
    return _end("disqualify", lead_ids, actor, kind="disqualified", reason=reason, note=note)


def mark_junk(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "") -> Steps:
    """The lead is unusable and leaves all rates."""
    return _end("junk", lead_ids, actor, kind="junked", reason=reason, note=note)


def recycle(lead_ids: Sequence[int], actor: By, *, reason: str, due_at: datetime, note: str = "") -> Steps:
    """Back to nurture until `due_at`, when a row brings it back."""

    def rest(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        nurture.rest(ids, reason=reason, note=note, due_at=due_at, author=actor.id, now=actor.now)

    return _end("recycle", lead_ids, actor, kind="recycled", reason=reason, note=note, also=rest, data={"until": due_at.isoformat()})


def reopen(lead_ids: Sequence[int], actor: By) -> Steps:
    """A lead that ended goes on where it stood, with the person who had it; its clock starts anew."""

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        outcomes.reopen(ids, now=actor.now)
        nurture.wake(ids, how="reopened", now=actor.now)
        here = set(User.objects.active().filter(pk__in={case.standing["owner_id"] for case in cases}).values_list("pk", flat=True))
        routing.give([gift for case in cases if (gift := _go_on(case, actor, here))], how="reopened", now=actor.now)
        rescore_and_route([case for case in cases if case.standing["owner_id"] is None and case.standing["stage"] in OPEN], now=actor.now)

    return take("reopen", lead_ids, actor, kind="reopened", change=change)


def _go_on(case: Case, actor: By, here: set[int]) -> routing.Gift | None:
    """With the person who had it, if still `here`, else with the rep who reopens it, else with nobody; whom it is to be given to."""
    owner = case.standing["owner_id"] if case.standing["owner_id"] in here else None
    owner = owner or (actor.id if actor.person and actor.person.role == "rep" else None)
    stage = restored_stage(case.standing)
    sold = stage == Stage.CONVERTED  # the deal waits, not the lead
    since = None if sold else actor.now
    case.become(stage=stage, closed_at=None, entered_at=actor.now, waits_since=since, due_at=since, owner_id=owner)
    if owner is None:
        case.become(pool_id=None)  # who had it has left: the route says where it goes now
    return routing.Gift(case.lead_id, owner) if owner and not sold else None


def _end(
    step: str,
    lead_ids: Sequence[int],
    actor: By,
    *,
    kind: str,
    reason: str,
    note: str,
    also: Callable[[list[Case]], None] | None = None,
    data: dict[str, Any] | None = None,
) -> Steps:
    """Out of the hands it was in, with a disposition; nobody waits any more."""

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        routing.end_assignments(ids, how=kind, now=actor.now)
        nurture.wake(ids, how=kind, now=actor.now)
        if also:
            also(cases)
        stage = stage_after(step, cases[0].standing["stage"]) or ""
        outcomes.dispose(ids, stage=stage, reason=reason, note=note, author=actor.id, made_at=actor.happened_at)
        for case in cases:
            case.become(waits_since=None, due_at=None, closed_at=actor.happened_at)

    return take(step, lead_ids, actor, kind=kind, change=change, data={"reason": reason, "note": note, **(data or {})})
