"""Places leads with people: who gets each open lead that nobody has, who hears of it, and where a lead waits meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from leadloop.leads import actions as leads
from leadloop.leads.domain.case import Case
from leadloop.leads.domain.stages import OPEN, SOLD
from leadloop.routing import actions as routing
from leadloop.routing.domain.decide import decide

News = dict[tuple[int, str], list[int]]
"""Leads by whoever is to hear of them, and of what."""


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
    news: News = {}
    version = plan.version if plan else None
    for handover, request in zip(routing.assign_leads(requests, now=now, epoch=epoch), _by_pool(requests), strict=True):
        case = homeless[handover.lead_id]
        case.become(owner_id=handover.person, pool_id=handover.pool_id, waits_since=now, due_at=handover.touch_by)
        told = {"version": version, "rule": request.destination.rule, "draw": handover.draw_id, "place": handover.place}
        case.decided["route"] = told if handover.how != "kept" else told | {"kept": True}
        if handover.person is not None:
            again = handover.how == "kept" and case.inquiries
            news.setdefault((handover.person, "asked_again" if again else "assigned"), []).append(case.lead_id)
    for case in cases:
        if case.lead_id in homeless or not case.inquiries or case.woken:
            continue
        if case.standing["owner_id"] and case.standing["stage"] in (*OPEN, *SOLD):  # nobody has to hear of junk
            news.setdefault((case.standing["owner_id"], "asked_again"), []).append(case.lead_id)
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


def _notify(news: News, *, now: datetime) -> None:
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
