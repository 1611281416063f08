"""What ended begins again: `reopen`, also of deals that were lost or won, and the release of junk. Its clock starts anew."""

from collections.abc import Sequence
from datetime import timedelta

from leadloop.consent import suppression
from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.lifecycle import awake_stage, restored_stage
from leadloop.leads.domain.stages import Stage
from leadloop.loop import rescore_and_route
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes.errors import ReasonNeeded
from leadloop.routing import actions as routing
from leadloop.scoring import actions as scoring
from leadloop.steps.ends import points_of
from leadloop.steps.taking import By, Steps, take
from leadloop.teams.models import User

USUAL_MINUTES = 5
"""Promised where neither the definition nor a pool promises anything."""


def reopen(lead_ids: Sequence[int], actor: By, *, reason: str = "", note: str = "") -> Steps:
    """A lead that ended goes on where it stood, with the person who had it; its clock starts anew and its score is reckoned anew.

    The end stays in the history, and a loss in the losses of its day. One that rested before it ended goes on resting, until the same
    date. Junk is released: the route is asked once more, and its contact points may come back. A won deal needs a `reason`.
    """

    def beyond(cases: list[Case]) -> dict[int, LeadLoopError]:
        return {case.lead_id: ReasonNeeded() for case in cases if case.standing["stage"] == Stage.WON and not reason}

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        for case in cases:
            case.decided["from"] = case.standing["stage"]
        resting = nurture.interrupted(ids, now=actor.now)
        outcomes.reopen(ids, now=actor.now, resting=resting)
        nurture.wake(ids, how="reopened", now=actor.now)
        began = nurture.resume(resting)
        _release([case for case in cases if case.standing["stage"] == Stage.JUNK], actor)
        for case in cases:
            if case.lead_id in began:
                case.become(stage=Stage.NURTURE.value, entered_at=actor.now, closed_at=began[case.lead_id], waits_since=None, due_at=None)
        _go_on([case for case in cases if case.lead_id not in began], actor)
        rescore_and_route(cases, now=actor.now)
        _begin_with_others(cases)

    data = {key: text for key, text in (("reason", reason), ("note", note)) if text}
    return take("reopen", lead_ids, actor, kind="reopened", change=change, beyond=beyond, data=data)


def _release(junk: list[Case], actor: By) -> None:
    """Junk goes through the route once more; whoever had it gets it back if there is room. Its contact points may come back."""
    for case in junk:
        case.before = case.standing["owner_id"]
        case.become(owner_id=None, pool_id=None)
    suppression.lift([case.lead_id for case in junk], how="released", now=actor.now)
    suppression.lift_points([point for case in junk for point in points_of(case)], how="released", now=actor.now)


def _go_on(cases: list[Case], actor: By) -> None:
    """With the person who had each, if still here, else with the rep who reopens it, else with nobody; two queries and those of gifts."""
    here = set(User.objects.active().filter(pk__in={case.standing["owner_id"] for case in cases}).values_list("pk", flat=True))
    agreed, promised = scoring.published_definition(current_epoch()), routing.promises({case.standing["pool_id"] for case in cases})
    gifts = []
    for case in cases:
        junk = case.decided["from"] == Stage.JUNK
        owner = case.standing["owner_id"] if case.standing["owner_id"] in here else None
        owner = owner or (actor.id if actor.person and actor.person.role == "rep" and not junk else None)
        stage = restored_stage(case.standing)
        sold = stage == Stage.CONVERTED  # the deal waits, not the lead
        pool_minutes = promised.get(case.standing["pool_id"] or 0, USUAL_MINUTES)
        minutes = (agreed.sla_minutes if agreed and case.standing["mql_at"] else None) or pool_minutes
        due_at = None if sold else actor.now + timedelta(minutes=minutes)
        case.become(stage=stage, closed_at=None, entered_at=actor.now, owner_id=owner)
        case.become(waits_since=None if sold else actor.now, due_at=due_at)
        if owner is None:
            case.become(pool_id=None)  # who had it has left: the route says where it goes now
        elif not sold:
            gifts.append(routing.Gift(case.lead_id, owner, due_at))
    routing.give(gifts, how="reopened", now=actor.now)


def _begin_with_others(cases: list[Case]) -> None:
    """Junk that went to somebody else than before, or to nobody, begins there: nobody has accepted it yet."""
    for case in cases:
        elsewhere = case.standing["owner_id"] is None or case.standing["owner_id"] != case.before
        if case.decided["from"] == Stage.JUNK and elsewhere and case.standing["stage"] in (Stage.WORKING, Stage.SQL):
            case.become(stage=awake_stage(case.standing), accepted_at=None)
