"""One row of a form as criteria and back: what a person typed, and how a value reads in its control."""

import csv
import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from leadloop.leads.domain.criteria.catalogue import Catalogue, FieldType, Op
from leadloop.leads.domain.criteria.fields import CATALOGUE
from leadloop.leads.domain.criteria.rows import TOUCHES, control
from leadloop.leads.domain.criteria.tree import CriteriaInvalid
from leadloop.leads.domain.criteria.values import cents_of
from leadloop.leads.domain.places import point_of

MORE = ("upper", "days", "window", "campaign", "source", "by", "currency", "of")
"""What a row may hold beside its values: a second end; of touches a window and what narrows them; of money and circles the rest."""
_POINT = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)[,;\s]+(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?)(?:\s+(.*\S))?\s*", re.ASCII)
_MANY_OF = {FieldType.NUMBER: "number", FieldType.DECIMAL: "decimal"}


@dataclass(slots=True)
class RowTexts:
    """What stands in the controls of one row. `values` are many where boxes are ticked, `more` is by the names in `MORE`."""

    field: str = ""
    op: str = ""
    values: list[str] = dataclasses.field(default_factory=list)
    more: dict[str, str] = dataclasses.field(default_factory=dict)
    zone: str = "UTC"

    def said(self, name: str) -> str:
        return self.more.get(name, "").strip()


def spec_of(row: RowTexts, catalogue: Catalogue = CATALOGUE) -> dict[str, object]:
    """What a row says, as JSON of one node; `parse` judges it. Texts that are no number or moment are passed on as they are.

    Raises:
        CriteriaInvalid: a place that cannot be found.
    """
    first = row.values[0].strip() if row.values else ""
    if row.field.startswith(TOUCHES):
        return _touches_of(row, first)
    spec: dict[str, object] = {"field": row.field, "op": row.op}
    kind, known = control(row.field, row.op, catalogue), catalogue.get(row.field)
    if kind == "none" or known is None:
        return spec
    if kind == "days":
        return spec | {"value": _whole(first), "zone": row.zone}
    if kind == "circle":
        return spec | {"value": _real(first)} | _point(row.said("of"))
    if kind in ("choices", "references"):
        return spec | {"value": [_value(kind, value, row) for value in row.values if value]}
    if kind.startswith("amount"):
        spec |= {"currency": row.said("currency").upper()}
    if kind.endswith("_pair"):
        return spec | {"value": [_value(kind, first, row), _value(kind, row.said("upper"), row)]}
    if kind == "texts":
        kind = "money" if known.cents else _MANY_OF.get(known.type, kind) if row.op in (Op.ONE_OF, Op.NONE_OF) else kind
        return spec | {"value": [_value(kind, value, row) for value in split_list(first)]}
    return spec | {"value": _value(kind, first, row)}


def _touches_of(row: RowTexts, first: str) -> dict[str, object]:
    spec: dict[str, object] = {"touches": row.field.removeprefix(TOUCHES), "op": row.op}
    days = _whole(row.said("days")) if row.said("days") else None
    spec |= {"local_days": days, "zone": row.zone} if days is not None and row.said("window") == "local" else {"within_days": days}
    spec |= {"campaign": row.said("campaign")} if row.said("campaign") else {}
    spec |= {"source": _whole(row.said("source"))} if row.said("source") else {}
    by = row.said("by")
    spec |= {"by": _whole(by) if by.isdecimal() else by} if by else {}
    if row.op == "none":
        return spec
    return spec | {"value": [_whole(first), _whole(row.said("upper"))] if row.op == "between" else _whole(first)}


def texts_of(spec: Mapping[str, object], zone: str, catalogue: Catalogue = CATALOGUE) -> RowTexts:
    """A leaf of a tree as texts for its controls: the opposite of `spec_of`."""
    zone = str(spec.get("zone") or zone)
    op, value = str(spec["op"]), spec.get("value")
    if "touches" in spec:
        return _touch_texts(spec, op, value, zone)
    name = str(spec["field"])
    kind, known = control(name, op, catalogue), catalogue.get(name)
    cents = known is not None and (known.cents or known.type is FieldType.MONEY)
    shown = [_text(item, kind, zone, cents=cents) for item in (value if isinstance(value, list) else [value])]
    more = {"currency": str(spec["currency"])} if "currency" in spec else {}
    if kind == "circle":
        return RowTexts(name, op, shown, {"of": _point_text(spec)}, zone)
    if kind.endswith("_pair"):
        return RowTexts(name, op, shown[:1], more | {"upper": shown[1]}, zone)
    return RowTexts(name, op, [join_list(shown)] if kind == "texts" else shown, more, zone)


def _touch_texts(spec: Mapping[str, object], op: str, value: object, zone: str) -> RowTexts:
    days = spec.get("local_days") or spec.get("within_days")
    more = {"days": "" if days is None else str(days), "window": "local" if spec.get("local_days") else "hours"}
    more |= {name: str(spec[name]) for name in ("campaign", "source", "by") if spec.get(name)}
    values = value if isinstance(value, list) else [] if value is None else [value]
    if len(values) > 1:
        more["upper"] = str(values[1])
    return RowTexts(f"{TOUCHES}{spec['touches']}", op, [str(one) for one in values[:1]], more, zone)


def _point(text: str) -> dict[str, object]:
    """Where a circle's middle is: "52.53, 13.38 Berlin", or a postal code that we know."""
    if found := _POINT.fullmatch(text):
        near = {"near": found[3]} if found[3] else {}
        return {"of": [float(found[1]), float(found[2])], **near}
    code = text.strip().upper().removeprefix("US").strip()
    if point := point_of("US", code):
        return {"of": list(point), "near": f"US {code}"}
    raise CriteriaInvalid("of", 'must be a point such as "52.53, 13.38 Berlin", or a postal code of the United States')


def _point_text(spec: Mapping[str, object]) -> str:
    """A postal code alone where it says it all."""
    of, near = spec["of"], str(spec.get("near") or "")
    assert isinstance(of, list)
    point = point_of("US", near.removeprefix("US ")) if near.startswith("US ") else None
    return near if point and list(point) == of else f"{_text(of[0], '', '')}, {_text(of[1], '', '')} {near}".strip()


def _value(kind: str, text: str, row: RowTexts) -> object:
    match kind.removesuffix("_pair"):
        case "number" | "reference" | "references":
            return _whole(text)
        case "money" | "amount":
            return _cents(text)
        case "decimal":
            return _real(text)
        case "moment":
            return _moment(text, row.zone)
    return text.upper() if row.field in ("country", "currency", "grade") else text  # whatever the person's Shift key says


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


def _whole(text: str) -> object:
    try:
        return int(text.replace(",", "").strip()) if len(text) < 30 else text
    except ValueError:
        return text or None


def _real(text: str) -> object:
    try:
        return float(text.replace(",", "")) if len(text) < 30 else text
    except ValueError:
        return text or None


def _cents(text: str) -> object:
    found = cents_of(text.replace(",", "").strip())
    return (text or None) if found is None else found


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
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if cents and isinstance(value, int):
        return f"{value // 100}" if value % 100 == 0 else f"{Decimal(value) / 100:.2f}"
    return str(value)
