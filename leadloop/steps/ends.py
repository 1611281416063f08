"""Leads end without a deal: disqualified, junk, back to nurture; `rewrite` says why anew."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from leadloop.consent import suppression
from leadloop.consent.models import Suppression
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.lifecycle import stage_after
from leadloop.leads.domain.stages import Stage
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import END_OF_STAGE
from leadloop.qualification import actions as qualification
from leadloop.routing import actions as routing
from leadloop.steps.taking import By, Steps, take

KIND_OF_STAGE = {Stage.DISQUALIFIED.value: "disqualified", Stage.JUNK.value: "junked", Stage.NURTURE.value: "recycled"}
"""The step that turned a lead away, by where it is."""


def disqualify(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "") -> Steps:
    """The lead is not for us, for a reason."""
    return _end("disqualify", lead_ids, actor, kind="disqualified", reason=reason, note=note)


def mark_junk(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "") -> Steps:
    """The lead is unusable and leaves all rates; its contact points do not come back by themselves for a while. Nobody tells the sender."""

    def suppress(cases: list[Case]) -> None:
        if settings.JUNK_SUPPRESSION:
            points = {case.lead_id: points_of(case) for case in cases}
            ends = actor.now + settings.JUNK_SUPPRESSION
            suppression.suppress(points, kind=Suppression.Kind.JUNK, author=actor.id, now=actor.now, expires_at=ends)

    return _end("junk", lead_ids, actor, kind="junked", reason=reason, note=note, also=suppress)


def recycle(lead_ids: Sequence[int], actor: By, *, reason: str, due_at: datetime, note: str = "") -> Steps:
    """Back to nurture until `due_at`, when a row brings it back."""

    def rest(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        nurture.rest(ids, reason=reason, note=note, due_at=due_at, author=actor.id, now=actor.now)

    return _end("recycle", lead_ids, actor, kind="recycled", reason=reason, note=note, also=rest, data={"until": due_at.isoformat()})


def rewrite(lead_ids: Sequence[int], actor: By, *, reason: str, note: str = "") -> Steps:
    """Why leads ended, said anew, and with it the verdict; what was said before stays. A reason of another end is refused, lead by lead."""

    def beyond(cases: list[Case]) -> dict[int, LeadLoopError]:
        known, refused = reasons.offered_by_end(), {}
        for case in cases:
            end = END_OF_STAGE[case.standing["stage"]]
            try:
                reasons.check(end, reason, note, known=known.get(end, {}))
            except LeadLoopError as error:
                refused[case.lead_id] = error
        return refused

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        before = outcomes.rewrite(ids, reason=reason, note=note, author=actor.id, now=actor.now)
        nurture.rewrite([case.lead_id for case in cases if case.standing["stage"] == Stage.NURTURE], reason=reason)
        turned = {case.lead_id: KIND_OF_STAGE[case.standing["stage"]] for case in cases if case.standing["stage"] in KIND_OF_STAGE}
        ends = {lead_id: (kind, before[lead_id].reason) for lead_id, kind in turned.items() if lead_id in before}
        qualification.reword(ends, reason=reason, person=actor.id, now=actor.now)
        for case in cases:
            was = before.get(case.lead_id)
            case.decided["end"] = END_OF_STAGE[case.standing["stage"]]
            case.decided["was"] = {"reason": was.reason if was else ""}
            case.decided["now"] = {"reason": reason}

    return take("rewrite", lead_ids, actor, kind="rewritten", change=change, beyond=beyond, data={"note": note})


def points_of(case: Case) -> list[str]:
    """The contact points of a lead, as match keys spell them."""
    return [prefix + case.values[name] for prefix, name in (("e:", "email"), ("p:", "phone")) if case.values[name]]


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
        owners = {case.lead_id: case.standing["owner_id"] for case in cases}
        outcomes.dispose(owners, stage=stage, reason=reason, note=note, author=actor.id, ended_at=actor.happened_at, made_at=actor.now)
        for case in cases:
            case.become(waits_since=None, due_at=None, closed_at=actor.happened_at)

    return take(step, lead_ids, actor, kind=kind, change=change, data={"reason": reason, "note": note, **(data or {})})
