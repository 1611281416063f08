"""The tree itself, once it has been checked; only `parse` makes one from what somebody wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from leadloop.kernel.errors import Refused
from leadloop.leads.domain.criteria.catalogue import OPERANDS, Field, Op, Operand

Value = str | int | float | datetime
Spec = dict[str, object]


class CriteriaInvalid(Refused):
    """Somebody wrote criteria that cannot be: `path` says where ("all[2].value"), `reason` what is wrong there."""

    code, message = "criteria_invalid", "These criteria cannot be used. At {path}: {reason}."

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path or "criteria", reason
        super().__init__(path=self.path, reason=reason)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, every lead."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds; with no parts, no lead."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Condition:
    """One field against the values its operator takes: none, one, many, a pair, or a count of days in `zone`."""

    field: Field
    op: Op
    values: tuple[Value, ...] = ()
    zone: str = ""


@dataclass(frozen=True, slots=True)
class TouchCount:
    """How often something happened: touches of `kind` ("" for any) in the `within_days` x 24 hours up to now (None for ever).

    `at_least` and `at_most` bound the count; one of them is set. A touch that is still to come never counts, so that a decision
    replayed at its own moment sees what it saw then.
    """

    kind: str
    within_days: int | None
    at_least: int | None = None
    at_most: int | None = None


Node = All | AnyOf | Not | Condition | TouchCount


def fields_used(tree: Node) -> frozenset[str]:
    """Names of the fields that the tree asks about, with "touches" when it counts them."""
    leaves = (node for node in walk(tree) if isinstance(node, Condition | TouchCount))
    return frozenset("touches" if isinstance(leaf, TouchCount) else leaf.field.name for leaf in leaves)


def walk(tree: Node) -> Iterator[Node]:
    """Every node, parents first."""
    yield tree
    for part in parts_of(tree):
        yield from walk(part)


def parts_of(node: Node) -> tuple[Node, ...]:
    match node:
        case All(parts) | AnyOf(parts):
            return parts
        case Not(part):
            return (part,)
        case _:
            return ()


def dump(tree: Node) -> Spec:
    """The tree as JSON in its one canonical form: `parse(dump(tree)) == tree`."""
    match tree:
        case All(parts):
            return {"all": [dump(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [dump(part) for part in parts]}
        case Not(part):
            return {"not": dump(part)}
        case TouchCount():
            return _dump_touch_count(tree)
        case Condition():
            return _dump_condition(tree)


def _dump_touch_count(node: TouchCount) -> Spec:
    spec: Spec = {"touches": node.kind or "any", "within_days": node.within_days}
    if node.at_least is not None:
        return spec | {"op": "at_least", "value": node.at_least}
    return spec | ({"op": "at_most", "value": node.at_most} if node.at_most else {"op": "none"})


def _dump_condition(node: Condition) -> Spec:
    spec: Spec = {"field": node.field.name, "op": node.op.value}
    values = [dump_moment(value) if isinstance(value, datetime) else value for value in node.values]
    match OPERANDS[node.op]:
        case Operand.NOTHING:
            return spec
        case Operand.MANY | Operand.PAIR:
            return spec | {"value": values}
        case Operand.DAYS:
            return spec | {"value": values[0], "zone": node.zone}
        case _:
            return spec | {"value": values[0]}


def dump_moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
