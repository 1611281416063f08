"""Criteria as rows of a form: which fields a person may choose, which control a value needs, and how a value reads there."""

import csv
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from leadloop.leads.domain.criteria.catalogue import CATALOGUE, OPERANDS, OPERATORS, Catalogue, Field, FieldType, Op, Operand
from leadloop.leads.domain.stages import LABELS
from leadloop.leads.domain.touch_kinds import TITLES

TOUCHES = "touches."
"""Prefix of a count of touches among the names of fields: "touches.opened", "touches.any"."""

FIELD_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Lead",
        ("stage", "is_open", "score", "grade", "owner", "source", "pool", "campaign", "product", "message", "budget_cents", "currency"),
    ),
    ("Person", ("first_name", "last_name", "title", "email", "phone", "external_id", "flaws")),
    ("Company", ("company", "company_domain", "website", "industry", "employees")),
    ("Place", ("street", "city", "region", "postal_code", "country")),
    (
        "Time",
        (
            "received_at",
            "created_at",
            "entered_at",
            "waits_since",
            "due_at",
            "first_touch_at",
            "accepted_at",
            "mql_at",
            "sql_at",
            "converted_at",
            "closed_at",
        ),
    ),
)

OP_WORDS = {
    Op.IS: "is",
    Op.IS_NOT: "is not",
    Op.ONE_OF: "is one of",
    Op.NONE_OF: "is none of",
    Op.CONTAINS: "contains",
    Op.NOT_CONTAINS: "does not contain",
    Op.STARTS_WITH: "starts with",
    Op.IS_BLANK: "is blank",
    Op.IS_NOT_BLANK: "is not blank",
    Op.AT_LEAST: "is at least",
    Op.AT_MOST: "is at most",
    Op.ABOVE: "is above",
    Op.BELOW: "is below",
    Op.BETWEEN: "is between",
    Op.BEFORE: "is before",
    Op.AFTER: "is after",
    Op.IN_LAST_DAYS: "in the last days",
    Op.NOT_IN_LAST_DAYS: "not in the last days",
    Op.IS_TRUE: "yes",
    Op.IS_FALSE: "no",
}
COUNT_OPS = (("at_least", "at least"), ("at_most", "at most"), ("none", "none"))

Choices = list[tuple[str, str]]


def field_choices(catalogue: Catalogue = CATALOGUE) -> list[tuple[str, Choices]]:
    """Every field of the catalogue and every count of touches, in groups with headings; declared fields after our own."""
    declared: dict[str, Choices] = {}
    for name, field in catalogue.items():
        if field.group:
            declared.setdefault(field.group, []).append((name, _label(field)))
    own, touches = _own_choices()
    return [*own, *declared.items(), ("Touches", touches)]


@lru_cache(maxsize=1)
def _own_choices() -> tuple[list[tuple[str, Choices]], Choices]:
    sorted_in = {name for _, names in FIELD_GROUPS for name in names}
    groups = [(title, [(name, _label(CATALOGUE[name])) for name in names]) for title, names in FIELD_GROUPS]
    others = [(name, _label(field)) for name, field in CATALOGUE.items() if name not in sorted_in]
    touches = [(f"{TOUCHES}any", "Touches of any kind"), *((f"{TOUCHES}{kind}", f"Touch: {title}") for kind, title in TITLES.items())]
    return groups, [*others, *touches]


def op_choices(field: str, catalogue: Catalogue = CATALOGUE) -> Choices:
    """The operators that a field takes, the usual one first."""
    if field.startswith(TOUCHES):
        return list(COUNT_OPS)
    known = catalogue.get(field)
    if known is None:
        return []
    ops = OPERATORS[known.type]
    usual = {
        FieldType.NUMBER: Op.AT_LEAST,
        FieldType.DECIMAL: Op.AT_LEAST,
        FieldType.MOMENT: Op.IN_LAST_DAYS,
        FieldType.DATE: Op.IN_LAST_DAYS,
        FieldType.TEXT: Op.CONTAINS,
    }.get(known.type)
    return [(op.value, OP_WORDS[op]) for op in sorted(ops, key=lambda op: op is not usual)]


def control(field: str, op: str, catalogue: Catalogue = CATALOGUE) -> str:
    """Which control a value needs: none, text, number, decimal, money, choice, choices, reference, references, moment, date, days, count;
    with "_pair" behind it where there are two."""
    if field.startswith(TOUCHES):
        return "window" if op == "none" else "count"
    known = catalogue.get(field)
    if known is None or op not in [allowed.value for allowed in OPERATORS[known.type]]:
        return "none"
    operand = OPERANDS[Op(op)]
    if operand in (Operand.NOTHING, Operand.DAYS):
        return "days" if operand is Operand.DAYS else "none"
    many = operand is Operand.MANY
    if known.type is FieldType.REFERENCE:
        return "references" if many else "reference"
    if known.choices and (operand is not Operand.PART or known.type is FieldType.CODES):
        return "choices" if many else "choice"
    if known.type is FieldType.NUMBER:
        plain = "money" if known.cents else "number"
        return "text" if many else plain + ("_pair" if operand is Operand.PAIR else "")
    if known.type is FieldType.DECIMAL:
        return "text" if many else "decimal_pair" if operand is Operand.PAIR else "decimal"
    if known.type is FieldType.DATE:
        return "date_pair" if operand is Operand.PAIR else "date"
    if known.type is FieldType.MOMENT:
        return "moment_pair" if operand is Operand.PAIR else "moment"
    return "text"


def value_choices(field: str, catalogue: Catalogue = CATALOGUE) -> Choices:
    """The closed list of values of a field, with their labels."""
    known = catalogue.get(field)
    labels = {stage.value: label for stage, label in LABELS.items()} if field == "stage" else {}
    return [(value, labels.get(value, value)) for value in known.choices] if known else []


def spec_of(field: str, op: str, values: Sequence[str], upper: str, zone: str, catalogue: Catalogue = CATALOGUE) -> dict[str, object]:
    """What a row says, as JSON of one node; `parse` judges it. Texts that are no number or moment are passed on as they are."""
    first = values[0].strip() if values else ""
    if field.startswith(TOUCHES):
        spec: dict[str, object] = {
            "touches": field.removeprefix(TOUCHES),
            "within_days": _whole(upper) if upper.strip() else None,
            "op": op,
        }
        return spec if op == "none" else spec | {"value": _whole(first)}
    spec = {"field": field, "op": op}
    kind = control(field, op, catalogue)
    if kind == "none":
        return spec
    if kind == "days":
        return spec | {"value": _whole(first), "zone": zone}
    if kind in ("choices", "references"):
        return spec | {"value": [_value(kind, value, field, zone) for value in values if value]}
    if kind.endswith("_pair"):
        return spec | {"value": [_value(kind, first, field, zone), _value(kind, upper, field, zone)]}
    if op in (Op.ONE_OF, Op.NONE_OF):
        kind = _MANY_OF.get(catalogue[field].type, kind) if not catalogue[field].cents else "money"
        return spec | {"value": [_value(kind, value, field, zone) for value in split_list(first)]}
    return spec | {"value": _value(kind, first, field, zone)}


_MANY_OF = {FieldType.NUMBER: "number", FieldType.DECIMAL: "decimal"}


def _value(kind: str, text: str, field: str, zone: str) -> object:
    match kind.removesuffix("_pair"):
        case "number" | "reference" | "references":
            return _whole(text)
        case "decimal":
            return _decimal(text)
        case "money":
            return _cents(text)
        case "moment":
            return _moment(text, zone)
    return text.upper() if field in ("country", "currency", "grade") else text  # whatever the person's Shift key says


def texts_of(spec: dict[str, object], zone: str, catalogue: Catalogue = CATALOGUE) -> tuple[str, str, list[str], str]:
    """A leaf of a tree as (field, op, values, upper) for its controls: the opposite of `spec_of`."""
    op = str(spec["op"])
    if "touches" in spec:
        return f"{TOUCHES}{spec['touches']}", op, [str(spec["value"])] if "value" in spec else [], _text(spec.get("within_days"), "", zone)
    field = str(spec["field"])
    kind, value = control(field, op, catalogue), spec.get("value")
    cents = field in catalogue and catalogue[field].cents
    shown = [_text(item, kind, zone, cents=cents) for item in (value if isinstance(value, list) else [value])]
    if kind.endswith("_pair"):
        return field, op, [shown[0]], shown[1]
    return field, op, [join_list(shown)] if kind == "text" and isinstance(value, list) else shown, ""


def split_list(text: str) -> list[str]:
    """ "US, CA" as a list; a value with a comma stands in quotes."""
    lines = text.splitlines() or [""]
    return [value.strip() for row in csv.reader(lines, skipinitialspace=True) for value in row if value.strip()]


def join_list(values: Sequence[str]) -> str:
    quoted = [
        '"{}"'.format(value.replace('"', '""')) if any(mark in value for mark in ',"') or value != value.strip() else value
        for value in values
    ]
    return ", ".join(quoted)


def _label(field: Field) -> str:
    label = field.label
    return label[:1].upper() + label[1:]


def _whole(text: str) -> object:
    try:
        return int(text.replace(",", "").strip()) if len(text) < 30 else text
    except ValueError:
        return text or None


def _decimal(text: str) -> object:
    try:
        return float(text.replace(",", "").strip()) if len(text) < 30 else text
    except ValueError:
        return text or None


def _cents(text: str) -> object:
    try:
        cents = Decimal(text.replace(",", "").strip()) * 100 if len(text) < 30 else Decimal("NaN")
        return int(cents) if cents == cents.to_integral_value() else text
    except (InvalidOperation, ValueError, OverflowError):
        return text or None


def _moment(text: str, zone: str) -> object:
    """A moment of the person's wall clock, in UTC."""
    try:
        moment = datetime.fromisoformat(text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return text


def _text(value: object, kind: str, zone: str, *, cents: bool = False) -> str:
    if value is None:
        return ""
    if kind.startswith("moment"):
        moment = datetime.fromisoformat(str(value)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return moment.isoformat(timespec="auto" if moment.second or moment.microsecond else "minutes")
    if cents and isinstance(value, int):
        return f"{value // 100}" if value % 100 == 0 else f"{Decimal(value) / 100:.2f}"
    return str(value)
