"""Criteria written as a line of text."""

from decimal import Decimal

from leadloop.leads.domain.criteria.catalogue import OPERANDS, FieldType, Op, Operand
from leadloop.leads.domain.criteria.text_words import OP_TEXTS, quote
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, Node, Not, TouchCount, dump_moment


def print_text(tree: Node) -> str:
    """A tree in the one form that `parse_text` reads back as the same tree."""
    match tree:
        case All(()):
            return "every lead"
        case AnyOf(()):
            return "no lead"
        case All((part,)):
            return f"all({print_text(part)})"
        case AnyOf((part,)):
            return f"any({print_text(part)})"
        case All(parts):
            return " and ".join(_inner(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_inner(part) for part in parts)
        case Not(part):
            return f"not {_inner(part)}"
        case TouchCount():
            return _touches(tree)
        case Condition():
            return _condition(tree)


def _inner(part: Node) -> str:
    joined = isinstance(part, All | AnyOf) and len(part.parts) > 1
    return f"({print_text(part)})" if joined else print_text(part)


def _condition(node: Condition) -> str:
    head = f"{node.field.name} {OP_TEXTS[node.op]}"
    values = [_value(node, value) for value in node.values]
    match OPERANDS[node.op]:
        case Operand.NOTHING:
            return head
        case Operand.DAYS:
            return f"{head} {node.values[0]} days in {node.zone}"
        case Operand.CIRCLE:
            latitude, longitude, km = node.values
            return f"{head} {km!r} km of {latitude!r} {longitude!r}" + (f" {_text(node.unit)}" if node.unit else "")
        case Operand.PAIR:
            return f"{head} {values[0]} and {values[1]}"
        case Operand.PART if node.field.name == "segments" and node.op in (Op.CONTAINS, Op.NOT_CONTAINS):
            return f"{'in' if node.op is Op.CONTAINS else 'not in'} segment {values[0]}"
        case _:
            return f"{head} {', '.join(values)}"


def _value(node: Condition, value: object) -> str:
    if node.field.type is FieldType.MONEY and isinstance(value, int):
        return f"{_amount(value)} {node.unit}"
    if node.field.type in (FieldType.REFERENCE, FieldType.REFERENCES):
        return f"#{value}"
    if isinstance(value, str):
        return quote(value)
    return str(value) if isinstance(value, int | float) else dump_moment(value)  # type: ignore[arg-type]  # a moment is what is left


def _amount(cents: int) -> str:
    return str(cents // 100) if cents % 100 == 0 else f"{Decimal(cents) / 100:.2f}"


def _text(text: str) -> str:
    """Always in quotes: what a point is called may look like a number."""
    bare = quote(text)
    return bare if bare.startswith('"') else f'"{bare}"'


def _touches(node: TouchCount) -> str:
    words = ["touches", *(["of", quote(node.kind)] if node.kind else [])]
    words += ["campaign", quote(node.campaign)] if node.campaign else []
    words += ["source", f"#{node.source}"] if node.source else []
    words += ["by", node.by if isinstance(node.by, str) else f"#{node.by}"] if node.by else []
    if node.within_days is not None:
        words += ["in last", str(node.within_days), f"local days in {node.zone}" if node.zone else "days"]
    low, high = node.at_least, node.at_most
    if low is None:
        return " ".join([*words, "=" if high == 0 else "<=", str(high)])
    if high is None:
        return " ".join([*words, ">=", str(low)])
    return " ".join([*words, "=", str(low)] if low == high else [*words, "between", str(low), "and", str(high)])
