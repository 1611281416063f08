"""Why a lead meets criteria, or does not: the tree with the truth and the found value at every node."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.leads.domain.criteria.catalogue import Facts
from leadloop.leads.domain.criteria.found import finder
from leadloop.leads.domain.criteria.predicate import predicate
from leadloop.leads.domain.criteria.sentence import Names, sentence
from leadloop.leads.domain.criteria.touch_test import counted
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, Node, Not, TouchCount, dump_moment, parts_of


@dataclass(frozen=True, slots=True)
class Explained:
    """One node in words, whether it holds, and what was found: the lead's value, a count of touches, or None for a group."""

    node: Node
    says: str
    holds: bool
    found: object
    parts: tuple["Explained", ...]

    def as_json(self) -> dict[str, object]:
        """For traces: plain JSON, moments as text, groups without `found`."""
        line: dict[str, object] = {"says": self.says, "holds": self.holds}
        if isinstance(self.node, Condition | TouchCount):
            return line | {"found": dump_moment(self.found) if isinstance(self.found, datetime) else self.found}
        return line | {"parts": [part.as_json() for part in self.parts]}


def explain(tree: Node, facts: Facts, now: datetime, names: Names | None = None) -> Explained:
    """Judge every node of the tree, also those that `predicate` would skip because the answer is known."""
    parts = tuple(explain(part, facts, now, names) for part in parts_of(tree))
    match tree:
        case All():
            holds, found = all(part.holds for part in parts), None
        case AnyOf():
            holds, found = any(part.holds for part in parts), None
        case Not():
            holds, found = not parts[0].holds, None
        case TouchCount():
            holds, found = predicate(tree)(facts, now), counted(tree, facts, now)
        case Condition(field):
            holds, found = predicate(tree)(facts, now), finder(field)(facts, now)
    return Explained(tree, sentence(tree, names), holds, found, parts)
