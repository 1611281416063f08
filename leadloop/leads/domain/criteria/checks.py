"""What is wrong or odd with criteria that parse: they hold never, or always, or say something that makes no difference; what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from leadloop.leads.domain.criteria.catalogue import FieldType, Op
from leadloop.leads.domain.criteria.fields import RECALLED
from leadloop.leads.domain.criteria.possible import can_hold, implies
from leadloop.leads.domain.criteria.sentence import Names, sentence
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, Node, TouchCount, parts_of, walk

MOST_COMPARED = 30
"""Parts of one group that are compared with one another."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` "error" where publishing makes no sense, "warning" where it does what it says but perhaps not what was meant."""

    level: Literal["error", "warning"]
    text: str


def findings(tree: Node, names: Names | None = None) -> list[Finding]:
    """What somebody should know before this is published; [] for nothing. An empty group means what it says and is left alone."""
    if not can_hold(tree):
        return [] if tree == AnyOf(()) else [Finding("error", f"No lead can ever meet this{_because(tree, names)}.")]
    if implies((), tree):
        return [] if tree == All(()) else [Finding("error", "Every lead meets this, whatever it is like.")]
    found = [text for node in walk(tree) for text in _idle(node, names)]
    return [Finding("warning", text) for text in dict.fromkeys(found)]


def errors(tree: Node, names: Names | None = None) -> list[str]:
    """What keeps a rule with these criteria from being published."""
    return [one.text for one in findings(tree, names) if one.level == "error"]


def _because(tree: Node, names: Names | None) -> str:
    """The two parts that exclude one another, where there are two."""
    parts = tree.parts[:MOST_COMPARED] if isinstance(tree, All) else ()
    for place, part in enumerate(parts):
        if not can_hold(part):
            return f": {_said(part, names)} is impossible" if len(parts) > 1 else ""
        for other in parts[place + 1 :]:
            if not can_hold(part, other):
                return f": {_said(part, names)} excludes {_said(other, names)}"
    return ""


def _idle(node: Node, names: Names | None) -> list[str]:
    """Parts of a group that make no difference beside the others."""
    parts = parts_of(node)
    if not isinstance(node, All | AnyOf) or len(parts) > MOST_COMPARED:
        return []
    found = []
    seen: list[Node] = []
    for part in parts:
        if part in seen:
            found.append(f"{_said(part, names)} is said twice.")
        elif isinstance(node, AnyOf) and not can_hold(part):
            found.append(f"{_said(part, names)} is never true.")
        elif isinstance(node, All) and implies((), part):
            found.append(f"{_said(part, names)} is always true.")
        elif beside := _made_idle(node, part, seen, [one for one in parts if one != part]):
            found.append(f"{_said(part, names)} makes no difference beside {_said(beside, names)}.")
        seen.append(part)
    return found


def _made_idle(group: All | AnyOf, part: Node, seen: Sequence[Node], others: Sequence[Node]) -> Node | None:
    """Another part that already says it. Of two that say the same only the later one is idle."""
    for other in others:
        said = implies([other], part) if isinstance(group, All) else implies([part], other)
        same = implies([part], other) if isinstance(group, All) else implies([other], part)
        if said and (not same or other in seen):
            return other
    return None


def _said(node: Node, names: Names | None) -> str:
    text = sentence(node, names)
    return f"“{text if len(text) <= 90 else text[:90] + '…'}”"


class Cost(IntEnum):
    """How a database finds the leads, the dearest part first to come to mind."""

    INDEX = 1
    ROWS = 2
    TOUCHES = 3


COST_WORDS = {
    Cost.INDEX: "read from an index",
    Cost.ROWS: "reads every lead",
    Cost.TOUCHES: "looks at the touches of leads",
}
_INDEXED = frozenset({"stage", "is_open", "source", "owner", "pool", "score", "received_at", "due_at", "hours_since_received"})
_OPEN_ENDED = frozenset({Op.IS_NOT, Op.NONE_OF, Op.IS_NOT_BLANK, Op.NOT_IN_LAST_DAYS, Op.IS_FALSE, Op.IS_BLANK})
MICROSECONDS = {Cost.INDEX: 0.05, Cost.ROWS: 1.0, Cost.TOUCHES: 5.0}
"""Of a condition on a lead, on one core, the slower of the two databases (benchmarks, `docs/decisions`)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How a tree is found, and the seconds that it takes over a million leads, within a factor of three."""

    cost: Cost
    seconds: float

    @property
    def words(self) -> str:
        return f"{COST_WORDS[self.cost]}, about {self.seconds:.1g} s over a million leads"


def estimate(tree: Node) -> Estimate:
    """What it costs to find the leads of a tree. An index narrows a group where all parts have to hold."""
    match tree:
        case All(parts) if parts:
            each = [estimate(part) for part in parts]
            narrow = min(each, key=lambda one: one.cost)
            if narrow.cost is Cost.INDEX:
                return Estimate(Cost.INDEX, narrow.seconds + sum(one.seconds for one in each if one is not narrow) / 5)
            return Estimate(max(one.cost for one in each), sum(one.seconds for one in each))
        case Condition() | TouchCount():
            cost = _cost_of(tree)
            return Estimate(cost, MICROSECONDS[cost])
        case _:
            each = [estimate(part) for part in parts_of(tree)] or [Estimate(Cost.ROWS, MICROSECONDS[Cost.ROWS])]
            return Estimate(max(one.cost for one in each), sum(one.seconds for one in each))


def _cost_of(node: Condition | TouchCount) -> Cost:
    if isinstance(node, TouchCount) or node.field.name in RECALLED:
        return Cost.TOUCHES
    if node.field.name in _INDEXED and node.op not in _OPEN_ENDED and node.field.type is not FieldType.TEXT:
        return Cost.INDEX
    return Cost.ROWS
