"""Criteria in words: "country is one of US, CA and no touch of kind opened in the last 30 days"."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from leadloop.leads.domain.criteria.catalogue import OPERANDS, Catalogue, FieldType, Op, Operand
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.criteria.parse import parse
from leadloop.leads.domain.criteria.touch_test import INTERACTION
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
PLAIN = re.compile("(?!(?:and|or|not)$)[^\\W_]+", re.IGNORECASE)
"""A word that can be read without quotes."""

_WORDS = {
    Op.IS: "{label} is {value}",
    Op.IS_NOT: "{label} is not {value}",
    Op.ONE_OF: "{label} is one of {value}",
    Op.NONE_OF: "{label} is none of {value}",
    Op.CONTAINS: "{label} contains {value}",
    Op.NOT_CONTAINS: "{label} does not contain {value}",
    Op.STARTS_WITH: "{label} starts with {value}",
    Op.STARTS_WITH_ONE_OF: "{label} starts with one of {value}",
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
_PLACE_WORDS = {
    Op.WITHIN_KM: "within {value}",
    Op.NOT_WITHIN_KM: "not within {value}",
    Op.IS_BLANK: "place is not known",
    Op.IS_NOT_BLANK: "place is known",
}
_SEGMENT_WORDS = {
    Op.CONTAINS: "in segment {value}",
    Op.NOT_CONTAINS: "not in segment {value}",
    Op.ONE_OF: "in one of the segments {value}",
    Op.NONE_OF: "in none of the segments {value}",
    Op.IS_BLANK: "in no segment",
    Op.IS_NOT_BLANK: "in some segment",
}
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
        case AnyOf((Condition(field=field, op=Op.CONTAINS) as first, _, *_) as parts) if (
            field.type is not FieldType.CODES and _ask_the_same(parts)
        ):
            values = [value for part in parts if isinstance(part, Condition) for value in part.values]
            return f"{field.label} contains one of {_listed(first, values, names or {})}"
        case AnyOf(parts):
            return " or ".join(_in_brackets(part, names) if isinstance(part, All) else sentence(part, names) for part in parts)
        case Not(part):
            return f"not ({sentence(part, names)})"
        case TouchCount():
            return _touch_words(tree, names or {})
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


_DAY_WORDS = {
    Op.BEFORE: "{label} is before {value}",
    Op.AFTER: "{label} is after {value}",
    Op.IN_LAST_DAYS: "{label} is {days} ({zone})",
    Op.NOT_IN_LAST_DAYS: "{label} is not {days} ({zone})",
}
_DECLARED_WORDS = _WORDS | _DAY_WORDS | {Op.IS_TRUE: "{label} is yes", Op.IS_FALSE: "{label} is not yes"}
"""Fields that people declare are called as a column is, "Date of birth", and no verb fits each."""
_WORDS_OF = {
    FieldType.MOMENT: _MOMENT_WORDS,
    FieldType.CODES: _CODES_WORDS,
    FieldType.REFERENCES: _CODES_WORDS,
    FieldType.PLACE: _PLACE_WORDS,
}


def _condition_words(node: Condition, names: Names) -> str:
    words, label = _kind_of_words(node)[node.op], node.field.label
    if node.op is Op.BETWEEN:
        low, high = (_value_words(node, value, names) for value in node.values)
        return words.format(label=label, low=low, high=high) + _other_money(node)
    if node.op in (Op.IN_LAST_DAYS, Op.NOT_IN_LAST_DAYS):
        days = "today" if node.values[0] == 1 else f"in the last {node.values[0]:,} days"
        return words.format(label=label, days=days, zone=node.zone)
    if OPERANDS[node.op] is Operand.CIRCLE:
        return words.format(value=_circle_words(node))
    return words.format(label=label, value=_listed(node, node.values, names)) + _other_money(node)


def _kind_of_words(node: Condition) -> Mapping[Op, str]:
    if node.field.name == "segments":
        return _SEGMENT_WORDS
    if node.field.name.startswith("custom."):
        return _CODES_WORDS if node.field.type is FieldType.CODES else _DECLARED_WORDS
    return _WORDS_OF.get(node.field.type, _WORDS)


def _other_money(node: Condition) -> str:
    return " (not in another currency)" if node.field.type is FieldType.MONEY and node.values else ""


def _circle_words(node: Condition) -> str:
    latitude, longitude, km = node.values
    middle = node.unit or f"{latitude}, {longitude}"
    return f"{km:,.10g} km of {middle}"


def _ask_the_same(parts: Sequence[Node]) -> bool:
    return len({(part.field, part.op) if isinstance(part, Condition) else part for part in parts}) == 1


def _listed(node: Condition, values: Sequence[Value], names: Names) -> str:
    more = len(values) - VALUES_SHOWN
    shown = ", ".join(_value_words(node, value, names) for value in values[:VALUES_SHOWN])
    return shown + (f" and {more:,} more" if more > 0 else "")


def _value_words(node: Condition, value: Value, names: Names) -> str:
    field = node.field
    if isinstance(value, datetime):
        plain = value.second == value.microsecond == 0
        return value.strftime("%Y-%m-%d %H:%M UTC") if plain else value.isoformat(" ").replace("+00:00", " UTC")
    if isinstance(value, str):
        return _quoted(value) if field.type in (FieldType.TEXT, FieldType.NAME) else value
    if field.type in (FieldType.REFERENCE, FieldType.REFERENCES) and isinstance(value, int):
        return names.get(field.register, {}).get(value, f"#{value}")
    if isinstance(value, float):
        return f"{value:,.6f}".rstrip("0").rstrip(".")
    if isinstance(value, int) and (field.cents or field.type is FieldType.MONEY):
        return f"{node.unit} {_money(value)}".strip()
    return f"{value:,}"


def _money(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{rest:02}"


def _touch_words(node: TouchCount, names: Names) -> str:
    often = _often_words(node.at_least, node.at_most)
    if node.kind == INTERACTION:
        often = often.replace("touches", "interactions").replace("touch", "interaction")
    kind = f" of kind {node.kind}" if node.kind not in ("", INTERACTION) else ""
    campaign = f" of campaign {_quoted(node.campaign)}" if node.campaign else ""
    source = f" from {names.get('source', {}).get(node.source, f'source #{node.source}')}" if node.source else ""
    actors = {"us": " by one of us", "them": " by the lead"}
    by = actors.get(node.by, "") if isinstance(node.by, str) else f" by {names.get('owner', {}).get(node.by, f'person #{node.by}')}"
    return often + kind + campaign + source + by + _window_words(node)


def _often_words(low: int | None, high: int | None) -> str:
    if high == 0:
        return "no touch"
    if low is not None and high is not None:
        return f"exactly {_touches(low)}" if low == high else f"{low:,} to {_touches(high)}"
    return f"at least {_touches(low or 0)}" if high is None else f"at most {_touches(high)}"


def _touches(count: int) -> str:
    return f"{count:,} {'touch' if count == 1 else 'touches'}"


def _window_words(node: TouchCount) -> str:
    if node.within_days is None:
        return ""
    if node.zone:
        return f" today ({node.zone})" if node.within_days == 1 else f" in the last {node.within_days:,} days ({node.zone})"
    return " in the last " + ("24 hours" if node.within_days == 1 else f"{node.within_days:,} days")


def _quoted(text: str) -> str:
    return text if PLAIN.fullmatch(text) else f'"{text}"'
