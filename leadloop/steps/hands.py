"""In whose hands a lead is, and how far they have come with it: claim, assign, release, accept, qualify, pass on."""

from collections.abc import Sequence
from datetime import datetime

from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import Stage
from leadloop.leads.temperature import feel
from leadloop.loop import recall
from leadloop.routing import actions as routing
from leadloop.routing import placing
from leadloop.routing.errors import AlreadyClaimed, DeskFull, NotYours
from leadloop.steps.taking import By, Steps, take
from leadloop.steps.verdicts import Gate, hand_over
from leadloop.teams.models import User


def claim(lead_ids: Sequence[int], actor: By) -> Steps:
    """Leads that wait in a pool go into the hands of the person who asks first, as long as there is room on the desk."""

    def beyond(cases: list[Case]) -> dict[int, LeadLoopError]:
        room, cap = routing.room_of(actor.id or 0)
        return {case.lead_id: DeskFull(name=actor.person, cap=cap) for case in cases[room:]}

    def change(cases: list[Case]) -> None:
        gifts = [routing.Gift(case.lead_id, actor.id or 0, case.standing["due_at"], case.standing["pool_id"]) for case in cases]
        routing.give(gifts, how="claim", now=actor.now)
        for case in cases:
            case.become(owner_id=actor.id)

    return take("claim", lead_ids, actor, kind="claimed", change=change, allowed=_nobodys, beyond=beyond)


def assign(lead_ids: Sequence[int], actor: By, *, person: User) -> Steps:
    """A manager gives leads to a person, whoever had them."""

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        routing.end_assignments(ids, how="given away", now=actor.now)
        routing.give([routing.Gift(lead_id, person.pk) for lead_id in ids], how="given", now=actor.now)
        for case in cases:
            waits_since, due_at = case.standing["waits_since"], case.standing["due_at"]
            case.become(owner_id=person.pk, waits_since=waits_since or actor.now, due_at=due_at or actor.now)
        if person.pk != actor.id:
            text = "A lead was given to you" if len(ids) == 1 else f"{len(ids)} leads were given to you"
            leads.notify([(person.pk, "assigned", ids[0] if len(ids) == 1 else None, len(ids), text)], now=actor.now)

    return take("assign", lead_ids, actor, kind="assigned", change=change, data={"person": person.pk}, allowed=_steered)


def release(lead_ids: Sequence[int], actor: By, *, reason: str = "") -> Steps:
    """Give leads back to their pool, where somebody else can claim them; one that never had a pool gets one."""

    def change(cases: list[Case]) -> None:
        routing.end_assignments([case.lead_id for case in cases], how="released", now=actor.now)
        for case in cases:
            stage = Stage.MQL.value if case.standing["mql_at"] else Stage.NEW.value
            case.become(owner_id=None, accepted_at=None, stage=stage, entered_at=actor.now, due_at=case.standing["due_at"] or actor.now)
        _find_pools(cases, now=actor.now)  # as what they are now: the route may ask for stage and owner

    return take("release", lead_ids, actor, kind="released", change=change, data={"reason": reason})


def _find_pools(cases: Sequence[Case], *, now: datetime) -> None:
    """One for each lead that has none."""
    homeless = [case for case in cases if case.standing["pool_id"] is None]
    if not homeless:
        return
    epoch = current_epoch()
    recall(homeless, epoch)
    feel(homeless, epoch=epoch, now=now)
    placing.find_pools(homeless, epoch=epoch, now=now)


def accept(lead_ids: Sequence[int], actor: By) -> Steps:
    """The holder takes the lead to work on it."""

    def change(cases: list[Case]) -> None:
        routing.accept([case.lead_id for case in cases], now=actor.happened_at)
        for case in cases:
            case.become(accepted_at=actor.happened_at)

    return take("accept", lead_ids, actor, kind="accepted", change=change)


def qualify(lead_ids: Sequence[int], actor: By, *, note: str = "", override_reason: str = "") -> Steps:
    """Sales accepts the lead as qualified, if it meets the signed definition; else with a reason, which is counted."""
    gate = Gate(actor.person, now=actor.now, override_reason=override_reason)

    def change(cases: list[Case]) -> None:
        gate.note(cases)
        for case in cases:
            case.become(sql_at=actor.happened_at, accepted_at=case.standing["accepted_at"] or actor.happened_at)

    return take("qualify", lead_ids, actor, kind="qualified", change=change, data={"note": note}, beyond=gate.refusals)


def pass_on(lead_ids: Sequence[int], actor: By, *, reason: str, pool_id: int, note: str = "") -> Steps:
    """Rejected here, and wanted by others: the lead waits in their pool, and they owe a verdict of their own."""

    def change(cases: list[Case]) -> None:
        routing.end_assignments([case.lead_id for case in cases], how="passed_on", now=actor.now)
        for case in cases:
            stage = Stage.MQL.value if case.standing["mql_at"] else Stage.NEW.value
            case.become(owner_id=None, pool_id=pool_id, accepted_at=None, stage=stage, entered_at=actor.now)
            case.become(waits_since=actor.now, due_at=actor.now)
        hand_over([case for case in cases if case.standing["mql_at"]], now=actor.now)

    return take("release", lead_ids, actor, kind="passed_on", change=change, data={"reason": reason, "note": note})


def _nobodys(case: Case, actor: By) -> None:
    """Whoever sells may take what nobody has; a marketer does not sell, and a program has no hands."""
    if case.standing["owner_id"] is not None:
        raise AlreadyClaimed
    if actor.person is None or actor.person.role == "marketer":
        raise NotYours


def _steered(case: Case, actor: By) -> None:  # noqa: ARG001 - asked as the other rights are
    """Only those who steer everybody's leads."""
    if actor.person is not None and not actor.person.is_manager:
        raise NotYours
