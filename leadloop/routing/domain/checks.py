"""Whether a route can be published, and what it says in words. Pure: forms ask on saving, publication asks again."""

from collections.abc import Collection, Mapping
from typing import Any

from leadloop.kernel.drafts import Line, Problem, title_of
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.checks import errors
from leadloop.leads.domain.criteria.sentence import Names

RULE_LIMIT = 100
HOW_WORDS = {"turn": "next in turn", "wait": "waits to be claimed"}
RULE_PARTS = ("id", "label", "when", "pool", "how")


def check_route_spec(spec: Any, pools: Collection[int], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a route from being published, place by place; `pools` are the ids there are."""
    if not isinstance(spec, dict) or not isinstance(spec.get("rules"), list):
        return [Problem("", "A route is an object with a list of rules and a fallback.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("rules", "fallback")]
    if len(spec["rules"]) > RULE_LIMIT:
        found.append(Problem("Rules", f"There can be at most {RULE_LIMIT} rules."))
    seen: set[Any] = set()
    for number, rule in enumerate(spec["rules"][:RULE_LIMIT], start=1):
        found += check_route_rule(rule, number, seen, pools, catalogue)
    fallback = spec.get("fallback")
    if not isinstance(fallback, dict):
        return [*found, Problem("Everybody else", "Say which pool takes the leads that no rule names.")]
    return found + _check_destination(fallback, "Everybody else", pools)


def check_route_rule(
    rule: Any, number: int, seen: set[Any], pools: Collection[int], catalogue: criteria.Catalogue = criteria.CATALOGUE
) -> list[Problem]:
    """What is wrong with one rule; remembers its id in `seen`."""
    if not isinstance(rule, dict):
        return [Problem(f"Rule {number}", "A rule is an object.")]
    place = f"Rule {number}: {title_of(rule)}"
    found = [Problem(place, f"There is no part called {part}.") for part in rule if part not in RULE_PARTS]
    key, label = rule.get("id"), rule.get("label", "")
    if not isinstance(key, str) or not key or len(key) > 60 or key == "fallback" or key in seen:
        found.append(Problem(place, "Its id is missing, too long or used twice."))
    seen.add(key if isinstance(key, str) else None)
    if not isinstance(label, str) or len(label) > 120:
        found.append(Problem(place, "Its name has at most 120 characters."))
    try:
        tree = criteria.parse(rule.get("when"), catalogue)
        if tree == criteria.AnyOf(()):
            found.append(Problem(place, "It holds for no lead."))
        found += [Problem(place, text) for text in errors(tree)]
    except criteria.CriteriaInvalid as error:
        found.append(Problem(place, str(error)))
    return found + _check_destination(rule, place, pools)


def route_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A route in words: its rules in order, then everybody else."""
    pools = (names or {}).get("pool", {})
    lines = {
        f"rule:{rule['id']}": Line(title_of(rule), f"when {criteria.in_words(rule['when'], names)}: {destination_words(rule, pools)}")
        for rule in spec["rules"]
    }
    return lines | {"fallback": Line("Everybody else", destination_words(spec["fallback"], pools))}


def destination_words(part: Mapping[str, Any], pools: Mapping[int, str]) -> str:
    """ "Sales, next in turn"."""
    return f"{pools.get(part['pool'], 'a pool that is gone')}, {HOW_WORDS.get(part['how'], part['how'])}"


def _check_destination(part: Mapping[str, Any], place: str, pools: Collection[int]) -> list[Problem]:
    found = []
    if part.get("pool") not in pools or isinstance(part.get("pool"), bool):
        found.append(Problem(place, "Its pool does not exist (any more)."))
    if part.get("how") not in HOW_WORDS:
        found.append(Problem(place, "A lead goes to the next in turn, or waits to be claimed."))
    return found
