"""The segments in force, compiled once for every epoch of rules."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.domain import criteria
from leadloop.segments.domain.rule import Kind, Rule, in_order, rule_of
from leadloop.segments.models import Segment

log = logging.getLogger("leadloop.segments")
Test = Callable[[dict[str, Any], datetime], bool]


@dataclass(frozen=True, slots=True)
class Published:
    """Every segment in force that can be read, each after those that it asks about. `tests` leaves fixed lists out: nothing moves them."""

    rules: tuple[Rule, ...]
    tests: tuple[tuple[Rule, Test], ...]

    @property
    def asks(self) -> bool:
        """Whether a segment asks who is in another one."""
        return any(rule.asks for rule in self.rules)

    def rule(self, name: str) -> Rule | None:
        return next((rule for rule in self.rules if rule.name == name), None)


@lru_cache(maxsize=2)
def published_segments(epoch: int) -> Published:
    """What is in force. One that cannot be read any more is left out: its members stay as they are until somebody repairs it."""
    rules, known = [], fields.known(epoch)
    for row in Segment.objects.published():
        try:
            rules.append(rule_of(row.name, row.title, row.version, row.spec, known))
        except (criteria.CriteriaInvalid, ValueError):
            log.warning("segment %s v%s cannot be read any more; nobody is placed in it", row.name, row.version)
    ordered = in_order(rules)
    return Published(ordered, tuple((rule, criteria.predicate(rule.tree)) for rule in ordered if rule.kind is not Kind.FIXED))


def segments_in_force() -> Published:
    """Those of this moment. One query once they are compiled."""
    return published_segments(current_epoch())
