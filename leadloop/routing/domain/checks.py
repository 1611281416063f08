"""Whether a route can be published, and what it says in words. Pure: forms ask on saving, publication asks again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from leadloop.kernel.drafts import Line, Problem, title_of
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.checks import errors
from leadloop.leads.domain.criteria.possible import implies
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.routing.domain.stop_checks import check_between, check_way
from leadloop.routing.domain.stops import SHARED, leaves, stops_of, when_none
from leadloop.routing.domain.words import between_words, way_words

RULE_LIMIT = 100
DEEPEST = 5
RULE_PARTS = ("id", "label", "when", "pool", "how", "stops", "when_none", "between", "rules")


@dataclass(frozen=True, slots=True)
class Known:
    """What a route may name: pools, people (None: not looked at) and fields."""

    pools: Collection[int]
    catalogue: criteria.Catalogue
    people: Collection[int] | None = None


def check_route_spec(
    spec: Any, pools: Collection[int], catalogue: criteria.Catalogue = criteria.CATALOGUE, people: Collection[int] | None = None
) -> list[Problem]:
    """What keeps a route from being published, place by place; `pools` and `people` are the ids there are."""
    if not isinstance(spec, dict) or not isinstance(spec.get("rules"), list):
        return [Problem("", "A route is an object with a list of rules and a fallback.")]
    known = Known(pools, catalogue, people)
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("rules", "fallback")]
    if len(spec["rules"]) > RULE_LIMIT:
        found.append(Problem("Rules", f"There can be at most {RULE_LIMIT} rules."))
    seen: set[Any] = set()
    for number, rule in enumerate(spec["rules"][:RULE_LIMIT], start=1):
        found += check_route_rule(rule, number, seen, known)
    fallback = spec.get("fallback")
    if not isinstance(fallback, dict):
        return [*found, Problem("Everybody else", "Say which pool takes the leads that no rule names.")]
    return found + check_way(fallback, "Everybody else", known.pools, known.people, holds=True)


def check_route_rule(rule: Any, number: int, seen: set[Any], known: Known, depth: int = 1) -> list[Problem]:
    """What is wrong with one rule and the rules in it; remembers ids in `seen`."""
    if not isinstance(rule, dict):
        return [Problem(f"Rule {number}", "A rule is an object.")]
    place = f"Rule {number}: {title_of(rule)}"
    found = [Problem(place, f"There is no part called {part}.") for part in rule if part not in RULE_PARTS]
    key, label = rule.get("id"), rule.get("label", "")
    if not isinstance(key, str) or not key or len(key) > 60 or key in ("fallback", "before") or key in seen:
        found.append(Problem(place, "Its id is missing, too long or used twice."))
    seen.add(key if isinstance(key, str) else None)
    if not isinstance(label, str) or len(label) > 120:
        found.append(Problem(place, "Its name has at most 120 characters."))
    found += _check_when(rule.get("when"), place, known.catalogue) + check_between(rule.get("between"), place)
    if "rules" in rule:
        found += _check_inner(rule, number, seen, known, depth, place)
        if "stops" not in rule and "pool" not in rule:
            return found
    return found + check_way(rule, place, known.pools, known.people, holds=when_none(rule) == "hold")


def _check_inner(rule: Any, number: int, seen: set[Any], known: Known, depth: int, place: str) -> list[Problem]:
    inner = rule["rules"]
    if not isinstance(inner, list) or not inner or depth >= DEEPEST or len(inner) > RULE_LIMIT:
        return [Problem(place, f"The rules in it are a list, at least one, at most {RULE_LIMIT}, and {DEEPEST} deep at most.")]
    return [problem for one in inner for problem in check_route_rule(one, number, seen, known, depth + 1)]


def _check_when(when: Any, place: str, catalogue: criteria.Catalogue) -> list[Problem]:
    try:
        tree = criteria.parse(when, catalogue)
    except criteria.CriteriaInvalid as error:
        return [Problem(place, str(error))]
    found = [Problem(place, "It holds for no lead.")] if tree == criteria.AnyOf(()) else []
    return found + [Problem(place, text) for text in errors(tree)]


def route_warnings(spec: Mapping[str, Any], seats: Mapping[int, int], names: Names, catalogue: criteria.Catalogue) -> list[Problem]:
    """What somebody should know before publication, of a spec that stands: pools where nobody sits, rules that are never reached."""
    found, before = [], list[tuple[str, criteria.Node]]()
    for rule, above in leaves(spec["rules"]):
        trees = tuple(criteria.parse(one["when"], catalogue) for one in (*above, rule))
        tree = trees[0] if len(trees) == 1 else criteria.All(trees)
        if hidden := next((title for title, earlier in before if implies([tree], earlier)), None):
            found.append(Problem(title_of(rule), f"It is never reached: “{hidden}” holds for every lead that it holds for."))
        if not any(one.get("between") for one in (*above, rule)):
            before.append((title_of(rule), tree))
        found += _empty_pools(rule, title_of(rule), seats, names)
    return found + _empty_pools(spec["fallback"], "Everybody else", seats, names)


def _empty_pools(part: Mapping[str, Any], place: str, seats: Mapping[int, int], names: Names) -> list[Problem]:
    pools = names.get("pool", {})
    empty = [stop.id for stop in stops_of(part) if stop.kind in SHARED and stop.id is not None and not seats.get(stop.id)]
    return [
        Problem(place, f"Nobody has a seat in {pools.get(pool, 'this pool')}: leads wait there, or go on to the next stop.")
        for pool in dict.fromkeys(empty)
    ]


def route_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A route in words: its rules in order, then everybody else."""
    lines = {}
    for rule, above in leaves(spec["rules"]):
        lines[f"rule:{rule['id']}"] = Line(
            " / ".join(title_of(one) for one in (*above, rule)), f"when {rule_words(rule, above, names)}: {way_words(rule, names or {})}"
        )
    return lines | {"fallback": Line("Everybody else", way_words(spec["fallback"], names or {}))}


def rule_words(rule: Mapping[str, Any], above: tuple[Mapping[str, Any], ...] = (), names: Names | None = None) -> str:
    """When a rule holds, with the groups around it and the hours."""
    said = [criteria.in_words(one["when"], names) for one in (*above, rule)]
    hours = [words for one in (*above, rule) if (words := between_words(one.get("between")))]
    return ", and ".join([*said, *hours])
