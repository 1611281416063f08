"""Which new leads are junk: the published rules, compiled; what keeps a draft from being published; and what it says in words. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadloop.kernel.drafts import Line, Problem, title_of
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.sentence import Names

RULE_LIMIT = 200
RULE_PARTS = ("id", "label", "when")
LATER = frozenset(
    {"stage", "is_open", "score", "grade", "owner", "pool", "entered_at", "waits_since", "due_at", "first_touch_at", "accepted_at"}
    | {"mql_at", "sql_at", "converted_at", "closed_at"}
)
"""Fields that say nothing yet when junk is looked for: before scoring and routing."""
Holds = Callable[[dict[str, Any], datetime], bool]


@dataclass(frozen=True, slots=True)
class JunkPlan:
    """Published junk rules, compiled. `passes` is None where nobody that was junk comes back by itself."""

    version: int
    rules: tuple[tuple[str, Holds], ...]
    passes: Holds | None


def compile_junk_rules(spec: dict[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> JunkPlan:
    """From `{"rules": [{"id", "label", "when"}], "passes": criteria or null}`.

    Raises:
        CriteriaInvalid: a rule's criteria do not stand.
    """
    rules = tuple((rule["id"], criteria.predicate(criteria.parse(rule["when"], catalogue))) for rule in spec["rules"])
    passes = criteria.predicate(criteria.parse(spec["passes"], catalogue)) if spec.get("passes") else None
    return JunkPlan(version, rules, passes)


def caught_by(facts: dict[str, Any], plan: JunkPlan, *, now: datetime) -> str:
    """The id of the first rule that calls the lead junk, or ''."""
    return next((key for key, holds in plan.rules if holds(facts, now)), "")


def lets_through(facts: dict[str, Any], plan: JunkPlan, *, now: datetime) -> bool:
    """Whether somebody who was junk before comes back by themselves: what the rulebook asks for holds, and no rule catches them."""
    return plan.passes is not None and plan.passes(facts, now) and not caught_by(facts, plan, now=now)


def check_junk_spec(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps junk rules from being published, place by place."""
    if not isinstance(spec, dict) or not isinstance(spec.get("rules"), list):
        return [Problem("", "Junk rules are an object with a list of rules.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("rules", "passes")]
    if len(spec["rules"]) > RULE_LIMIT:
        found.append(Problem("Rules", f"There can be at most {RULE_LIMIT} rules."))
    seen: set[Any] = set()
    for number, rule in enumerate(spec["rules"][:RULE_LIMIT], start=1):
        found += check_junk_rule(rule, number, seen, catalogue)
    if spec.get("passes"):
        found += _check_criteria(spec["passes"], "Lets through", catalogue, of_none="It holds for no lead; leave it empty instead.")
    return found


def check_junk_rule(rule: Any, number: int, seen: set[Any], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What is wrong with one rule; remembers its id in `seen`."""
    if not isinstance(rule, dict):
        return [Problem(f"Rule {number}", "A rule is an object.")]
    place = f"Rule {number}: {title_of(rule)}"
    found = [Problem(place, f"There is no part called {part}.") for part in rule if part not in RULE_PARTS]
    key, label = rule.get("id"), rule.get("label", "")
    if not isinstance(key, str) or not key or len(key) > 60 or key in seen:
        found.append(Problem(place, "Its id is missing, too long or used twice."))
    seen.add(key if isinstance(key, str) else None)
    if not isinstance(label, str) or not 0 < len(label) <= 120:
        found.append(Problem(place, "Its name has 1 to 120 characters."))
    return found + _check_criteria(rule.get("when"), place, catalogue, of_none="It holds for no lead.")


def _check_criteria(spec: Any, place: str, catalogue: criteria.Catalogue, *, of_none: str) -> list[Problem]:
    try:
        tree = criteria.parse(spec, catalogue)
    except criteria.CriteriaInvalid as error:
        return [Problem(place, str(error))]
    if tree == criteria.AnyOf(()):
        return [Problem(place, of_none)]
    if tree == criteria.All(()):
        return [Problem(place, "It holds for every lead.")]
    late = sorted(criteria.fields_used(tree) & LATER)
    return [Problem(place, f"It asks for {', '.join(late)}, which is not known yet when a lead comes in.")] if late else []


def junk_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """Junk rules in words: each rule, then whom they let through."""
    lines = {f"rule:{rule['id']}": Line(title_of(rule), f"junk when {criteria.in_words(rule['when'], names)}") for rule in spec["rules"]}
    passes = f"when {criteria.in_words(spec['passes'], names)} and no rule holds" if spec.get("passes") else "never by themselves"
    return lines | {"passes": Line("Who was junk comes back", passes)}


@dataclass(frozen=True, slots=True)
class Seen:
    """A stored lead as a preview looks at it: what it is today."""

    facts: dict[str, Any]
    junk: bool
    won: bool


@dataclass(frozen=True, slots=True)
class Hits:
    """What one rule would have caught: junk rightly, others wrongly, customers among them."""

    junk: int = 0
    others: int = 0
    won: int = 0

    @property
    def all(self) -> int:
        return self.junk + self.others


@dataclass(frozen=True, slots=True)
class JunkPreview:
    """Rules over real leads. `wrong` are the leads that are no junk and would be caught: (lead, rule), customers first."""

    leads: int
    junk: int
    total: Hits
    rules: Mapping[str, Hits]
    wrong: Sequence[tuple[int, str]]

    @property
    def precision(self) -> float | None:
        return self.total.junk / self.total.all if self.total.all else None

    @property
    def recall(self) -> float | None:
        return self.total.junk / self.junk if self.junk else None


def preview_junk(leads: Mapping[int, Seen], plan: JunkPlan, *, now: datetime) -> JunkPreview:
    """Ask the rules about stored leads as if they came in now; each lead counts for the first rule that holds, as it would."""
    found: dict[str, Counter[str]] = {key: Counter() for key, _ in plan.rules}
    wrong = []
    for lead_id, seen in leads.items():
        key = caught_by(seen.facts, plan, now=now)
        if key:
            found[key].update(junk=seen.junk, others=not seen.junk, won=seen.won)
            if not seen.junk:
                wrong.append((lead_id, key))
    total = sum(found.values(), Counter())
    wrong.sort(key=lambda pair: (not leads[pair[0]].won, -pair[0]))
    hits = {key: Hits(count["junk"], count["others"], count["won"]) for key, count in found.items()}
    return JunkPreview(
        leads=len(leads),
        junk=sum(seen.junk for seen in leads.values()),
        total=Hits(total["junk"], total["others"], total["won"]),
        rules=hits,
        wrong=tuple(wrong),
    )
