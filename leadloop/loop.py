"""The order of the rooms: one lead's way from a submission to won or lost. Read first.

Doors call `capture`; workers call `run_due`; people and programs call the steps in `leadloop.steps`. Everything takes many.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from django.db import transaction

from leadloop.db import bulk
from leadloop.db.outages import OUTAGES, retried
from leadloop.db.versions import Versioned, asking_epoch, current_epoch
from leadloop.intake import actions as intake
from leadloop.intake.domain.arrival import Arrival
from leadloop.intake.domain.normalise import normalise
from leadloop.intake.models import Outcome
from leadloop.leads import actions as leads
from leadloop.leads import fields, recalling
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.inquiry import Inquiry
from leadloop.leads.domain.lifecycle import awake_stage
from leadloop.leads.domain.stages import RESTING, Stage
from leadloop.leads.warmth import warm
from leadloop.learning import actions as learning
from leadloop.matching import actions as matching
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes import junk
from leadloop.outcomes.models import JunkRules
from leadloop.qualification import actions as qualification
from leadloop.routing import journeys, placing
from leadloop.routing.models import Route
from leadloop.scoring import actions as scoring
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments import actions as segments
from leadloop.segments.models import Segment

log = logging.getLogger("leadloop.loop")
Item = TypeVar("Item")
PUT_OFF = timedelta(hours=1)
"""How long a lead that could not come back from nurture, or go on to its next stop, is left before it is tried again."""


class Taken(NamedTuple):
    """What became of one arrival. `outcome` is created, matched, quarantined or waiting; `case` is there for the first two."""

    submission_id: int
    outcome: str
    case: Case | None = None


@retried
def capture(arrivals: Sequence[Arrival], *, now: datetime) -> list[Taken]:
    """Keep arrivals and, but for those marked `later`, take them through the loop; all in one transaction.

    Acknowledge when this returns. If a batch fails for a reason of its data it is judged one by one: the bad one is quarantined.
    """
    try:
        with transaction.atomic():
            return take_in(arrivals, now=now)
    except OUTAGES:
        raise
    except Exception:
        log.exception("a batch of %s failed; its submissions are judged one by one", len(arrivals))
    with transaction.atomic():
        return take_in_singly(arrivals, now=now)


def take_in(arrivals: Sequence[Arrival], *, now: datetime) -> list[Taken]:
    """`capture` for a caller that holds the transaction.

    Takes the loop's lock, but not for arrivals that are all `later`: what is only kept need not wait for a batch that is judged.
    """
    with bulk.pipelined(len(arrivals)):
        if not all(arrival.later for arrival in arrivals):
            bulk.lock_loop()
        ids = intake.receive(arrivals)
        return _judge(list(zip(ids, arrivals, strict=True)), now=now)


def take_in_singly(arrivals: Sequence[Arrival], *, now: datetime) -> list[Taken]:
    """As `take_in`, slower, but one that cannot be judged is quarantined and stops nobody."""
    bulk.lock_loop()
    ids = intake.receive(arrivals)
    return [taken for item in zip(ids, arrivals, strict=True) for taken in _judge_one(item, now=now)]


@retried
def run_due(*, now: datetime, limit: int) -> int:
    """Judge the oldest waiting submissions, at most `limit`; returns how many. Many workers may call it at once."""
    if not intake.is_anything_waiting():
        return 0
    with transaction.atomic():
        bulk.lock_loop()
        items = intake.take_waiting(limit=limit)
        _together_or_alone(items, partial(advance, now=now), partial(_judge_one, now=now), what="waiting submissions")
    return len(items)


def advance(items: Sequence[tuple[int, Arrival]], *, now: datetime) -> list[Taken]:
    """The loop: (submission, arrival) pairs become leads with score, stage, segments and an owner. Constant queries.

    Needs a transaction with `bulk.lock_loop`.
    """
    if not items:
        return []
    published = asking_epoch()
    inquiries = [_inquiry(number, one) for number, one in items]
    epoch = published()
    intake.read_fields(inquiries, fields.declared(epoch))
    intake.record_consents(inquiries)
    cases = matching.match_or_create(inquiries)
    _wake(cases, now=now)
    for case in cases:
        warm(case)
    learning.foretell(cases, epoch=epoch)
    recall(cases, epoch)
    junk.judge(cases, epoch=epoch, now=now)
    scoring.rescore(cases, epoch=epoch, now=now)
    hand_over(cases, epoch=epoch, now=now)
    segments.place(cases, epoch=epoch, now=now)
    _place(cases, epoch=epoch, now=now)
    scoring.call_hot(cases, epoch=epoch, now=now)
    owner = {inquiry.submission_id: case for case in cases for inquiry in case.inquiries}
    taken = [Taken(number, _outcome(number, owner[number]), owner[number]) for number, _ in items]
    leads.write_cases(cases, now=now)
    scoring.tell_crossings(cases, now=now)
    learning.write_likelihoods(cases, epoch=epoch, now=now)
    matching.write_keys(cases)
    intake.write_verdicts([(one.submission_id, one.outcome, one.case.lead_id, "") for one in taken if one.case])
    return taken


def hand_over(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Sales owes a verdict on leads that meet the definition now, and anew on those that met it before they went to rest."""
    term = scoring.published_definition(epoch)
    met = [case for case in cases if "definition" in case.decided or (case.woken and case.standing["stage"] == Stage.MQL)]
    if term and met:
        qualification.hand_over(met, term, now=now)


def _place(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Somebody for each open lead that nobody has, within the minutes that the definition in force promises."""
    term = scoring.published_definition(epoch)
    placing.route_cases(cases, epoch=epoch, now=now, sla_minutes=term.sla_minutes if term else None, rest=let_rest)


def let_rest(days: Mapping[int, int], now: datetime) -> None:
    """Leads that a route sends to nurture, by lead for how many days; they come back by the same route as others."""
    for number in sorted(set(days.values())):
        alike = [lead_id for lead_id, one in days.items() if one == number]
        nurture.rest(alike, reason="route", note="", due_at=now + timedelta(days=number), author=None, now=now)
    outcomes.dispose(dict.fromkeys(days), stage=Stage.NURTURE.value, reason="route", author=None, ended_at=now, made_at=now)


@retried
def move_due(*, now: datetime, limit: int) -> int:
    """Take leads to their next stop that nobody accepted in time; returns how many it dealt with. One query where none is due.

    If a batch fails each lead is taken on alone; one that cannot be stays an hour longer and stops nobody.
    """
    if not journeys.due(now=now, limit=1):
        return 0
    with transaction.atomic():
        bulk.lock_loop()
        due = journeys.due(now=now, limit=limit)
        together = partial(journeys.move, now=now, rest=let_rest)
        _together_or_alone(due, together, partial(_move_one, now=now), what="leads that nobody accepted in time")
    return len(due)


def _move_one(lead_id: int, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            journeys.move([lead_id], now=now, rest=let_rest)
    except OUTAGES:
        raise
    except Exception:
        log.exception("lead %s cannot go on to its next stop now", lead_id)
        journeys.put_off(lead_id, until=now + PUT_OFF)


@retried
def wake_due(*, now: datetime, limit: int) -> int:
    """Bring leads back from nurture whose date has come, through the same decisions as new ones; returns how many it dealt with.

    If a batch fails each lead is brought back alone; one for which a rule fails rests an hour longer and stops nobody.
    """
    if not nurture.due(now=now, limit=1):
        return 0
    with transaction.atomic():
        bulk.lock_loop()
        due = nurture.due(now=now, limit=limit)
        _together_or_alone(due, partial(_bring_back, now=now), partial(_bring_back_one, now=now), what="leads that come back from nurture")
    return len(due)


def _bring_back(lead_ids: Sequence[int], *, now: datetime) -> None:
    cases = list(leads.lock_cases(lead_ids).values())
    _wake(cases, now=now)
    rescore_and_route(cases, now=now)
    leads.record(cases, "returned", actor=None, happened_at=now, data={})
    scoring.tell_crossings(cases, now=now)


def _bring_back_one(lead_id: int, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            _bring_back([lead_id], now=now)
    except OUTAGES:
        raise
    except Exception:
        log.exception("lead %s cannot come back from nurture now", lead_id)
        nurture.put_off(lead_id, until=now + PUT_OFF)


@retried
def rescore(lead_ids: Sequence[int], *, now: datetime, fire: bool = False) -> int:
    """Judge known leads again after new rules were published; only those whose standing changes get a touch. Returns how many.

    A lead that became an MQL stays one and does not become one again, so running it twice, or late, changes nothing. Thresholds that are
    crossed by it tell nobody unless `fire` says so.
    """
    with transaction.atomic():
        bulk.lock_loop()
        cases = list(leads.lock_cases(lead_ids).values())
        before = {case.lead_id: _standing_of(case) for case in cases}
        rescore_and_route(cases, now=now, quiet=not fire)
        changed = [case for case in cases if _standing_of(case) != before[case.lead_id]]
        for case in changed:
            case.decided["before"] = dict(zip(("score", "grade", "stage"), before[case.lead_id], strict=False))
        leads.record(changed, "rescored", actor=None, happened_at=now, data={})
        scoring.tell_crossings(cases, now=now)
    return len(changed)


def _standing_of(case: Case) -> tuple[object, ...]:
    return tuple(case.standing[name] for name in ("score", "grade", "stage", "owner_id", "pool_id"))


def rescore_and_route(cases: Sequence[Case], *, now: datetime, quiet: bool = False) -> None:
    """Judge known leads again by the rules in force; the caller records the touch."""
    epoch = current_epoch()
    recall(cases, epoch)
    learning.foretell(cases, epoch=epoch)
    scoring.rescore(cases, epoch=epoch, now=now, quiet=quiet)
    hand_over(cases, epoch=epoch, now=now)
    segments.place(cases, epoch=epoch, now=now)
    _place(cases, epoch=epoch, now=now)


@retried
def replay(submission_ids: Sequence[int], *, now: datetime) -> int:
    """Put quarantined submissions through the loop again; returns how many went through. The others are set aside as before."""
    with transaction.atomic():
        bulk.lock_loop()
        released = intake.release_quarantine(submission_ids)
        intake.drop_waiting(released)
        taken = [one for item in intake.load(released) for one in _judge_one(item, now=now)] if released else []
    return sum(one.outcome != Outcome.QUARANTINED for one in taken)


def _together_or_alone(
    items: Sequence[Item], together: Callable[[Sequence[Item]], object], alone: Callable[[Item], object], *, what: str
) -> None:
    """A batch at once; if that fails for a reason of its data, each by itself, so that none stops another."""
    try:
        with transaction.atomic():
            together(items)
    except OUTAGES:
        raise
    except Exception:
        log.exception("a batch of %s %s failed; each is dealt with alone", len(items), what)
        for item in items:
            alone(item)


def _judge(items: Sequence[tuple[int, Arrival]], *, now: datetime) -> list[Taken]:
    """Advance what is to be judged now; the answers stand in the order of the items."""
    judged = {taken.submission_id: taken for taken in advance([item for item in items if not item[1].later], now=now)}
    return [judged.get(number) or Taken(number, "waiting") for number, _ in items]


def _judge_one(item: tuple[int, Arrival], *, now: datetime) -> list[Taken]:
    try:
        with transaction.atomic():
            return _judge([item], now=now)
    except OUTAGES:
        raise
    except Exception as error:
        log.exception("submission %s is quarantined", item[0])
        intake.quarantine([item[0]], reason=f"{type(error).__name__}: {error}")
        return [Taken(item[0], Outcome.QUARANTINED.value)]


def recall(cases: Sequence[Case], epoch: int) -> None:
    """Load what the rules in force ask for beside the lead and its standing. No query where they ask for nothing, once compiled."""
    recalling.recall(cases, _asked(epoch))


@lru_cache(maxsize=2)
def _asked(epoch: int) -> recalling.Asked:  # noqa: ARG001 - the epoch is what the answer is kept by
    """What any rule in force may ask for: touches, decisions before, segments and the like."""
    kinds: tuple[type[Versioned], ...] = (ScoreModel, Definition, Segment, Route, JunkRules)
    return recalling.asked_of(spec for kind in kinds for spec in kind.objects.published().values_list("spec", flat=True))


def _inquiry(number: int, arrival: Arrival) -> Inquiry:
    return normalise(
        arrival.payload,
        submission_id=number,
        door=arrival.door,
        source_id=arrival.source_id,
        received_at=arrival.happened_at,
        default_country=arrival.country,
        context=arrival.context,
    )


def _wake(cases: Sequence[Case], *, now: datetime) -> None:
    """Resting leads that are in the batch go on from where they stood; sold and junk ones only get their touch."""
    for case in cases:
        if not case.fresh and case.standing["stage"] in RESTING:
            case.woken, case.before = True, case.standing["owner_id"]
            stage = awake_stage(case.standing)
            case.become(stage=stage, entered_at=now, owner_id=None, pool_id=None, accepted_at=None, closed_at=None)
    woken = [case.lead_id for case in cases if case.woken]
    nurture.wake(woken, how="woken", now=now)
    outcomes.let_go(woken, now=now)


def _outcome(number: int, case: Case) -> str:
    return Outcome.CREATED.value if case.fresh and case.inquiries[0].submission_id == number else Outcome.MATCHED.value
