"""From a figure to the leads behind it: addresses of the list of leads, with the same conditions."""

from typing import Any

from leadloop.analytics.domain.periods import Period
from leadloop.leads.domain.stages import Stage
from leadloop.templatetags.navigation import address_of
from leadloop.work.domain.lead_filter import LeadFilter

REACHED = {
    "leads": (),
    "mql": ("mql_at", "sql_at", "converted_at"),
    "sql": ("sql_at", "converted_at"),
    "converted": ("converted_at",),
}
"""Moments of which a lead that reached a step has one."""


def leads_at(step: str, *, source: int | None = None, period: Period | None = None) -> str:
    """The leads that a figure of the funnel counts. `step` is one of `funnel.STEPS`, or "junk"."""
    wanted: list[dict[str, Any]] = period.criteria("received_at") if period else []
    stages = (step,) if step in (Stage.WON, Stage.JUNK) else ()
    if not stages:
        wanted.insert(0, {"field": "stage", "op": "is_not", "value": Stage.JUNK.value})
        moments = [{"field": name, "op": "is_not_blank"} for name in REACHED[step]]
        wanted += [{"any": moments}] if moments else []
    return _address(LeadFilter(stages=stages, sources=(source,) if source else (), where=_all(wanted)))


def leads_of(person: int | None, *, period: Period | None = None, field: str = "received_at", stages: tuple[str, ...] = ()) -> str:
    """The leads that a person has, of a period."""
    owner = "none" if person is None else str(person)
    return _address(LeadFilter(owners=(owner,), stages=stages, where=_all(period.criteria(field) if period else [])))


def overdue_of(person: int, *, now: str) -> str:
    """The open leads of a person whose time is up."""
    late = [{"field": "is_open", "op": "is_true"}, {"field": "due_at", "op": "before", "value": now}]
    return _address(LeadFilter(owners=(str(person),), where=_all(late)))


def _all(conditions: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {"all": conditions} if conditions else None


def _address(asked: LeadFilter) -> str:
    leads = address_of("work:leads")
    return f"{leads}{asked.address()}" if leads else ""
