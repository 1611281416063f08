"""How every step is taken: lock the leads, ask of each whether it may, change those that may, record one touch each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError, NotFound
from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.criteria import Happening
from leadloop.leads.domain.lifecycle import stage_after
from leadloop.leads.domain.touch_kinds import OUTREACH
from leadloop.leads.temperature import feel
from leadloop.leads.warmth import warm_by
from leadloop.loop import hand_over, recall
from leadloop.routing import journeys
from leadloop.routing.errors import NotYours
from leadloop.scoring import actions as scoring
from leadloop.segments import actions as segments
from leadloop.steps import verdicts
from leadloop.teams.models import User

ONE_AT_A_TIME = frozenset({"edited", "answered", "reopened", "unconverted"})
"""Kinds of steps that may route leads or take accounts away: they hold the loop's lock, as `convert` does before it looks at the lead."""


UNDOABLE = frozenset(
    {
        *("accepted", "qualified", "released", "passed_on", "disqualified", "recycled", "junked"),
        *("called", "emailed", "texted", "met", "noted"),
    }
)
"""Kinds of steps whose touch keeps what stood before, so that `undo` can put it back to the second."""

MOVED_BY_TOUCHES = ("heat", "touches")


@dataclass(slots=True)
class Steps:
    """Leads that took the step, and the refusal of each that could not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, LeadLoopError] = field(default_factory=dict)

    def or_raise(self) -> "Steps":
        """For a step of one lead: its refusal as the error it is."""
        for error in self.refused.values():
            raise error
        return self


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, when it happened and when it is told; `person` None is the system or a program with the right to all leads."""

    person: User | None
    now: datetime
    happened_at: datetime

    @property
    def id(self) -> int | None:
        return self.person.pk if self.person else None


def by(person: User | None, *, now: datetime, happened_at: datetime | None = None) -> By:
    """The actor of a step that happens now, or happened earlier and is told now."""
    return By(person, now, happened_at or now)


def holders(case: Case, actor: By) -> None:
    """A rep works on leads in the own hands; a manager and the system on all; a marketer on those nobody sells."""
    if actor.person is None or actor.person.is_manager or case.standing["owner_id"] == actor.id:
        return
    if actor.person.role == "marketer" and case.standing["owner_id"] is None:
        return
    raise NotYours


Change = Callable[[list[Case]], None]
Right = Callable[[Case, By], None]
Limit = Callable[[list[Case]], dict[int, LeadLoopError]]


@retried
def take(
    step: str | None,
    lead_ids: Sequence[int],
    actor: By,
    *,
    kind: str,
    change: Change,
    data: dict[str, Any] | None = None,
    allowed: Right = holders,
    beyond: Limit | None = None,
) -> Steps:
    """Take `step` with each lead that may, and record it as a touch of `kind`. Constant queries, but for steps of single leads.

    Args:
        step: its name in the lifecycle, or None where it is open in every stage and leads to no other.
        change: what the step makes of the leads; the stage that the lifecycle names follows by itself.
        allowed: raises if the actor may not work on a lead. Rights are asked before anything else is told of it.
        beyond: of leads that may all take the step, the refusals of those that are too many.
    """
    result = Steps()
    with transaction.atomic():
        if kind in ONE_AT_A_TIME:
            bulk.lock_loop()
        able = _able(step, lead_ids, actor, allowed, result)
        if able and beyond:
            result.refused |= beyond(able)
            able = [case for case in able if case.lead_id not in result.refused]
        if not able:
            return result
        ends = {case.lead_id: stage_after(step, case.standing["stage"]) if step else None for case in able}
        verdicts.hear(able, kind, actor.person, data=data or {}, at=actor.happened_at)
        before = {case.lead_id: dict(case.standing) for case in able} if kind in UNDOABLE else {}
        ways = journeys.as_kept([*before]) if before else {}
        change(able)
        for case in able:
            end = ends[case.lead_id]
            if end is not None:
                case.become(stage=end, entered_at=actor.happened_at)
        for case in able if before else ():
            case.decided["undo"] = {
                "at": actor.now,
                "was": {name: before[case.lead_id][name] for name in (*case.became, *MOVED_BY_TOUCHES)},
                **({"journey": ways[case.lead_id]} if case.lead_id in ways else {}),
            }
        _record(able, actor, kind=kind, data=data or {})
        result.done = [case.lead_id for case in able]
    return result


def lock_one(lead_id: int, actor: By) -> Case:
    """A lead that the actor may work on, whatever its stage; locked until the transaction ends.

    Raises:
        NotFound, NotYours.
    """
    return _checked(None, leads.lock_cases([lead_id]).get(lead_id), actor, holders)


def _able(step: str | None, lead_ids: Sequence[int], actor: By, allowed: Right, result: Steps) -> list[Case]:
    """The leads that may take the step, in the order asked; the others are noted as refused."""
    able: list[Case] = []
    cases = leads.lock_cases(sorted(set(lead_ids)))
    for lead_id in dict.fromkeys(lead_ids):
        try:
            able.append(_checked(step, cases.get(lead_id), actor, allowed))
        except LeadLoopError as error:
            result.refused[lead_id] = error
    return able


def _checked(step: str | None, case: Case | None, actor: By, allowed: Right) -> Case:
    if case is None:
        raise NotFound
    allowed(case, actor)
    if step:
        stage_after(step, case.standing["stage"])
    return case


def _record(cases: list[Case], actor: By, *, kind: str, data: dict[str, Any]) -> None:
    epoch = current_epoch()
    warm_by(cases, kind, happened_at=actor.happened_at, data=data)
    recall(cases, epoch)
    for case in cases:
        case.known_touches.append(Happening(kind, actor.happened_at, actor.id, data.get("campaign") or ""))  # this one counts as well
    scoring.rescore_by_touch(cases, kind, epoch=epoch, now=actor.now, happened_at=actor.happened_at, data=data)
    hand_over(cases, epoch=epoch, now=actor.now)
    feel(cases, epoch=epoch, now=actor.now)
    if kind not in OUTREACH:
        scoring.call_hot(cases, epoch=epoch, now=actor.now)
    segments.place(cases, epoch=epoch, now=actor.now)
    leads.record(cases, kind, actor=actor.id, happened_at=actor.happened_at, data=data)
    scoring.tell_crossings(cases, now=actor.now)
