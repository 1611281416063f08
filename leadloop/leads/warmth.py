"""How touches warm leads: what a batch folds into their heat, and what engagement hears of each."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import log2
from typing import Any

from leadloop.db import bulk
from leadloop.leads.domain.case import Case, Signal
from leadloop.leads.domain.heat import heat_after, heat_of, heat_of_one, log2_sum
from leadloop.leads.domain.touch_kinds import CAPS, COUNTED, HALF_LIFE_DAYS, WEIGHTS, by_machine

_CAPTURED = log2(WEIGHTS["captured"])
_HEARD = "select lead_id, kind, happened_at, data->>'machine', data->>'campaign' from leads_touch where "


def warm(case: Case) -> None:
    """Fold the new inquiries into the lead's heat and count them."""
    case.remember()
    known = case.standing["heat"]
    terms = [] if known is None else [known]
    terms += [heat_of_one(_CAPTURED, one.received_at, half_life_days=HALF_LIFE_DAYS) for one in case.inquiries]
    case.become(heat=log2_sum(terms), touches=case.standing["touches"] + len(case.inquiries))


def warm_by(cases: Sequence[Case], kind: str, *, happened_at: datetime, data: Mapping[str, Any]) -> None:
    """Fold a touch that is about to be recorded into heat and count of its leads, unless a machine made it.

    No query, but for a kind with a cap: one for the earlier touches of all leads.
    """
    for case in cases:
        case.remember()
    if kind not in COUNTED or by_machine(data):
        return
    touch = Signal(kind, happened_at, str(data.get("campaign") or ""))
    earlier = hear([case.lead_id for case in cases]) if kind in CAPS else {}
    for case in cases:
        if kind in CAPS:
            told = [*earlier.get(case.lead_id, ()), touch]
            heat = heat_of(told, weights=WEIGHTS, caps=CAPS, half_life_days=HALF_LIFE_DAYS)
        else:
            heat = heat_after(case.standing["heat"], [touch], weights=WEIGHTS, half_life_days=HALF_LIFE_DAYS)
        case.become(heat=heat, touches=case.standing["touches"] + 1)


def hear(lead_ids: Sequence[int]) -> dict[int, list[Signal]]:
    """What people did about us, by stored lead, as engagement reads it: what machines did is left out. One query."""
    if not lead_ids:
        return {}
    leads, ids = bulk.any_of("lead_id", lead_ids)
    kinds, names = bulk.any_of("kind", sorted(WEIGHTS))
    heard: dict[int, list[Signal]] = {}
    for lead_id, kind, happened_at, machine, campaign in bulk.fetch(f"{_HEARD}{leads} and {kinds}", [*ids, *names]):
        if not by_machine({"machine": _number(machine)}):
            aware = happened_at if happened_at.tzinfo else happened_at.replace(tzinfo=UTC)
            heard.setdefault(lead_id, []).append(Signal(kind, aware, campaign or ""))
    return heard


def _number(value: Any) -> float | None:
    """JSON of a touch comes as text from one store and as a number from the other."""
    try:
        return None if value is None else float(value)
    except ValueError:
        return None
