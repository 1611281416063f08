"""Places leads with people: who gets each open lead that nobody has, who hears of it, and where a lead waits meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import OPEN, SOLD, Stage
from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import Destination, decide
from leadloop.routing.domain.stops import Leg
from leadloop.routing.walking import Arrived, Trip, walk

RESTS_DAYS = 30
Rest = Callable[[Mapping[int, int], datetime], None]
News = dict[tuple[int, str], list[int]]
"""Leads by whoever is to hear of them, and of what."""


def route_cases(cases: Sequence[Case], *, epoch: int, now: datetime, sla_minutes: int | None, rest: Rest) -> None:
    """Find somebody for each open lead that nobody has; tell who got news. Keeps what was decided in each case.

    Args:
        rest: what becomes of leads that a stop sends to nurture, by lead the days to rest.
        sla_minutes: to the first touch of a lead that met the definition; None: what its pool promises.
    """
    plan = routing.published_route(epoch)
    homeless = {case.lead_id: case for case in cases if case.standing["stage"] in OPEN and case.standing["owner_id"] is None}
    news: News = {}
    if plan:
        unplaced = [case for case in homeless.values() if case.standing["pool_id"] is None]
        ways = [(case, decide(case.facts(), plan, now=now), sla_minutes if case.standing["mql_at"] else None) for case in unplaced]
        _deal([way for way in ways if not way[1].legs], news, version=plan.version, now=now, epoch=epoch)
        trips = [trip_of(case, way.legs, sla_minutes=minutes, before=case.before) for case, way, minutes in ways if way.legs]
        settle(walk(trips, version=plan.version, now=now, epoch=epoch), homeless, news, version=plan.version, now=now, rest=rest)
    for case in cases:
        if case.lead_id in homeless or not case.inquiries or case.woken:
            continue
        if case.standing["owner_id"] and case.standing["stage"] in (*OPEN, *SOLD):  # nobody has to hear of junk
            news.setdefault((case.standing["owner_id"], "asked_again"), []).append(case.lead_id)
            if case.standing["stage"] in OPEN:
                case.become(waits_since=case.standing["waits_since"] or now, due_at=min(case.standing["due_at"] or now, now))
    tell_people(news, now=now)


def find_pools(homeless: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Leads get a pool to wait in: by the route in force, else the oldest. Without any pool they stay as they are."""
    plan = routing.published_route(epoch)
    oldest = None if plan else routing.oldest_pool()
    for case in homeless:
        case.become(pool_id=decide(case.facts(), plan, now=now).pool_id if plan else oldest)


def _deal(ways: Sequence[tuple[Case, Destination, int | None]], news: News, *, version: int, now: datetime, epoch: int) -> None:
    """Leads whose rule is a pool, and no more than that."""
    by_id = {case.lead_id: case for case, _, _ in ways}
    requests = [routing.Request(case.lead_id, way, minutes, case.before) for case, way, minutes in ways]
    for handover, request in zip(routing.assign_leads(requests, now=now, epoch=epoch), _by_pool(requests), strict=True):
        case = by_id[handover.lead_id]
        case.become(owner_id=handover.person, pool_id=handover.pool_id, waits_since=now, due_at=handover.touch_by)
        case.decided["route"] = {
            "version": version,
            "rule": request.destination.rule,
            "draw": handover.draw_id,
            "place": handover.place,
        }
        if handover.how == "kept":
            case.decided["route"]["kept"] = True
        _tell(case, handover.person, news, again=handover.how == "kept")


def trip_of(
    case: Case, legs: tuple[Leg, ...], *, sla_minutes: int | None = None, before: int | None = None, not_to: int | None = None
) -> Trip:
    """A case at the beginning of its way."""
    values = {name: case.values[name] for name in ("email", "company_domain", "product")}
    return Trip(case.lead_id, legs, values | {name: case.standing[name] for name in ("source_id", "grade")}, sla_minutes, before, not_to)


def settle(arrived: Sequence[Arrived], cases: Mapping[int, Case], news: News, *, version: int, now: datetime, rest: Rest) -> None:
    """Where each lead came to stands in its case, and in the news of whoever has it."""
    resting = {one.trip.lead_id: one.leg.stop.id or RESTS_DAYS for one in arrived if one.how == "nurture"}
    for one in arrived:
        case = cases[one.trip.lead_id]
        if one.how == "nurture":
            case.become(stage=Stage.NURTURE.value, entered_at=now, closed_at=now, pool_id=one.pool_id, waits_since=None, due_at=None)
            case.decided["route"] = one.as_json(version)
            continue
        case.become(owner_id=one.person, pool_id=one.pool_id, waits_since=case.standing["waits_since"] or now, due_at=one.touch_by)
        case.decided["route"] = one.as_json(version)
        _tell(case, one.person, news, again=one.how == "kept")
    if resting:
        rest(resting, now)


def _tell(case: Case, person: int | None, news: News, *, again: bool) -> None:
    if person is not None:
        news.setdefault((person, "asked_again" if again and case.inquiries else "assigned"), []).append(case.lead_id)


def _by_pool(requests: Sequence[routing.Request]) -> list[routing.Request]:
    """Requests in the order in which `assign_leads` answers: pool by pool, as they came within one."""
    return sorted(requests, key=lambda request: request.destination.pool_id)


def tell_people(news: News, *, now: datetime) -> None:
    """One row a person and kind: with the lead if there is one, with a count if there are many."""
    texts = {
        "assigned": ("A new lead is yours", "{} new leads are yours"),
        "asked_again": ("A lead of yours asked again", "{} of your leads asked again"),
    }
    leads.notify(
        [
            (
                person,
                kind,
                ids[0] if len(ids) == 1 else None,
                len(ids),
                texts[kind][0] if len(ids) == 1 else texts[kind][1].format(len(ids)),
            )
            for (person, kind), ids in sorted(news.items())
        ],
        now=now,
    )
