"""From decoded JSON to a checked tree, or to an error that says where and what."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime

from leadloop.leads.domain.criteria.catalogue import CATALOGUE, OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.criteria.tree import All, AnyOf, Condition, CriteriaInvalid, Node, Not, TouchCount, Value
from leadloop.leads.domain.criteria.windows import known_zone

DEPTH_LIMIT = 16
NODE_LIMIT = 200
LIST_LIMIT = 1_000
TEXT_LIMIT = 500  # characters
NUMBER_LIMIT = 10**15  # safe in JSON, in every column and in cents
DECIMAL_LIMIT, PLACES = 10**12, 6
DAYS_LIMIT = 36_500
COUNT_LIMIT = 10_000
YEARS = range(1900, 3000)
TOUCH_KIND = "^[a-z][a-z0-9_]{0,23}$"


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
        self._nodes = 0

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
                return _touch_count(spec, path)
            case "not":
                _refuse_others(spec, path, ("not",))
                return Not(self.node(spec["not"], _at(path, "not"), depth=depth + 1))
            case group:
                _refuse_others(spec, path, (group,))
                parts = self._parts(spec[group], _at(path, group), depth=depth + 1)
                return All(parts) if group == "all" else AnyOf(parts)

    def _parts(self, specs: object, path: str, *, depth: int) -> tuple[Node, ...]:
        if not isinstance(specs, list):
            raise CriteriaInvalid(path, "must be a list")
        return tuple(self.node(spec, f"{path}[{place}]", depth=depth) for place, spec in enumerate(specs))

    def _condition(self, spec: dict[str, object], path: str) -> Condition:
        name = spec["field"]
        field = self._catalogue.get(name) if isinstance(name, str) else None
        if field is None:
            raise CriteriaInvalid(_at(path, "field"), f"there is no field {_shown(name)}")
        allowed = OPERATORS[field.type]
        op = _choice(spec.get("op"), [op.value for op in allowed], _at(path, "op"), f"{field.label} ({field.type}) takes")
        return _with_operand(field, Op(op), spec, path)


def _with_operand(field: Field, op: Op, spec: dict[str, object], path: str) -> Condition:
    operand = OPERANDS[op]
    keys = {Operand.NOTHING: ("field", "op"), Operand.DAYS: ("field", "op", "value", "zone")}.get(operand, ("field", "op", "value"))
    _refuse_others(spec, path, keys)
    value, at = spec.get("value"), _at(path, "value")
    match operand:
        case Operand.NOTHING:
            return Condition(field, op)
        case Operand.DAYS:
            return Condition(field, op, (_whole(value, 1, DAYS_LIMIT, at),), _zone(spec.get("zone"), _at(path, "zone")))
        case Operand.MANY:
            values = _list(value, 1, LIST_LIMIT, at)
            return Condition(field, op, tuple(dict.fromkeys(_value(field, item, f"{at}[{n}]") for n, item in enumerate(values))))
        case Operand.PAIR:
            low, high = (_value(field, item, f"{at}[{n}]") for n, item in enumerate(_list(value, 2, 2, at)))
            if low > high:  # type: ignore[operator]  # one field, one type
                raise CriteriaInvalid(at, "the first must not be above the second")
            return Condition(field, op, (low, high))
        case Operand.PART:
            return Condition(field, op, (_text(value, at),))
        case Operand.ONE:
            return Condition(field, op, (_value(field, value, at),))


def _touch_count(spec: dict[str, object], path: str) -> TouchCount:
    op = _choice(spec.get("op"), ["at_least", "at_most", "none"], _at(path, "op"), "a count of touches takes")
    _refuse_others(spec, path, ("touches", "within_days", "op") if op == "none" else ("touches", "within_days", "op", "value"))
    kind, days = spec["touches"], spec.get("within_days")
    if not isinstance(kind, str) or not re.fullmatch(TOUCH_KIND, kind):
        raise CriteriaInvalid(_at(path, "touches"), 'must be a kind of touch such as "opened", or "any"')
    kind = "" if kind == "any" else kind
    within_days = None if days is None else _whole(days, 1, DAYS_LIMIT, _at(path, "within_days"))
    if op == "none":
        return TouchCount(kind, within_days, at_most=0)
    count = _whole(spec.get("value"), 1 if op == "at_least" else 0, COUNT_LIMIT, _at(path, "value"))
    return TouchCount(kind, within_days, at_least=count) if op == "at_least" else TouchCount(kind, within_days, at_most=count)


def _value(field: Field, value: object, path: str) -> Value:
    match field.type:
        case FieldType.NUMBER:
            return _whole(value, -NUMBER_LIMIT, NUMBER_LIMIT, path)
        case FieldType.REFERENCE:
            return _whole(value, 1, NUMBER_LIMIT, path)
        case FieldType.DECIMAL:
            return _decimal(value, path)
        case FieldType.MOMENT:
            return _moment(value, path)
        case FieldType.DATE:
            return _date(value, path)
    text = _text(value, path)
    if field.choices:
        _choice(text, field.choices, path, f"{field.label} is")
    if field.shape and not re.fullmatch(field.shape, text):
        raise CriteriaInvalid(path, f"must be {field.hint}")
    return text


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise CriteriaInvalid(path, "must be text")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise CriteriaInvalid(path, "has a character that no text can have")
    text = unicodedata.normalize("NFC", value[: TEXT_LIMIT + 1])  # as everything we store; may grow
    if not 1 <= len(text) <= TEXT_LIMIT:
        raise CriteriaInvalid(path, f'must have 1 to {TEXT_LIMIT} characters (for nothing at all, use "is_blank")')
    return text


def _whole(value: object, low: int, high: int, path: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise CriteriaInvalid(path, f"must be a whole number from {low:,} to {high:,}")
    return value


def _decimal(value: object, path: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= DECIMAL_LIMIT:
        raise CriteriaInvalid(path, f"must be a number from {-DECIMAL_LIMIT:,} to {DECIMAL_LIMIT:,}")
    return round(float(value), PLACES) + 0.0  # no negative nought


def _date(value: object, path: str) -> str:
    text = value if isinstance(value, str) and len(value) == len("2026-03-01") else ""
    try:
        if date.fromisoformat(text).year in YEARS:
            return text
    except ValueError:
        pass
    raise CriteriaInvalid(path, 'must be a date, such as "2026-03-01"')


def _moment(value: object, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        if moment.tzinfo is not None and moment.year in YEARS:
            return moment.astimezone(UTC)
    except ValueError:
        pass
    raise CriteriaInvalid(path, 'must be a moment with its offset from UTC, such as "2026-03-01T09:00:00+01:00"')


def _zone(value: object, path: str) -> str:
    if not isinstance(value, str) or not known_zone(value):
        raise CriteriaInvalid(path, 'must name a time zone, such as "Europe/Berlin" or "UTC"')
    return value


def _list(value: object, low: int, high: int, path: str) -> list[object]:
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise CriteriaInvalid(path, f"must be a list of {high}" if low == high else f"must be a list of {low} to {high:,}")
    return value


def _choice(value: object, choices: Sequence[str], path: str, lead_in: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise CriteriaInvalid(path, f"{lead_in} one of {', '.join(choices)}, not {_shown(value)}")
    return value


def _refuse_others(spec: dict[str, object], path: str, known: Sequence[str]) -> None:
    for key in spec:
        if key not in known:
            raise CriteriaInvalid(_at(path, _shown(key).strip("'")), f"is not known here, only {', '.join(known)}")


def _at(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def _shown(value: object) -> str:
    """A value inside an error: short, and harmless wherever it is printed."""
    shown = ascii(value) if isinstance(value, str | int | float | None) else f"a {type(value).__name__}"
    return shown if len(shown) <= 60 else shown[:57] + "..."
