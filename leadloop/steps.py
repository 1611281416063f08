"""What people and programs do with leads after the loop has placed them: one transaction a call, many leads at once.

Each step answers with `Steps`: who took it, and who could not and why; one that is refused never stops its neighbours.
Rooms meet here as they do in `leadloop.loop`, which this builds on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError, NotFound
from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.lifecycle import restored_stage, stage_after
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.domain.touch_kinds import OUTREACH
from leadloop.leads.errors import StaleLead
from leadloop.loop import recall, rescore_and_route
from leadloop.matching import actions as matching
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Conversion
from leadloop.routing import actions as routing
from leadloop.routing.errors import AlreadyClaimed, DeskFull, NotYours
from leadloop.segments import actions as segments
from leadloop.teams.models import User

FOLLOW_UP = timedelta(days=1)
"""When a lead waits again after we got in touch and planned nothing further."""


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


def accept(lead_ids: Sequence[int], actor: By) -> Steps:
    """The holder takes the lead to work on it."""

    def change(cases: list[Case]) -> None:
        routing.accept([case.lead_id for case in cases], now=actor.happened_at)
        for case in cases:
            case.become(accepted_at=actor.happened_at)

    return _take("accept", lead_ids, actor, kind="accepted", change=change)


@retried
def claim(lead_ids: Sequence[int], actor: By) -> Steps:
    """Leads that wait in a pool go into the hands of the person who asks first, as long as there is room on the desk."""
    room: list[int] = []

    def allowed(case: Case, actor: By) -> None:
        _nobodys(case, actor)
        if not room:
            room.extend(routing.room_of(actor.id or 0))
        if room[0] <= 0:
            raise DeskFull(name=actor.person, cap=room[1])
        room[0] -= 1

    def change(cases: list[Case]) -> None:
        for case in cases:
            due_at = case.standing["due_at"]
            routing.give(
                [case.lead_id], person=actor.id or 0, how="claim", touch_by=due_at, now=actor.now, pool_id=case.standing["pool_id"]
            )
            case.become(owner_id=actor.id)

    with transaction.atomic():
        return _take("claim", lead_ids, actor, kind="claimed", change=change, allowed=allowed)


def assign(lead_ids: Sequence[int], actor: By, *, person: User) -> Steps:
    """A manager gives leads to a person, whoever had them."""

    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        routing.end_assignments(ids, how="given away", now=actor.now)
        routing.give(ids, person=person.pk, how="given", touch_by=None, now=actor.now)
        for case in cases:
            case.become(
                owner_id=person.pk, waits_since=case.standing["waits_since"] or actor.now, due_at=case.standing["due_at"] or actor.now
            )
        if person.pk != actor.id:
            text = "A lead was given to you" if len(ids) == 1 else f"{len(ids)} leads were given to you"
            leads.notify([(person.pk, "assigned", ids[0] if len(ids) == 1 else None, len(ids), text)], now=actor.now)

    return _take("assign", lead_ids, actor, kind="assigned", change=change, data={"person": person.pk}, allowed=_steered)


def release(lead_ids: Sequence[int], actor: By, *, reason: str = "") -> Steps:
    """Give leads back to their pool, where somebody else can claim them."""

    def change(cases: list[Case]) -> None:
        routing.end_assignments([case.lead_id for case in cases], how="released", now=actor.now)
        for case in cases:
            stage = Stage.MQL.value if case.standing["mql_at"] else Stage.NEW.value
            case.become(owner_id=None, accepted_at=None, stage=stage, entered_at=actor.now, due_at=case.standing["due_at"] or actor.now)

    return _take("release", lead_ids, actor, kind="released", change=change, data={"reason": reason})


def qualify(lead_ids: Sequence[int], actor: By, *, note: str = "") -> Steps:
    """Sales accepts the lead as qualified."""

    def change(cases: list[Case]) -> None:
        for case in cases:
            case.become(sql_at=actor.happened_at, accepted_at=case.standing["accepted_at"] or actor.happened_at)

    return _take("qualify", lead_ids, actor, kind="qualified", change=change, data={"note": note})


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
        for case in cases:
            owner = case.standing["owner_id"] if case.standing["owner_id"] in here else None
            owner = owner or (actor.id if actor.person and actor.person.role == "rep" else None)
            stage = restored_stage(case.standing)
            sold = stage == Stage.CONVERTED  # the deal waits, not the lead
            since = None if sold else actor.now
            case.become(stage=stage, closed_at=None, entered_at=actor.now, waits_since=since, due_at=since, owner_id=owner)
            if owner is None:
                case.become(pool_id=None)  # who had it has left: the route says where it goes now
            if owner and not sold:
                routing.give([case.lead_id], person=owner, how="reopened", touch_by=None, now=actor.now)
        rescore_and_route([case for case in cases if case.standing["owner_id"] is None and case.standing["stage"] in OPEN], now=actor.now)

    return _take("reopen", lead_ids, actor, kind="reopened", change=change)


def log(lead_ids: Sequence[int], actor: By, *, kind: str, text: str = "", outcome: str = "", next_at: datetime | None = None) -> Steps:
    """Something happened: a call, an e-mail, a meeting, a note. Our first word ends the speed-to-lead clock."""

    def change(cases: list[Case]) -> None:
        for case in cases:
            if kind in OUTREACH and case.standing["first_touch_at"] is None:
                case.become(first_touch_at=actor.happened_at)
            if case.standing["stage"] in OPEN and (kind in OUTREACH or next_at):
                due_at = next_at or actor.happened_at + FOLLOW_UP
                case.become(waits_since=due_at, due_at=due_at)

    return _take(None, lead_ids, actor, kind=kind, change=change, data={"text": text, "outcome": outcome})


def edit(lead_ids: Sequence[int], actor: By, *, values: dict[str, Any], version: int | None = None) -> Steps:
    """Correct what we know of a lead; scores follow at once. `version` is the standing the caller saw."""

    def change(cases: list[Case]) -> None:
        for case in cases:
            if version is not None and case.standing["version"] != version:
                raise StaleLead
            changed = {name: value for name, value in values.items() if case.values[name] != value}
            case.decided["was"] = {name: case.values[name] for name in changed}
            case.decided["now"] = changed
            case.learn(**changed)
        matching.remember_contact_points(cases)
        rescore_and_route(cases, now=actor.now)

    return _take(None, lead_ids, actor, kind="edited", change=change)


@retried
def convert(lead_id: int, actor: By, *, deal: Deal) -> Conversion:
    """Lead to account, contact and opportunity, all or nothing; asked twice it answers with the first.

    Raises:
        NotFound, NotYours, WrongStage, BadAmount.
    """
    with transaction.atomic():
        bulk.lock_loop()  # two leads of one company make one account
        case = _locked([lead_id]).get(lead_id)
        if case is not None and case.standing["stage"] in (Stage.CONVERTED, Stage.WON):
            return outcomes.live_conversion(lead_id)
        made: list[Conversion] = []

        def change(cases: list[Case]) -> None:
            [one] = cases
            owner = one.standing["owner_id"]
            made.append(outcomes.convert(lead_id, one.values, deal=deal, owner=owner, author=actor.id, now=actor.happened_at))
            one.decided["from"] = one.standing["stage"]
            routing.end_assignments([lead_id], how="converted", now=actor.now)
            sql_at = one.standing["sql_at"] or actor.happened_at
            one.become(converted_at=actor.happened_at, sql_at=sql_at, waits_since=None, due_at=None)

        worth = {"amount_cents": deal.amount_cents, "currency": deal.currency}
        _take("convert", [lead_id], actor, kind="converted", change=change, data=worth).or_raise()
    return made[0]


def undo_conversion(lead_id: int, actor: By) -> None:
    """Take a conversion back; the lead goes on as sales qualified with the person who had it.

    Raises:
        NotFound, NotYours, WrongStage, NotConverted, DealMovedOn.
    """

    def change(cases: list[Case]) -> None:
        [case] = cases
        outcomes.undo_conversion(lead_id, now=actor.now)
        owner = case.standing["owner_id"]
        if owner:
            routing.give([lead_id], person=owner, how="reopened", touch_by=None, now=actor.now)
        case.become(stage=Stage.SQL.value, converted_at=None, entered_at=actor.now, waits_since=actor.now, due_at=actor.now)

    _take("unconvert", [lead_id], actor, kind="unconverted", change=change).or_raise()


def win(lead_ids: Sequence[int], actor: By, *, amount_cents: int | None = None, currency: str = "") -> Steps:
    """The opportunity is won, for an amount if one is known."""
    return _close("win", lead_ids, actor, kind="won", reason="", amount_cents=amount_cents, currency=currency)


def lose(lead_ids: Sequence[int], actor: By, *, reason: str) -> Steps:
    """The opportunity is lost, for a reason."""
    return _close("lose", lead_ids, actor, kind="lost", reason=reason, amount_cents=None, currency="")


def _close(step: str, lead_ids: Sequence[int], actor: By, *, kind: str, reason: str, amount_cents: int | None, currency: str) -> Steps:
    def change(cases: list[Case]) -> None:
        ids = [case.lead_id for case in cases]
        outcomes.close(ids, state=kind, reason=reason, amount_cents=amount_cents, currency=currency, closed_at=actor.happened_at)
        for case in cases:
            case.become(closed_at=actor.happened_at, waits_since=None, due_at=None)
        outcomes.dispose(ids, stage=kind, reason=reason, note="", author=actor.id, made_at=actor.happened_at)

    return _take(
        step, lead_ids, actor, kind=kind, change=change, data={"reason": reason, "amount_cents": amount_cents, "currency": currency}
    )


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
        outcomes.dispose(
            ids,
            stage=stage_after(step, cases[0].standing["stage"]) or "",
            reason=reason,
            note=note,
            author=actor.id,
            made_at=actor.happened_at,
        )
        for case in cases:
            case.become(waits_since=None, due_at=None, closed_at=actor.happened_at)

    return _take(step, lead_ids, actor, kind=kind, change=change, data={"reason": reason, "note": note, **(data or {})})


@retried
def _take(
    step: str | None,
    lead_ids: Sequence[int],
    actor: By,
    *,
    kind: str,
    change: Callable[[list[Case]], None],
    data: dict[str, Any] | None = None,
    allowed: Callable[[Case, By], None] | None = None,
) -> Steps:
    """Lock, check each, change the ones that may, record one touch each. Constant queries, but for steps of single leads."""
    result = Steps()
    with transaction.atomic():
        if step in ("reopen", "unconvert", None):
            bulk.lock_loop()  # these may route or take accounts away, which is done by one at a time
        cases = _locked(lead_ids)
        able: list[Case] = []
        for lead_id in dict.fromkeys(lead_ids):
            try:
                able.append(_checked(step, cases.get(lead_id), actor, allowed or _holders))
            except LeadLoopError as error:
                result.refused[lead_id] = error
        if not able:
            return result
        ends = {case.lead_id: stage_after(step, case.standing["stage"]) if step else None for case in able}
        change(able)
        for case in able:
            end = ends[case.lead_id]
            if end is not None:
                case.become(stage=end, entered_at=actor.happened_at)
        epoch = current_epoch()
        recall(able, epoch)
        for case in able:
            case.known_touches.append((kind, actor.happened_at))  # this one counts as well
        segments.place(able, epoch=epoch, now=actor.now)
        leads.record(able, kind, actor=actor.id, happened_at=actor.happened_at, data=data or {})
        result.done = [case.lead_id for case in able]
    return result


def _locked(lead_ids: Sequence[int]) -> dict[int, Case]:
    return leads.lock_cases(sorted(set(lead_ids)))


def _checked(step: str | None, case: Case | None, actor: By, allowed: Callable[[Case, By], None]) -> Case:
    if case is None:
        raise NotFound
    allowed(case, actor)
    if step:
        stage_after(step, case.standing["stage"])
    return case


def _holders(case: Case, actor: By) -> None:
    """A rep works on leads in the own hands; a manager and the system on all; a marketer on those nobody sells."""
    if actor.person is None or actor.person.is_manager or case.standing["owner_id"] == actor.id:
        return
    if actor.person.role == "marketer" and case.standing["owner_id"] is None:
        return
    raise NotYours


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
