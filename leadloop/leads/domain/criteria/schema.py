"""The form of criteria as a JSON Schema, for editors, the API's document and other programs."""

from itertools import groupby

from leadloop.leads.domain.criteria.catalogue import OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.criteria.touches import ACTORS, COUNT_LIMIT, TOUCH_KIND
from leadloop.leads.domain.criteria.values import CURRENCY, DAYS_LIMIT, DECIMAL_LIMIT, LIST_LIMIT, NUMBER_LIMIT, TEXT_LIMIT
from leadloop.leads.domain.places import FARTHEST_KM

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
    kind: Schema = {"type": "string", "pattern": TOUCH_KIND, "description": 'a kind of touch, "interaction", or "any"'}
    count: Schema = {"type": "integer", "minimum": 0, "maximum": COUNT_LIMIT}
    values: dict[str, Schema | None] = {
        "at_least": count | {"minimum": 1},
        "at_most": count,
        "exactly": count,
        "between": {"type": "array", "items": count, "minItems": 2, "maxItems": 2},
        "none": None,
    }
    shapes = [_object(touches=kind, op={"const": op}, **({"value": value} if value else {})) for op, value in values.items()]
    return [shape | {"properties": {**shape["properties"], **more}} for shape in shapes for more in _which_touches()]  # type: ignore[dict-item]  # JSON of many shapes


def _which_touches() -> list[dict[str, Schema]]:
    """What a count of touches may say besides: with 24 hours a day, or with local days."""
    days: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": DAYS_LIMIT, "description": "x 24 hours up to now; null: ever"}
    reference: Schema = {"type": ["integer", "null"], "minimum": 1, "maximum": NUMBER_LIMIT}
    which: dict[str, Schema] = {
        "campaign": {"type": ["string", "null"], "maxLength": TEXT_LIMIT, "description": "as the touch names it, such as the submission's"},
        "source": reference,
        "by": {"anyOf": [{"enum": [*ACTORS, "", None]}, reference], "description": "one of us, the lead, or the id of a person"},
    }
    local: dict[str, Schema] = {"local_days": {"type": "integer", "minimum": 1, "maximum": DAYS_LIMIT}, "zone": _zone()}
    return [{**which, "within_days": days}, {**which, **local}]


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
    return [_condition(names, operand, [op.value for op in taking], fields[0]) for operand, taking in ops.items()]


def _condition(names: Schema, operand: Operand, ops: list[str], field: Field) -> Schema:
    value = _value(field)
    head: dict[str, Schema] = {"field": names, "op": {"enum": ops}}
    if field.type is FieldType.MONEY and operand is not Operand.NOTHING:
        head["currency"] = {"type": "string", "pattern": CURRENCY}
    match operand:
        case Operand.NOTHING:
            return _object(**head)
        case Operand.ONE:
            return _object(**head, value=value)
        case Operand.PART:
            return _object(**head, value=_text() if field.type in (FieldType.TEXT, FieldType.CODE) else value)
        case Operand.PARTS:
            return _object(**head, value={"type": "array", "items": _text(), "minItems": 1, "maxItems": LIST_LIMIT})
        case Operand.MANY:
            return _object(**head, value={"type": "array", "items": value, "minItems": 1, "maxItems": LIST_LIMIT})
        case Operand.PAIR:
            return _object(**head, value={"type": "array", "items": value, "minItems": 2, "maxItems": 2})
        case Operand.DAYS:
            return _object(**head, value={"type": "integer", "minimum": 1, "maximum": DAYS_LIMIT}, zone=_zone())
        case Operand.CIRCLE:
            return _circle(head)


def _circle(head: dict[str, Schema]) -> Schema:
    point: Schema = {"type": "array", "items": {"type": "number", "minimum": -180, "maximum": 180}, "minItems": 2, "maxItems": 2}
    km: Schema = {"type": "number", "minimum": 0, "maximum": FARTHEST_KM, "description": "kilometres"}
    shape = _object(**head, value=km, of=point | {"description": "[latitude, longitude]"})
    near: Schema = {"type": ["string", "null"], "maxLength": TEXT_LIMIT, "description": "what people call the point"}
    return shape | {"properties": {**shape["properties"], "near": near}}  # type: ignore[dict-item]  # JSON of many shapes


def _zone() -> Schema:
    return {"type": "string", "description": 'a time zone such as "Europe/Berlin", or "UTC"'}


def _value(field: Field) -> Schema:
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return {"type": "integer", "minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT}
        case FieldType.REFERENCE | FieldType.REFERENCES:
            return {"type": "integer", "minimum": 1, "maximum": NUMBER_LIMIT}
        case FieldType.DECIMAL:
            return {"type": "number", "minimum": -DECIMAL_LIMIT, "maximum": DECIMAL_LIMIT}
        case FieldType.DATE:
            return {"type": "string", "format": "date"}
        case FieldType.MOMENT:
            return {"type": "string", "format": "date-time"}
    if field.choices:
        return {"enum": list(field.choices)}
    return _text() | ({"pattern": field.shape, "description": field.hint} if field.shape else {})


def _text() -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": TEXT_LIMIT}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
