"""Steps on leads, many at once: the verbs of `leadloop.steps` for programs."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from leadloop import steps
from leadloop.api.auth import KeyAuth
from leadloop.api.shapes import IDEMPOTENCY_KEY, StepIn, StepsIn, StepsOut
from leadloop.capture import repeats
from leadloop.capture.domain.lead_in import CLOCK_SKEW
from leadloop.capture.post_leads import answer_of, repeat_name
from leadloop.capture.repeats import Answer, RepeatKey
from leadloop.db import bulk
from leadloop.db.clock import utc_now
from leadloop.db.outages import retried
from leadloop.kernel.errors import LeadLoopError, NotFound, Refused
from leadloop.outcomes import reasons
from leadloop.outcomes.actions import Deal, live_conversion
from leadloop.outcomes.domain.reasons import END_OF_STEP
from leadloop.outcomes.errors import BadReason
from leadloop.steps import By, Steps
from leadloop.teams.models import User

router = Router(tags=["Steps"])
ROUTE = "POST /api/v1/steps"


class Missing(Refused):
    """The step needs a field that is not there."""

    code, message = "missing", "This step needs `{field}`."


class InTheFuture(Refused):
    """Nothing that is told can happen later."""

    code, message = "in_the_future", "`happened_at` lies in the future."


@router.post(
    "/steps",
    operation_id="take_steps",
    summary="Work on leads, up to 1,000 steps in a call",
    description=(
        "Steps are taken in order, each in a transaction of its own; one that is refused stops no other. `assign` needs `person`; "
        "`log` reads `kind` and `text`; `disqualify`, `junk`, `recycle` and `lose` need a `reason` code of their list (`GET /reasons`); "
        "`recycle` reads `until`, or takes the days of its reason; "
        "`reject` needs a `reason` and sends the lead where the agreement says, else to nurture with `until` and to the disqualified "
        "without; `qualify` is refused with `not_yet_qualified` and the failing conditions in `errors` where the signed definition is "
        "not met, unless `override_reason` says why; `rewrite` gives a lead that ended another `reason`; `reopen` of a deal that was won "
        "needs a `reason`; `release` reads `reason`; `undo` takes the last step back, within the install's window, if nothing happened "
        "since; `qualify`, `reject`, `disqualify`, `junk`, `recycle`, `rewrite` and `reopen` keep `text` as a note; "
        "`convert` reads `name`, `amount_cents`, `currency`; `win` reads `amount_cents`, `currency`; `correct` reads both and "
        "`happened_at` of a deal that was won. `happened_at` tells of something that happened earlier. With an `Idempotency-Key` each "
        "step is taken once, however often the same call is sent: a repeat gets the first results and takes the steps that a call which "
        "broke off had not come to. If none was left, the answer says `Idempotent-Replayed: true`."
    ),
    auth=KeyAuth("steps:write"),
    response=StepsOut,
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
def take_steps(request: HttpRequest, payload: StepsIn) -> HttpResponse:
    """One result a step, in order."""
    key = request.auth  # type: ignore[attr-defined]  # ninja puts the key there
    name = repeat_name({header.lower(): value for header, value in request.headers.items()})
    works = [partial(_answer, step) for step in payload.steps]
    if name is None:
        return _respond([work() for work in works])
    call = RepeatKey(f"key:{key.pk}", ROUTE, name, hashlib.sha256(request.body).hexdigest())
    return _respond(repeats.once_each(call, works, now=utc_now()))


def _respond(answers: Sequence[Answer]) -> HttpResponse:
    """The results of the steps as one list; replayed if none of them was taken by this request."""
    body = b",".join(answer_of(answer).body for answer in answers)
    response = HttpResponse(b'{"results":[' + body + b"]}", content_type="application/json")
    if all(answer.replayed for answer in answers):
        response["Idempotent-Replayed"] = "true"
    return response


def _answer(step: StepIn) -> Answer:
    return Answer(200, bulk.to_json(_take(step)))


@retried
def _take(step: StepIn) -> dict[str, Any]:
    result: dict[str, Any] = {
        "lead": step.lead,
        "step": step.step,
        "outcome": "done",
        "code": "",
        "detail": "",
        "errors": {},
        "opportunity": None,
    }
    try:
        with transaction.atomic():
            result["opportunity"] = _dispatch(step, steps.by(None, now=utc_now(), happened_at=step.happened_at))
    except LeadLoopError as error:
        result.update(outcome="refused", code=error.code, detail=str(error), errors=dict(error.errors))
    return result


def _dispatch(step: StepIn, actor: By) -> int | None:
    ids = [step.lead]
    if actor.happened_at > actor.now + CLOCK_SKEW:
        raise InTheFuture
    if step.step == "convert":
        return steps.convert(step.lead, actor, deal=Deal(step.name, step.amount_cents, step.currency)).opportunity_id
    if step.step in ("undo_conversion", "correct"):
        steps.undo_conversion(step.lead, actor) if step.step == "undo_conversion" else _correct(step, actor)
        return None
    verbs: dict[str, Callable[[], Steps]] = {
        "accept": lambda: steps.accept(ids, actor),
        "assign": lambda: steps.assign(ids, actor, person=_person(step)),
        "reject": lambda: _reject(step, actor),
        "release": lambda: steps.release(ids, actor, reason=step.reason),
        "log": lambda: steps.log(ids, actor, kind=step.kind, text=step.text),
        "qualify": lambda: steps.qualify(ids, actor, note=step.text, override_reason=step.override_reason),
        "disqualify": lambda: steps.disqualify(ids, actor, reason=_reason(step), note=step.text),
        "junk": lambda: steps.mark_junk(ids, actor, reason=_reason(step), note=step.text),
        "recycle": lambda: steps.recycle(ids, actor, reason=_reason(step), due_at=_until(step, actor.now), note=step.text),
        "reopen": lambda: steps.reopen(ids, actor, reason=_won_again(step), note=step.text),
        "rewrite": lambda: steps.rewrite(ids, actor, reason=step.reason, note=step.text),
        "undo": lambda: steps.undo(ids, actor),
        "win": lambda: steps.win(ids, actor, amount_cents=step.amount_cents, currency=step.currency),
        "lose": lambda: steps.lose(ids, actor, reason=_reason(step)),
    }
    verbs[step.step]().or_raise()
    return None


def _reject(step: StepIn, actor: By) -> Steps:
    """Where the lead goes is what the agreement says; where it leaves that open, `until` means nurture."""
    known = reasons.rejecting()
    if step.reason not in known:
        raise BadReason(known=", ".join(known))
    return steps.reject([step.lead], actor, reason=step.reason, until=step.until, note=step.text)


def _reason(step: StepIn) -> str:
    """A code of the list, with the note it asks for; deals that are lost keep no note."""
    note = step.text if step.step != "lose" else "none"
    return reasons.check(END_OF_STEP[step.step], step.reason, note).code


def _until(step: StepIn, now: datetime) -> datetime:
    """As said, else as the reason says."""
    listed = reasons.check("recycled", step.reason, step.text)
    if step.until is None and listed.revisit_days:
        return now + timedelta(days=listed.revisit_days)
    until: datetime = _needed(step, "until")
    return until


def _won_again(step: StepIn) -> str:
    """Why a deal that was won is opened again; nothing where nothing is said."""
    return reasons.check("reopened", step.reason, step.text).code if step.reason else ""


def _correct(step: StepIn, actor: By) -> None:
    """What the step leaves out stays as it is."""
    deal = live_conversion(step.lead).opportunity
    amount = (step.amount_cents, step.currency) if step.amount_cents is not None or deal is None else (deal.amount_cents, deal.currency)
    closed_at = step.happened_at or (deal.closed_at if deal else None) or actor.now
    steps.correct(step.lead, steps.by(None, now=actor.now), amount_cents=amount[0], currency=amount[1], closed_at=closed_at)


def _person(step: StepIn) -> User:
    person = User.objects.active().filter(pk=_needed(step, "person")).first()
    if person is None:
        raise NotFound
    return person


def _needed(step: StepIn, field: str) -> Any:
    value = getattr(step, field)
    if value is None:
        raise Missing(field=field)
    return value
