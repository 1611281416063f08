"""From decoded JSON to a checked tree, or to an error that says where and what."""

import re

from leadloop.leads.domain.criteria.catalogue import OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.criteria.touches import parse_touches
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, CriteriaInvalid, Node, Not, Value
from leadloop.leads.domain.criteria.values import (
    DAYS_LIMIT,
    LIST_LIMIT,
    NUMBER_LIMIT,
    at,
    choice,
    currency,
    day,
    decimal,
    listed,
    moment,
    real,
    refuse_others,
    shown,
    text,
    whole,
    zone,
)
from leadloop.leads.domain.places import FARTHEST_KM

DEPTH_LIMIT = 16
NODE_LIMIT = 200
VALUES_LIMIT = 20_000  # of all lists of a tree together: people wait while they are checked, and said in words


def parse(spec: object, catalogue: Catalogue = CATALOGUE) -> Node:
    """Check what somebody wrote against the catalogue and make a tree of it.

    Args:
        spec: decoded JSON; see `json_schema` for its form.
        catalogue: the fields there are.

    Raises:
        CriteriaInvalid: anything unknown, of the wrong type, or beyond a limit; the path names the place.
    """
    return _Parser(catalogue).node(spec, "", depth=1)


class _Parser:
    """One walk over one spec; counts the nodes as it goes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._nodes = self._values = 0

    def node(self, spec: object, path: str, *, depth: int) -> Node:
        self._nodes += 1
        if depth > DEPTH_LIMIT:
            raise CriteriaInvalid(path, f"conditions are nested more than {DEPTH_LIMIT} deep")
        if self._nodes > NODE_LIMIT:
            raise CriteriaInvalid(path, f"there are more than {NODE_LIMIT} conditions and groups")
        if not isinstance(spec, dict):
            raise CriteriaInvalid(path, "must be an object")
        shapes = [key for key in ("all", "any", "not", "field", "touches") if key in spec]
        if len(shapes) != 1:
            raise CriteriaInvalid(path, 'must have exactly one of "all", "any", "not", "field" and "touches"')
        match shapes[0]:
            case "field":
                return self._condition(spec, path)
            case "touches":
                return parse_touches(spec, path)
            case "not":
                refuse_others(spec, path, ("not",))
                return Not(self.node(spec["not"], at(path, "not"), depth=depth + 1))
            case group:
                refuse_others(spec, path, (group,))
                parts = self._parts(spec[group], at(path, group), depth=depth + 1)
                return All(parts) if group == "all" else AnyOf(parts)

    def _parts(self, specs: object, path: str, *, depth: int) -> tuple[Node, ...]:
        if not isinstance(specs, list):
            raise CriteriaInvalid(path, "must be a list")
        return tuple(self.node(spec, f"{path}[{place}]", depth=depth) for place, spec in enumerate(specs))

    def _condition(self, spec: dict[str, object], path: str) -> Condition:
        name = spec["field"]
        field = self._catalogue.get(name) if isinstance(name, str) else None
        if field is None:
            raise CriteriaInvalid(at(path, "field"), f"there is no field {shown(name)}")
        allowed = OPERATORS[field.type]
        op = choice(spec.get("op"), [op.value for op in allowed], at(path, "op"), f"{field.label} ({field.type}) takes")
        values = spec.get("value")
        self._values += len(values) if isinstance(values, list) else 1
        if self._values > VALUES_LIMIT:
            raise CriteriaInvalid(at(path, "value"), f"there are more than {VALUES_LIMIT:,} values in all")
        return _with_operand(field, Op(op), spec, path)


_KEYS = {Operand.NOTHING: (), Operand.DAYS: ("value", "zone"), Operand.CIRCLE: ("value", "of", "near")}


def _with_operand(field: Field, op: Op, spec: dict[str, object], path: str) -> Condition:
    operand, money = OPERANDS[op], field.type is FieldType.MONEY
    keys = _KEYS.get(operand, ("value", "currency") if money else ("value",))
    refuse_others(spec, path, ("field", "op", *keys))
    if operand is Operand.NOTHING:
        return Condition(field, op)
    value, place = spec.get("value"), at(path, "value")
    if operand is Operand.DAYS:
        return Condition(field, op, (whole(value, 1, DAYS_LIMIT, place),), zone(spec.get("zone"), at(path, "zone")))
    if operand is Operand.CIRCLE:
        return _circle(field, op, spec, path)
    unit = currency(spec.get("currency"), at(path, "currency")) if money else ""
    return Condition(field, op, _operands(field, operand, value, place), unit=unit)


def _operands(field: Field, operand: Operand, value: object, place: str) -> tuple[Value, ...]:
    match operand:
        case Operand.MANY:
            values = listed(value, 1, LIST_LIMIT, place)
            return tuple(dict.fromkeys(_value(field, item, f"{place}[{n}]") for n, item in enumerate(values)))
        case Operand.PARTS:
            values = listed(value, 1, LIST_LIMIT, place)
            return tuple(dict.fromkeys(text(item, f"{place}[{n}]") for n, item in enumerate(values)))
        case Operand.PAIR:
            low, high = (_value(field, item, f"{place}[{n}]") for n, item in enumerate(listed(value, 2, 2, place)))
            if low > high:  # type: ignore[operator]  # one field, one type
                raise CriteriaInvalid(place, "the first must not be above the second")
            return low, high
        case Operand.PART if field.type in (FieldType.TEXT, FieldType.CODE):
            return (text(value, place),)
        case _:
            return (_value(field, value, place),)


def _circle(field: Field, op: Op, spec: dict[str, object], path: str) -> Condition:
    """Kilometres around a point. What the point is called is there to be read, and decides nothing."""
    km = real(spec.get("value"), 0, FARTHEST_KM, at(path, "value"))
    point = listed(spec.get("of"), 2, 2, at(path, "of"))
    latitude = real(point[0], -90, 90, at(path, "of[0]"))
    longitude = real(point[1], -180, 180, at(path, "of[1]"))
    near = text(spec["near"], at(path, "near")) if spec.get("near") not in (None, "") else ""
    return Condition(field, op, (latitude, longitude, km), unit=near)


def _value(field: Field, value: object, path: str) -> Value:
    match field.type:
        case FieldType.NUMBER | FieldType.MONEY:
            return whole(value, -NUMBER_LIMIT, NUMBER_LIMIT, path)
        case FieldType.REFERENCE | FieldType.REFERENCES:
            return whole(value, 1, NUMBER_LIMIT, path)
        case FieldType.DECIMAL:
            return decimal(value, path)
        case FieldType.MOMENT:
            return moment(value, path)
        case FieldType.DATE:
            return day(value, path)
    found = text(value, path)
    if field.choices:
        choice(found, field.choices, path, f"{field.label} is")
    if field.shape and not re.fullmatch(field.shape, found):
        raise CriteriaInvalid(path, f"must be {field.hint}")
    return found
