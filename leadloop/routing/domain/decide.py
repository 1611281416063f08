"""Which way a lead goes, by the first rule that holds; pure, so that it can be replayed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from leadloop.leads.domain import criteria
from leadloop.routing.domain.stops import SHARED, Leg, Stop, Window, leaves, stops_of, when_none, window_of

How = Literal["turn", "wait"]


@dataclass(frozen=True, slots=True)
class Destination:
    """A pool, and whether the lead is dealt to the next in turn there or waits to be claimed.

    `legs` are the stops that the lead goes along, where there is more to the rule than that; the last one that is a pool holds it.
    """

    pool_id: int
    how: How
    rule: str  # id of the rule that held, or "fallback"
    legs: tuple[Leg, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule, compiled: what has to hold, with the groups around it, and where it sends a lead."""

    id: str
    tree: criteria.Node
    test: Callable[[dict[str, Any], datetime], bool]
    during: tuple[Window, ...]
    destination: Destination
    stops: tuple[Stop, ...]
    when_none: str

    def holds(self, facts: dict[str, Any], now: datetime) -> bool:
        """Whether the rule takes this lead at this moment."""
        return all(now in window for window in self.during) and self.test(facts, now)


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A published route, compiled. Rules are tried in order; the fallback always holds, so no lead is nobody's."""

    version: int
    rules: tuple[Ruling, ...]
    fallback: Destination
    last: tuple[Stop, ...]  # those of the fallback
    ways: dict[tuple[str, ...], Destination] = field(default_factory=dict, compare=False)  # over several rules, once somebody went there

    def stop(self, rule: str, index: int) -> Stop:
        """A stop by the rule that it belongs to and its place there.

        Raises:
            LookupError: this version has no such stop.
        """
        stops = self.last if rule == "fallback" else next((one.stops for one in self.rules if one.id == rule), ())
        return stops[index]


def compile_route(spec: dict[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> RoutePlan:
    """From rules with stops (`domain.stops`) or of the first shape: `{"id", "when", "pool", "how"}`, and a fallback of either shape.

    Raises:
        CriteriaInvalid: a rule's criteria do not stand.
        KeyError: a part is missing; drafts are checked before they are saved (`routing.forms`).
    """
    last = stops_of(spec["fallback"])
    rules = []
    for rule, above in leaves(spec["rules"]):
        trees = tuple(criteria.parse(one["when"], catalogue) for one in (*above, rule))
        tree = trees[0] if len(trees) == 1 else criteria.All(trees)
        stops, then = stops_of(rule), when_none(rule)
        during = tuple(window for one in (*above, rule) if (window := window_of(one.get("between"))))
        rules.append(Ruling(rule["id"], tree, criteria.predicate(tree), during, _destination(rule["id"], stops, then, last), stops, then))
    return RoutePlan(version, tuple(rules), _destination("fallback", last, "hold", last), last)


def decide(facts: dict[str, Any], plan: RoutePlan, *, now: datetime) -> Destination:
    """The first rule that holds says where."""
    for place, rule in enumerate(plan.rules):
        if rule.holds(facts, now):
            return rule.destination if rule.when_none != "next" else _going_on(facts, plan, place, now)
    return plan.fallback


def _going_on(facts: dict[str, Any], plan: RoutePlan, place: int, now: datetime) -> Destination:
    """The way of a rule that leaves what it cannot place to the rules after it."""
    first, taken = plan.rules[place], list[Ruling]()
    for rule in plan.rules[place:]:
        if rule is first or rule.holds(facts, now):
            taken.append(rule)
            if rule.when_none != "next":
                break
    key = tuple(rule.id for rule in taken)
    if key not in plan.ways:
        legs = [leg for rule in taken for leg in _legs(rule.id, rule.stops)]
        legs += _legs("fallback", plan.last) if taken[-1].when_none != "hold" else []
        plan.ways[key] = Destination(_home(legs), first.destination.how, first.id, tuple(legs))
    return plan.ways[key]


def _destination(rule: str, stops: tuple[Stop, ...], then: str, last: tuple[Stop, ...]) -> Destination:
    if len(stops) == 1 and then == "hold" and stops[0].is_plain:
        return Destination(stops[0].id or 0, "wait" if stops[0].method == "claim" else "turn", rule)
    legs = [*_legs(rule, stops), *(_legs("fallback", last) if then != "hold" else ())]
    return Destination(_home(legs), "wait" if legs[0].stop.method == "claim" else "turn", rule, tuple(legs))


def _legs(rule: str, stops: tuple[Stop, ...]) -> list[Leg]:
    return [Leg(rule, index, stop) for index, stop in enumerate(stops)]


def _home(legs: list[Leg]) -> int:
    """The first pool on the way: whose leads these are until they move on."""
    return next((leg.stop.id or 0 for leg in legs if leg.stop.kind in SHARED), 0)
