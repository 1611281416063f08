"""The tree itself, once it has been checked; only `parse` makes one from what somebody wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from leadloop.kernel.errors import Refused
from leadloop.leads.domain.criteria.catalogue import OPERANDS, Field, FieldType, Op, Operand

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
    """One field against the values its operator takes: none, one, many, a pair, a count of days in `zone`, or a circle.

    `unit` is the currency of an amount of money. A circle is (latitude, longitude, kilometres); `unit` is what its middle is called.
    """

    field: Field
    op: Op
    values: tuple[Value, ...] = ()
    zone: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TouchCount:
    """How often something happened: touches of `kind` ("" for any, "interaction" for those that a lead's count of touches counts).

    The window is the `within_days` x 24 hours up to now, with a `zone` that many of its local days, today being one; None is ever.
    `at_least` and `at_most` bound the count; one of them is set, or both. `campaign` and `source` are those that the touch itself names:
    a submission's for "captured". `by` is "us" (one of our people did it), "them" (the lead did), or the id of a person.
    A touch that is still to come never counts, so that a decision replayed at its own moment sees what it saw then.
    """

    kind: str
    within_days: int | None
    at_least: int | None = None
    at_most: int | None = None
    campaign: str = ""
    source: int | None = None
    by: str | int = ""
    zone: str = ""


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


def reads_sensitive(node: Node) -> bool:
    """Whether a condition in it asks a sensitive field."""
    return getattr(getattr(node, "field", None), "sensitive", False) or any(map(reads_sensitive, parts_of(node)))


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
    spec: Spec = {"touches": node.kind or "any"}
    spec |= {"local_days": node.within_days, "zone": node.zone} if node.zone else {"within_days": node.within_days}
    spec |= {name: value for name, value in (("campaign", node.campaign), ("source", node.source), ("by", node.by)) if value}
    if node.at_least is None:
        return spec | ({"op": "at_most", "value": node.at_most} if node.at_most else {"op": "none"})
    if node.at_most is None:
        return spec | {"op": "at_least", "value": node.at_least}
    if node.at_least == node.at_most:
        return spec | {"op": "exactly", "value": node.at_least}
    return spec | {"op": "between", "value": [node.at_least, node.at_most]}


def _dump_condition(node: Condition) -> Spec:
    spec: Spec = {"field": node.field.name, "op": node.op.value}
    values = [dump_moment(value) if isinstance(value, datetime) else value for value in node.values]
    match OPERANDS[node.op]:
        case Operand.NOTHING:
            return spec
        case Operand.MANY | Operand.PARTS | Operand.PAIR:
            spec |= {"value": values}
        case Operand.DAYS:
            spec |= {"value": values[0], "zone": node.zone}
        case Operand.CIRCLE:
            return spec | {"value": values[2], "of": values[:2]} | ({"near": node.unit} if node.unit else {})
        case _:
            spec |= {"value": values[0]}
    return spec | ({"currency": node.unit} if node.field.type is FieldType.MONEY else {})


def dump_moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
