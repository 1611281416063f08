"""Whether a draft can be published, and what it says in words. Pure: forms ask on saving, publication asks again."""

from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.checks import errors
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.scoring.domain.model_checks import PARTS, SELF, check_parts, lines_of_parts
from leadloop.scoring.domain.scorecard import TOP

RULE_LIMIT = 100
LETTERS = ("A", "B", "C")


def check_score_spec(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a score model from being published, place by place; [] when nothing does."""
    if not isinstance(spec, dict) or not isinstance(spec.get("rules"), list):
        return [Problem("", "A score model is an object with a list of rules.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("base", "rules", "heat", "grades", *PARTS)]
    found += check_parts(spec, catalogue)
    found += _whole(spec.get("base", 0), -TOP, TOP, "Starting points")
    found += _check_heat(spec.get("heat") or {})
    found += _check_grades(spec.get("grades", {}))
    if len(spec["rules"]) > RULE_LIMIT:
        found.append(Problem("Rules", f"There can be at most {RULE_LIMIT} rules."))
    seen: set[Any] = set()
    for number, rule in enumerate(spec["rules"][:RULE_LIMIT], start=1):
        found += check_score_rule(rule, number, seen, catalogue)
    return found


def check_score_rule(rule: Any, number: int, seen: set[Any], catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What is wrong with one rule; remembers its id in `seen`."""
    if not isinstance(rule, dict):
        return [Problem(f"Rule {number}", "A rule is an object.")]
    place = f"Rule {number}: {rule.get('label') or 'without a name'}"
    found = _check_name(rule, place, seen)
    points = _whole(rule.get("points"), -TOP, TOP, place, "points")
    found += points or ([Problem(place, "Give it points above or below 0; a rule of 0 points does nothing.")] if not rule["points"] else [])
    tree, wrong = parsed(rule.get("when"), place, catalogue)
    found += wrong
    if tree is not None and criteria.fields_used(tree) & SELF:
        found.append(Problem(place, "A score cannot be read by the rules that make it."))
    return found


def parsed(spec: Any, place: str, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> tuple[criteria.Node | None, list[Problem]]:
    """The tree of some criteria, or what is wrong with them."""
    try:
        tree = criteria.parse(spec, catalogue)
        return tree, [Problem(place, text) for text in errors(tree)]
    except criteria.CriteriaInvalid as error:
        return None, [Problem(place, str(error))]


def score_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A score model in words, part by part."""
    heat, grades = spec.get("heat") or {}, spec.get("grades", {})
    lines = {"base": Line("Starting points", f"{spec.get('base', 0)} points")}
    for rule in spec["rules"]:
        says = f"{rule['points']:+d} when {criteria.in_words(rule['when'], names)}"
        lines[f"rule:{rule['id']}"] = Line(rule["label"], says)
    if not spec.get("engagement"):
        lines["heat"] = Line(
            "Warmth", f"up to {heat.get('points', 0)} points, in full at {heat.get('full_at', 10):g} points of fresh activity"
        )
    lines |= lines_of_parts(spec, names)
    lines["grades"] = Line("Grades", ", ".join(f"{letter} from {grades[letter]}" for letter in sorted(grades)) + ", else D")
    return lines


def _check_name(rule: dict[str, Any], place: str, seen: set[Any]) -> list[Problem]:
    found = []
    key, label = rule.get("id"), rule.get("label")
    if not isinstance(key, str) or not key or len(key) > 60 or key == "heat" or key in seen:
        found.append(Problem(place, "Its id is missing, too long or used twice."))
    seen.add(key if isinstance(key, str) else None)
    if not isinstance(label, str) or not 1 <= len(label.strip()) <= 120:
        found.append(Problem(place, "Give it a name of 1 to 120 characters."))
    found += [Problem(place, f"There is no part called {part}.") for part in rule if part not in ("id", "label", "when", "points")]
    return found


def _check_heat(heat: Any) -> list[Problem]:
    if not isinstance(heat, dict):
        return [Problem("Warmth", "Warmth is an object with points and full_at.")]
    full_at = heat.get("full_at", 10)
    found = _whole(heat.get("points", 0), 0, TOP, "Warmth", "points")
    if isinstance(full_at, bool) or not isinstance(full_at, int | float) or not 0 < full_at <= 10_000:
        found.append(Problem("Warmth", "It is full at a number above 0, at most 10,000."))
    return found


def _check_grades(grades: Any) -> list[Problem]:
    if not isinstance(grades, dict) or sorted(grades) != list(LETTERS):
        return [Problem("Grades", "Give the lowest points of A, B and C; everything below is D.")]
    found = [problem for letter in LETTERS for problem in _whole(grades[letter], -TOP, 2 * TOP, "Grades", f"points of {letter}")]
    if not found and not grades["A"] > grades["B"] > grades["C"]:
        found.append(Problem("Grades", "A takes more points than B, and B more than C."))
    return found


def _whole(value: Any, low: int, high: int, place: str, what: str = "number") -> list[Problem]:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        return [Problem(place, f"The {what} must be whole, from {low:,} to {high:,}.")]
    return []
