"""Whether a segment can be published, and what it says in words. Pure: forms ask on saving, publication asks again."""

from typing import Any

from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain import criteria
from leadloop.leads.domain.criteria.checks import errors
from leadloop.leads.domain.criteria.sentence import Names


def check_segment_spec(spec: Any, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> list[Problem]:
    """What keeps a segment from being published; [] when nothing does."""
    if not isinstance(spec, dict):
        return [Problem("", "A segment is an object.")]
    found = [Problem("", f"There is no part called {key}.") for key in spec if key != "criteria"]
    try:
        tree = criteria.parse(spec.get("criteria"), catalogue)
    except criteria.CriteriaInvalid as error:
        return [*found, Problem("Criteria", str(error))]
    if tree in (criteria.All(()), criteria.AnyOf(())):
        found.append(Problem("Criteria", "Name at least one condition: now it is every lead or none."))
    return found + [Problem("Criteria", text) for text in errors(tree)]


def segment_lines(spec: dict[str, Any], names: Names | None = None) -> dict[str, Line]:
    """A segment in words."""
    return {"criteria": Line("Who is in it", criteria.in_words(spec["criteria"], names))}
