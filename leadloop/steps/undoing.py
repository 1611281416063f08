"""`undo`: the last step of a lead never was. Puts back exactly what stood before, clock included, as long as nothing else happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max

from leadloop.consent import suppression
from leadloop.db import bulk
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.domain.case import MOMENTS, Case
from leadloop.leads.domain.touch_kinds import VOID
from leadloop.leads.errors import NotUndoable
from leadloop.leads.models import Touch
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.qualification import actions as qualification
from leadloop.routing import actions as routing
from leadloop.routing import journeys
from leadloop.routing.errors import NotYours
from leadloop.steps.taking import UNDOABLE, By, Steps, take

OUT_OF_HANDS = frozenset({"released", "passed_on", "disqualified", "recycled", "junked"})
ENDS = OUT_OF_HANDS - {"released", "passed_on"}


def undo(
    lead_ids: Sequence[int],
    actor: By,
    *,
    touch: int | None = None,
    taken_at: datetime | None = None,
    within: timedelta | None = None,
) -> Steps:
    """Take back the last step of each lead; the undo is itself a touch. A constant number of queries.

    Only whoever took the step, a manager or the system may. The touch that is undone stays where it is and becomes `void`.

    Args:
        touch: the touch that the person saw, for one lead.
        taken_at: when the steps were taken that are to be taken back, for many.
        within: how long ago the step may lie; the install's window if not said.
    """
    last: dict[int, Touch] = {}
    window = settings.UNDO_WINDOW if within is None else within

    def beyond(cases: list[Case]) -> dict[int, LeadLoopError]:
        last.update(_last_touches([case.lead_id for case in cases]))
        refused: dict[int, LeadLoopError] = {}
        for case in cases:
            told = last[case.lead_id]
            if actor.person is not None and not actor.person.is_manager and told.actor_id != actor.id:
                refused[case.lead_id] = NotYours()
            elif why := _against(told, touch=touch, taken_at=taken_at, window=window, now=actor.now):
                refused[case.lead_id] = NotUndoable(why=why)
        return refused

    def change(cases: list[Case]) -> None:
        told = {case.lead_id: last[case.lead_id] for case in cases}
        _put_back(told, now=actor.now)
        _unsay(told, actor)
        _make_void(list(told.values()))
        for case in cases:
            one = told[case.lead_id]
            case.become(**_stood(one.data["undo"]["was"]))
            case.decided["undid"], case.decided["undid_touch"] = one.kind, one.pk

    return take(None, lead_ids, actor, kind="undone", change=change, allowed=_anybody, beyond=beyond)


def _anybody(case: Case, actor: By) -> None:
    """Rights hang on the touch, and are asked with it."""


def _against(told: Touch, *, touch: int | None, taken_at: datetime | None, window: timedelta, now: datetime) -> str:
    """What speaks against taking this touch back, or ''."""
    kept = told.data.get("undo")
    if touch is not None and told.pk != touch:
        return "something else happened since"
    if told.kind not in UNDOABLE or not kept:
        return "the last thing that happened is none that can be taken back"
    at = datetime.fromisoformat(kept["at"])
    if taken_at is not None and at != taken_at:
        return "something else happened since"
    if now - at > window:
        return f"it is more than {int(window.total_seconds() // 60):,} minutes ago"
    return ""


def _put_back(told: Mapping[int, Touch], *, now: datetime) -> None:
    """What the steps changed beside the standing, by kind of step and its moment: mostly one of each."""
    groups: dict[tuple[str, datetime], list[int]] = {}
    for lead_id, one in told.items():
        groups.setdefault((one.kind, datetime.fromisoformat(one.data["undo"]["at"])), []).append(lead_id)
    for (kind, at), ids in groups.items():
        if kind == "accepted":
            routing.undo_accept(ids)
        if kind in OUT_OF_HANDS:
            routing.revive(ids, how=kind, ended_at=at)
        if kind == "passed_on":
            qualification.take_back(ids, asked_at=at)
        if kind in ENDS:
            nurture.wake(ids if kind == "recycled" else [], how="undone", now=now)
            nurture.undo_waking(ids, how=kind, at=at)
            outcomes.undo_end(ids, now=now)
        if kind == "junked":
            suppression.lift(ids, how="undone", now=now)
    if ways := {lead_id: one.data["undo"]["journey"] for lead_id, one in told.items() if "journey" in one.data["undo"]}:
        journeys.resume(ways)


def _unsay(told: Mapping[int, Touch], actor: By) -> None:
    """What the steps said of the agreement. No query where they said nothing."""
    spoke = [lead_id for lead_id, one in told.items() if "verdict" in one.data]
    if spoke:
        qualification.unsay(spoke, person=actor.id, now=actor.now)
    first = [lead_id for lead_id, one in told.items() if one.kind == "qualified" and one.data["undo"]["was"].get("sql_at") is None]
    if first:
        qualification.unqualify(first)


def _make_void(touches: Sequence[Touch]) -> None:
    """They keep their place and what they said, and count for nothing any more."""
    rows = [(VOID, bulk.to_json(one.data | {"void_of": one.kind}).decode(), one.pk) for one in touches]
    bulk.update(Touch, ("kind", "data"), rows)


def _stood(was: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as they were; JSON holds moments as text."""
    return {name: datetime.fromisoformat(value) if name in MOMENTS and value else value for name, value in was.items()}


def _last_touches(lead_ids: Sequence[int]) -> dict[int, Touch]:
    """The newest touch of each lead. Two queries."""
    tops = Touch.objects.filter(lead_id__in=lead_ids).order_by().values_list("lead_id").annotate(top=Max("id"))
    found = Touch.objects.in_bulk([top for _, top in tops])
    return {one.lead_id: one for one in found.values()}
