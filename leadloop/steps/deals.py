"""Leads become deals, which are won or lost: convert, undo_conversion, win, lose, correct."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import SOLD, Stage
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Conversion
from leadloop.routing import actions as routing
from leadloop.steps.taking import By, Steps, lock_one, take
from leadloop.steps.verdicts import Gate


@retried
def convert(lead_id: int, actor: By, *, deal: Deal) -> Conversion:
    """Lead to account, contact and opportunity, all or nothing; asked twice it answers with the first.

    Raises:
        NotFound, NotYours, WrongStage, BadAmount.
        NotYetQualified: it does not meet the definition of a sales qualified lead; qualify it with a reason first.
    """
    with transaction.atomic():
        bulk.lock_loop()  # two leads of one company make one account
        if lock_one(lead_id, actor).standing["stage"] in SOLD:
            return outcomes.live_conversion(lead_id)
        return _convert(lead_id, actor, deal)


def _convert(lead_id: int, actor: By, deal: Deal) -> Conversion:
    made: list[Conversion] = []
    gate = Gate(actor.person, now=actor.now)

    def change(cases: list[Case]) -> None:
        [case] = cases
        gate.note(cases)
        owner = case.standing["owner_id"]
        made.append(outcomes.convert(lead_id, case.values, deal=deal, owner=owner, author=actor.id, now=actor.happened_at))
        case.decided["from"] = case.standing["stage"]
        routing.end_assignments([lead_id], how="converted", now=actor.now)
        sql_at = case.standing["sql_at"] or actor.happened_at
        case.become(converted_at=actor.happened_at, sql_at=sql_at, waits_since=None, due_at=None)

    worth = {"amount_cents": deal.amount_cents, "currency": deal.currency}
    take("convert", [lead_id], actor, kind="converted", change=change, data=worth, beyond=gate.refusals).or_raise()
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
            routing.give([routing.Gift(lead_id, owner)], how="reopened", now=actor.now)
        case.become(stage=Stage.SQL.value, converted_at=None, entered_at=actor.now, waits_since=actor.now, due_at=actor.now)

    take("unconvert", [lead_id], actor, kind="unconverted", change=change).or_raise()


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
        owners = {case.lead_id: case.standing["owner_id"] for case in cases}
        outcomes.dispose(owners, stage=kind, reason=reason, author=actor.id, ended_at=actor.happened_at, made_at=actor.now)

    data = {"reason": reason, "amount_cents": amount_cents, "currency": currency}
    return take(step, lead_ids, actor, kind=kind, change=change, data=data)


def correct(lead_id: int, actor: By, *, amount_cents: int | None, currency: str, closed_at: datetime) -> None:
    """What a won deal really was worth, and when it was won; reports follow, and the timeline keeps what was said before.

    Raises:
        NotFound, NotYours, WrongStage, NotConverted, BadAmount.
    """

    def change(cases: list[Case]) -> None:
        [case] = cases
        given = {"amount_cents": amount_cents, "currency": currency, "closed_at": closed_at}
        was = outcomes.correct(lead_id, amount_cents=amount_cents, currency=currency, closed_at=closed_at)
        changed = {name: value for name, value in given.items() if was[name] != value}
        case.decided["was"], case.decided["now"] = {name: was[name] for name in changed}, changed
        if "closed_at" in changed:
            outcomes.restate([lead_id], ended_at=closed_at, author=actor.id, now=actor.now)
            case.become(closed_at=closed_at)

    take("correct", [lead_id], actor, kind="corrected", change=change).or_raise()
