"""The written agreement on what a qualified lead is, compiled."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadloop.leads.domain import criteria

SIDES = ("marketing", "sales")


@dataclass(frozen=True, slots=True)
class QualifiedLead:
    """A published definition: `holds(facts, now)` and the minutes within which sales promises the first touch."""

    version: int
    holds: Callable[[dict[str, Any], datetime], bool]
    sla_minutes: int


def compile_definition(spec: dict[str, Any], *, version: int, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> QualifiedLead:
    """From `{"text", "criteria", "sla_minutes", "signatures": {"marketing": {...}, "sales": {...}}}`.

    Raises:
        CriteriaInvalid: the criteria do not stand.
    """
    return QualifiedLead(version, criteria.predicate(criteria.parse(spec["criteria"], catalogue)), int(spec["sla_minutes"]))


def missing_signatures(spec: dict[str, Any]) -> list[str]:
    """The sides that have not signed this text yet."""
    return [side for side in SIDES if side not in spec.get("signatures", {})]
