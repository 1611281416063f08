"""Criteria in words: "country is one of US, CA and no touch of kind opened in the last 30 days"."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria.catalogue import CATALOGUE, Catalogue, Field, FieldType, Op
from leadloop.leads.domain.criteria.parse import parse
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, CriteriaInvalid, Node, Not, TouchCount, Value

Names = Mapping[str, Mapping[int, str]]
"""What references are called: {"source": {3: "Trade fair"}}."""


class Vocabulary(dict[str, dict[int, str]]):
    """Names that also say which fields there are, those that were retired among them: what stored rules are read by."""

    def __init__(self, names: Mapping[str, dict[int, str]], catalogue: Catalogue) -> None:
        super().__init__(names)
        self.catalogue = catalogue

    def sensitive_in(self, *specs: Any) -> list[str]:
        """Labels of the sensitive fields that criteria anywhere in these stored specs ask about."""
        found = {name for spec in specs for name in fields_in(spec) if name in self.catalogue and self.catalogue[name].sensitive}
        return sorted(self.catalogue[name].label for name in found)


VALUES_SHOWN = 10

_WORDS = {
    Op.IS: "{label} is {value}",
    Op.IS_NOT: "{label} is not {value}",
    Op.ONE_OF: "{label} is one of {value}",
    Op.NONE_OF: "{label} is none of {value}",
    Op.CONTAINS: "{label} contains {value}",
    Op.NOT_CONTAINS: "{label} does not contain {value}",
    Op.STARTS_WITH: "{label} starts with {value}",
    Op.IS_BLANK: "{label} is blank",
    Op.IS_NOT_BLANK: "{label} is not blank",
    Op.AT_LEAST: "{label} is at least {value}",
    Op.AT_MOST: "{label} is at most {value}",
    Op.ABOVE: "{label} is above {value}",
    Op.BELOW: "{label} is below {value}",
    Op.BETWEEN: "{label} is between {low} and {high}",
    Op.IS_TRUE: "is {label}",
    Op.IS_FALSE: "is not {label}",
}
_MOMENT_WORDS = {
    Op.BEFORE: "{label} before {value}",
    Op.AFTER: "{label} after {value}",
    Op.BETWEEN: "{label} between {low} and {high}",
    Op.IN_LAST_DAYS: "{label} {days} ({zone})",
    Op.NOT_IN_LAST_DAYS: "not {label} {days} ({zone})",
    Op.IS_BLANK: "never {label}",
    Op.IS_NOT_BLANK: "{label} at some time",
}
_DAY_WORDS = {
    Op.BEFORE: "{label} is before {value}",
    Op.AFTER: "{label} is after {value}",
    Op.IN_LAST_DAYS: "{label} is {days} ({zone})",
    Op.NOT_IN_LAST_DAYS: "{label} is not {days} ({zone})",
}
_DECLARED_WORDS = _WORDS | _DAY_WORDS | {Op.IS_TRUE: "{label} is yes", Op.IS_FALSE: "{label} is not yes"}
"""Fields that people declare are called as a column is, "Date of birth", and no verb fits each."""
_CODES_WORDS = {
    Op.CONTAINS: "{label} include {value}",
    Op.NOT_CONTAINS: "{label} do not include {value}",
    Op.ONE_OF: "{label} include one of {value}",
    Op.NONE_OF: "{label} include none of {value}",
    Op.IS_BLANK: "no {label}",
    Op.IS_NOT_BLANK: "some {label}",
}


def fields_in(spec: Any) -> set[str]:
    """Every field that criteria anywhere inside a stored spec ask about, whether they stand or not."""
    if isinstance(spec, Mapping):
        own = {spec["field"]} if isinstance(spec.get("field"), str) else set()
        return own.union(*(fields_in(part) for part in spec.values()))
    return set().union(*(fields_in(part) for part in spec)) if isinstance(spec, list) else set()


def sentence(tree: Node, names: Names | None = None) -> str:
    """Say what the tree asks for; `names` turns references into words, else they read as "#3"."""
    match tree:
        case All(()):
            return "every lead"
        case AnyOf(()):
            return "no lead"
        case All(parts):
            return " and ".join(_in_brackets(part, names) if isinstance(part, AnyOf) else sentence(part, names) for part in parts)
        case AnyOf((Condition(field=field, op=Op.CONTAINS), _, *_) as parts) if field.type is not FieldType.CODES and _ask_the_same(parts):
            values = [value for part in parts if isinstance(part, Condition) for value in part.values]
            return f"{field.label} contains one of {_listed(field, values, names or {})}"
        case AnyOf(parts):
            return " or ".join(_in_brackets(part, names) if isinstance(part, All) else sentence(part, names) for part in parts)
        case Not(part):
            return f"not ({sentence(part, names)})"
        case TouchCount():
            return _touch_words(tree)
        case Condition():
            return _condition_words(tree, names or {})


def in_words(spec: Any, names: Names | None = None) -> str:
    """Stored criteria as a sentence; those that do not stand any more say why. Declared fields are known to a `Vocabulary`."""
    try:
        return sentence(parse(spec, names.catalogue if isinstance(names, Vocabulary) else CATALOGUE), names)
    except CriteriaInvalid as error:
        return f"(cannot be read: {error.reason})"


def _in_brackets(group: All | AnyOf, names: Names | None) -> str:
    return f"({sentence(group, names)})" if len(group.parts) > 1 else sentence(group, names)


def _condition_words(node: Condition, names: Names) -> str:
    plain = _DECLARED_WORDS if node.field.name.startswith("custom.") else _WORDS
    usual = {FieldType.CODES: _CODES_WORDS} | ({} if plain is _DECLARED_WORDS else {FieldType.MOMENT: _MOMENT_WORDS})
    words = usual.get(node.field.type, plain)[node.op]
    if node.op is Op.BETWEEN:
        low, high = (_value_words(node.field, value, names) for value in node.values)
        return words.format(label=node.field.label, low=low, high=high)
    if node.op in (Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS):
        days = "today" if node.values[0] == 1 else f"in the last {node.values[0]:,} days"
        return words.format(label=node.field.label, days=days, zone=node.zone)
    return words.format(label=node.field.label, value=_listed(node.field, node.values, names))


def _ask_the_same(parts: Sequence[Node]) -> bool:
    return len({(part.field, part.op) if isinstance(part, Condition) else part for part in parts}) == 1


def _listed(field: Field, values: Sequence[Value], names: Names) -> str:
    more = len(values) - VALUES_SHOWN
    shown = ", ".join(_value_words(field, value, names) for value in values[:VALUES_SHOWN])
    return shown + (f" and {more:,} more" if more > 0 else "")


def _value_words(field: Field, value: Value, names: Names) -> str:
    if isinstance(value, datetime):
        return (
            value.strftime("%Y-%m-%d %H:%M UTC")
            if value.second == value.microsecond == 0
            else value.isoformat(" ").replace("+00:00", " UTC")
        )
    if isinstance(value, str):
        return f'"{value}"' if field.type in (FieldType.TEXT, FieldType.NAME) else value
    if field.type is FieldType.REFERENCE:
        return names.get(field.name, {}).get(value, f"#{value}")
    if isinstance(value, float):
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    return _money(value) if field.cents else f"{value:,}"


def _money(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{rest:02}"


def _touch_words(node: TouchCount) -> str:
    bound, count = ("at least", node.at_least) if node.at_least is not None else ("at most", node.at_most)
    often = "no touch" if count == 0 else f"{bound} {count:,} {'touch' if count == 1 else 'touches'}"
    kind = f" of kind {node.kind}" if node.kind else ""
    if node.within_days is None:
        return often + kind
    return f"{often}{kind} in the last " + ("day" if node.within_days == 1 else f"{node.within_days:,} days")
