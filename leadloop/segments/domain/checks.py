"""Whether a segment can be published, and what it says in words. Pure: forms ask on saving, publication asks again."""

from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.checks import errors
from leadloop.leads.domain.criteria.sentence import Names
from leadloop.segments.domain.rule import KIND_MEANINGS, KIND_TITLES, Kind, kind_of

KINDS = tuple(kind.value for kind in Kind)


def check_segment_spec(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a segment from being published; [] when nothing does."""
    if not isinstance(spec, dict):
        return [Problem("", "A segment is an object.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key not in ("kind", "criteria")]
    if spec.get("kind", Kind.DYNAMIC) not in KINDS:
        return [*found, Problem("Kind", f"A segment is one of {', '.join(KINDS)}.")]
    if kind_of(spec) is Kind.FIXED:
        return [*found, *([Problem("Criteria", "A fixed list has none: make it mixed, or leave them out.")] if "criteria" in spec else [])]
    try:
        tree = criteria.parse(spec.get("criteria"), catalogue)
    except criteria.CriteriaInvalid as error:
        return [*found, Problem("Criteria", str(error))]
    if tree in (criteria.All(()), criteria.AnyOf(())):
        found.append(Problem("Criteria", "Name at least one condition: now it is every lead or none."))
    return found + [Problem("Criteria", text) for text in errors(tree)]


def segment_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A segment in words."""
    kind = kind_of(spec)
    lines = {"kind": Line("Kind", f"{KIND_TITLES[kind]}. {KIND_MEANINGS[kind]}")}
    if kind is not Kind.FIXED:
        lines["criteria"] = Line("Who is in it", criteria.in_words(spec["criteria"], names))
    return lines
