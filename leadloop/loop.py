"""The order of the rooms: one lead's way from a submission to won or lost. Read first.

Doors call `capture`; workers call `run_due`; people and programs call the steps in `leadloop.steps`. Everything takes many.
"""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple, TypeVar

from django.db import transaction

from leadloop.consent import actions as consent
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
from leadloop.leads.domain.inquiry import ConsentClaim, Inquiry
from leadloop.leads.domain.lifecycle import awake_stage
from leadloop.leads.domain.stages import OPEN, RESTING, SOLD, Stage
from leadloop.leads.temperature import feel
from leadloop.leads.warmth import warm
from leadloop.learning import actions as learning
from leadloop.matching import actions as matching
from leadloop.nurture import actions as nurture
from leadloop.outcomes import actions as outcomes
from leadloop.outcomes import junk
from leadloop.outcomes.models import JunkRules
from leadloop.qualification import actions as qualification
from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import decide
from leadloop.routing.models import Route
from leadloop.scoring import actions as scoring
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.segments import actions as segments
from leadloop.segments.models import Segment

log = logging.getLogger("leadloop.loop")
Item = TypeVar("Item")
PUT_OFF = timedelta(hours=1)
"""How long a lead that could not come back from nurture rests before it is tried again."""


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
    _record_consents(inquiries)
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
    route_cases(cases, epoch=epoch, now=now)
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


def route_cases(cases: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Find somebody for each open lead that nobody has; tell who got news. Keeps what was decided in each case."""
    plan = routing.published_route(epoch)
    homeless = {case.lead_id: case for case in cases if case.standing["stage"] in OPEN and case.standing["owner_id"] is None}
    sla = scoring.published_definition(epoch)
    requests = [
        routing.Request(
            case.lead_id, decide(case.facts(), plan, now=now), sla.sla_minutes if sla and case.standing["mql_at"] else None, case.before
        )
        for case in homeless.values()
        if plan and case.standing["pool_id"] is None
    ]
    news: Counter[tuple[int, str, int]] = Counter()
    for handover, request in zip(routing.assign_leads(requests, now=now, epoch=epoch), _by_pool(requests), strict=True):
        case = homeless[handover.lead_id]
        case.become(owner_id=handover.person, pool_id=handover.pool_id, waits_since=now, due_at=handover.touch_by)
        case.decided["route"] = {
            "version": plan.version if plan else None,
            "rule": request.destination.rule,
            "draw": handover.draw_id,
            "place": handover.place,
        }
        if handover.how == "kept":
            case.decided["route"]["kept"] = True
        if handover.person is not None:
            again = handover.how == "kept" and case.inquiries
            news[handover.person, "asked_again" if again else "assigned", case.lead_id] += 1
    for case in cases:
        told = case.standing["owner_id"] and case.standing["stage"] in (*OPEN, *SOLD)  # nobody has to hear of junk
        if told and case.lead_id not in homeless and case.inquiries and not case.woken:
            news[case.standing["owner_id"], "asked_again", case.lead_id] += 1
            if case.standing["stage"] in OPEN:
                case.become(waits_since=case.standing["waits_since"] or now, due_at=min(case.standing["due_at"] or now, now))
    _notify(news, now=now)


def find_pools(cases: Sequence[Case], *, now: datetime) -> None:
    """Leads without a pool get one to wait in: by the route in force, else the oldest. Without any pool they stay as they are."""
    homeless = [case for case in cases if case.standing["pool_id"] is None]
    if not homeless:
        return
    epoch = current_epoch()
    recall(homeless, epoch)
    feel(homeless, epoch=epoch, now=now)
    plan = routing.published_route(epoch)
    oldest = None if plan else routing.oldest_pool()
    for case in homeless:
        case.become(pool_id=decide(case.facts(), plan, now=now).pool_id if plan else oldest)


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
    route_cases(cases, epoch=epoch, now=now)


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


def _record_consents(inquiries: Sequence[Inquiry]) -> None:
    consent.record_consents(
        [
            (key, claim.purpose, claim.channel, claim.granted, _evidence(claim), inquiry.submission_id, leads.moment(inquiry.received_at))
            for inquiry in inquiries
            for claim in inquiry.consents
            for key in inquiry.keys
            if key[0] != "x"
        ]
    )


def _evidence(claim: ConsentClaim) -> dict[str, object]:
    return {"text": claim.text, "version": claim.version, "url": claim.url, "ip": claim.ip, **claim.evidence}


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


def _by_pool(requests: Sequence[routing.Request]) -> list[routing.Request]:
    """Requests in the order in which `assign_leads` answers: pool by pool, as they came within one."""
    return sorted(requests, key=lambda request: request.destination.pool_id)


def _outcome(number: int, case: Case) -> str:
    return Outcome.CREATED.value if case.fresh and case.inquiries[0].submission_id == number else Outcome.MATCHED.value


def _notify(news: Counter[tuple[int, str, int]], *, now: datetime) -> None:
    """One row a person and kind: with the lead if there is one, with a count if there are many."""
    texts = {
        "assigned": ("A new lead is yours", "{} new leads are yours"),
        "asked_again": ("A lead of yours asked again", "{} of your leads asked again"),
    }
    by_person: dict[tuple[int, str], list[int]] = {}
    for person, kind, lead_id in news:
        by_person.setdefault((person, kind), []).append(lead_id)
    leads.notify(
        [
            (
                person,
                kind,
                ids[0] if len(ids) == 1 else None,
                len(ids),
                texts[kind][0] if len(ids) == 1 else texts[kind][1].format(len(ids)),
            )
            for (person, kind), ids in sorted(by_person.items())
        ],
        now=now,
    )
