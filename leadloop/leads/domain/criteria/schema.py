"""The form of criteria as a JSON Schema, for editors, the API's document and other programs."""

from itertools import groupby

from leadloop.leads.domain.criteria.catalogue import CATALOGUE, OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.parse import COUNT_LIMIT, DAYS_LIMIT, DECIMAL_LIMIT, LIST_LIMIT, NUMBER_LIMIT, TEXT_LIMIT, TOUCH_KIND

Schema = dict[str, object]


def json_schema(catalogue: Catalogue = CATALOGUE) -> Schema:
    """JSON Schema (2020-12) that accepts whatever `parse` accepts.

    `parse` checks more: depth, number of nodes, the order of a pair, names of zones, dates that exist.
    """
    conditions = [condition for fields in _alike(catalogue) for condition in _conditions(fields)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Criteria",
        "description": "Which leads a rule means. Negations hold for blanks too; between includes both ends.",
        "$ref": "#/$defs/node",
        "$defs": {
            "node": {"anyOf": [*_groups(), {"$ref": "#/$defs/condition"}, *_touch_counts()]},
            "condition": {"anyOf": conditions},
        },
    }


def _groups() -> list[Schema]:
    node: Schema = {"$ref": "#/$defs/node"}
    return [_object(all={"type": "array", "items": node}), _object(any={"type": "array", "items": node}), _object(**{"not": node})]


def _touch_counts() -> list[Schema]:
    kind: Schema = {"type": "string", "pattern": TOUCH_KIND, "description": 'a kind of touch, or "any"'}
    days: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": DAYS_LIMIT, "description": "x 24 hours up to now; null: ever"}
    counts = [("at_least", 1), ("at_most", 0)]
    bounded = [
        _object(touches=kind, op={"const": op}, value={"type": "integer", "minimum": low, "maximum": COUNT_LIMIT}) for op, low in counts
    ]
    shapes = [*bounded, _object(touches=kind, op={"const": "none"})]
    return [shape | {"properties": {**shape["properties"], "within_days": days}} for shape in shapes]  # type: ignore[dict-item]  # JSON of many shapes


def _alike(catalogue: Catalogue) -> list[list[Field]]:
    """Fields that take the same operators and values, together."""
    by_values = sorted(catalogue.values(), key=_values_of)
    return [list(fields) for _, fields in groupby(by_values, key=_values_of)]


def _values_of(field: Field) -> tuple[str, tuple[str, ...], str]:
    return field.type, field.choices, field.shape


def _conditions(fields: list[Field]) -> list[Schema]:
    ops: dict[Operand, list[Op]] = {}
    for op in OPERATORS[fields[0].type]:
        ops.setdefault(OPERANDS[op], []).append(op)
    names: Schema = {"enum": [field.name for field in fields]}
    return [_condition(names, operand, [op.value for op in taking], _value(fields[0])) for operand, taking in ops.items()]


def _condition(names: Schema, operand: Operand, ops: list[str], value: Schema) -> Schema:
    head: dict[str, Schema] = {"field": names, "op": {"enum": ops}}
    match operand:
        case Operand.NOTHING:
            return _object(**head)
        case Operand.ONE:
            return _object(**head, value=value)
        case Operand.PART:
            return _object(**head, value=_text())
        case Operand.MANY:
            return _object(**head, value={"type": "array", "items": value, "minItems": 1, "maxItems": LIST_LIMIT})
        case Operand.PAIR:
            return _object(**head, value={"type": "array", "items": value, "minItems": 2, "maxItems": 2})
        case Operand.DAYS:
            zone: Schema = {"type": "string", "description": 'a time zone such as "Europe/Berlin", or "UTC"'}
            return _object(**head, value={"type": "integer", "minimum": 1, "maximum": DAYS_LIMIT}, zone=zone)


def _value(field: Field) -> Schema:
    match field.type:
        case FieldType.NUMBER:
            return {"type": "integer", "minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT}
        case FieldType.REFERENCE:
            return {"type": "integer", "minimum": 1, "maximum": NUMBER_LIMIT}
        case FieldType.DECIMAL:
            return {"type": "number", "minimum": -DECIMAL_LIMIT, "maximum": DECIMAL_LIMIT}
        case FieldType.MOMENT:
            return {"type": "string", "format": "date-time"}
        case FieldType.DATE:
            return {"type": "string", "format": "date"}
    if field.choices:
        return {"enum": list(field.choices)}
    return _text() | ({"pattern": field.shape, "description": field.hint} if field.shape else {})


def _text() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
