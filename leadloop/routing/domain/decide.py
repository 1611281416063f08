"""Which pool a lead goes to, by the first rule that holds; pure, so that it can be replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from leadloop.leads.domain import criteria

How = Literal["turn", "wait"]


@dataclass(frozen=True, slots=True)
class Destination:
    """A pool, and whether the lead is dealt to the next in turn there or waits to be claimed."""

    pool_id: int
    how: How
    rule: str  # id of the rule that held, or "fallback"


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A published route, compiled. Rules are tried in order; the fallback always holds, so no lead is nobody's."""

    version: int
    rules: tuple[tuple[Callable[[dict[str, Any], datetime], bool], Destination], ...]
    fallback: Destination


def compile_route(spec: dict[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> RoutePlan:
    """From `{"rules": [{"id", "when", "pool", "how"}], "fallback": {"pool", "how"}}`.

    Raises:
        CriteriaInvalid: a rule's criteria do not stand.
        KeyError: a part is missing; drafts are checked before they are saved (`routing.forms`).
    """
    rules = tuple(
        (criteria.predicate(criteria.parse(rule["when"], catalogue)), Destination(rule["pool"], rule["how"], rule["id"]))
        for rule in spec["rules"]
    )
    return RoutePlan(version, rules, Destination(spec["fallback"]["pool"], spec["fallback"]["how"], "fallback"))


def decide(facts: dict[str, Any], plan: RoutePlan, *, now: datetime) -> Destination:
    """The first rule that holds says where."""
    for holds, destination in plan.rules:
        if holds(facts, now):
            return destination
    return plan.fallback
