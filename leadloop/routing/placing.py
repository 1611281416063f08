"""Places leads with people: who gets each open lead that nobody has, who hears of it, and where a lead waits meanwhile."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import OPEN, SOLD
from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import decide


def route_cases(cases: Sequence[Case], *, epoch: int, now: datetime, sla_minutes: int | None) -> None:
    """Find somebody for each open lead that nobody has; tell who got news. Keeps what was decided in each case.

    Args:
        sla_minutes: to the first touch of a lead that met the definition; None: what its pool promises.
    """
    plan = routing.published_route(epoch)
    homeless = {case.lead_id: case for case in cases if case.standing["stage"] in OPEN and case.standing["owner_id"] is None}
    requests = [
        routing.Request(case.lead_id, decide(case.facts(), plan, now=now), sla_minutes if case.standing["mql_at"] else None, case.before)
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


def find_pools(homeless: Sequence[Case], *, epoch: int, now: datetime) -> None:
    """Leads get a pool to wait in: by the route in force, else the oldest. Without any pool they stay as they are."""
    plan = routing.published_route(epoch)
    oldest = None if plan else routing.oldest_pool()
    for case in homeless:
        case.become(pool_id=decide(case.facts(), plan, now=now).pool_id if plan else oldest)


def _by_pool(requests: Sequence[routing.Request]) -> list[routing.Request]:
    """Requests in the order in which `assign_leads` answers: pool by pool, as they came within one."""
    return sorted(requests, key=lambda request: request.destination.pool_id)


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
