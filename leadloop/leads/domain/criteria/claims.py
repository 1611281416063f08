"""What a condition, or its opposite, claims of a lead: for each thing that it speaks of, the set of what may stand there."""

from datetime import UTC, datetime
from math import inf
from typing import Any

from leadloop.leads.domain.criteria.catalogue import NEGATIONS, Field, FieldType, Op, fold
from leadloop.leads.domain.criteria.sets import ANYTHING, Members, Possible, Span, Words, points
from leadloop.leads.domain.criteria.touch_test import INTERACTION
from leadloop.leads.domain.criteria.tree import Condition, TouchCount
from leadloop.leads.domain.stages import OPEN, Stage
from leadloop.leads.domain.touch_kinds import COUNTED

Key = tuple[Any, ...]
Claim = dict[Key, Possible]
"""All of it together; a list of claims is a choice between them."""

NEVER_BLANK = frozenset(
    {"stage", "source", "received_at", "entered_at", "created_at", "touch_count", "days_in_stage", "hours_since_received"}
)
LIMITS = {"score": (0.0, 100.0), "probability": (0.0, 100.0), "top_score": (0.0, 100.0), "touch_count": (0.0, inf)}
_NOTHING = Span(blank=True, pieces=())
_SOMETHING = Span(blank=False, pieces=ANYTHING)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def claims(node: Condition | TouchCount, *, holds: bool) -> list[Claim]:
    """The claims of which one is true where the node holds, or where it does not. Rather too many than too few: they only exclude."""
    if isinstance(node, TouchCount):
        span = Span(blank=False, pieces=((node.at_least or 0, inf if node.at_most is None else node.at_most),))
        return [{_key_of_touches(node): span if holds else _from_zero(span.complement())}]
    op, holds = (NEGATIONS[node.op], not holds) if node.op in NEGATIONS else (node.op, holds)
    match node.field.type:
        case FieldType.TEXT | FieldType.CODE | FieldType.NAME:
            return _of_text(node, op, holds=holds)
        case FieldType.CODES | FieldType.REFERENCES:
            return _of_list(node, op, holds=holds)
        case FieldType.FLAG:
            return _of_flag(node.field, holds=holds)
        case FieldType.MONEY:
            return _of_money(node, op, holds=holds)
        case FieldType.PLACE:
            return _of_place(node, op, holds=holds)
        case FieldType.MOMENT if op is Op.IN_LAST_DAYS:
            return _of_window(node, holds=holds)
    if node.field.type in (FieldType.NUMBER, FieldType.REFERENCE, FieldType.MOMENT):
        span = _span(op, [_number(value) for value in node.values])
        return [{(node.field.name,): span if holds else span.complement()}]
    return [{}]


def usual(key: Key, field: Field | None) -> Possible | None:
    """What may stand there before anybody claimed anything; None for anything at all."""
    if field is None or key != (field.name,):
        return None
    blank = field.name not in NEVER_BLANK
    if field.type in (FieldType.TEXT, FieldType.CODE, FieldType.NAME):
        return Words(blank=blank, allowed=frozenset(map(_folded(field), field.choices)) if field.choices else None)
    if field.type in (FieldType.CODES, FieldType.REFERENCES):
        return Members(known=frozenset(field.choices)) if field.choices else None
    return Span(blank, (LIMITS.get(field.name, (-inf, inf)),))


def covers(wide: Key, narrow: Key) -> bool:
    """Whether each touch that `narrow` counts is counted by `wide` as well."""
    (_, kind, campaign, source, by, days, zone), (_, its_kind, its_campaign, its_source, its_by, its_days, its_zone) = wide, narrow
    return (
        (not kind or kind == its_kind or (kind == INTERACTION and its_kind in COUNTED))
        and (not campaign or campaign == its_campaign)
        and (not source or source == its_source)
        and (not by or by == its_by)
        and (days is None or (its_days is not None and zone == its_zone and its_days <= days))
    )


def _key_of_touches(node: TouchCount) -> Key:
    return ("touches", node.kind, node.campaign, node.source, node.by, node.within_days, node.zone)


def _from_zero(span: Span) -> Span:
    return span.meet(Span(blank=False, pieces=((0, inf),)))


def _number(value: Any) -> float:
    """Moments as microseconds, so that they order and step like whole numbers."""
    return (value - _EPOCH) // (datetime.resolution) if isinstance(value, datetime) else value


def _span(op: Op, values: list[Any]) -> Span:
    if op is Op.IS_BLANK:
        return _NOTHING
    if op in (Op.IS, Op.ONE_OF):
        return points(tuple(values))
    first, last = values[0], values[-1]
    low = {Op.AT_LEAST: first, Op.ABOVE: first + 1, Op.AFTER: first + 1, Op.BETWEEN: first}.get(op, -inf)
    high = {Op.AT_MOST: first, Op.BELOW: first - 1, Op.BEFORE: first - 1, Op.BETWEEN: last}.get(op, inf)
    return Span(blank=False, pieces=((low, high),))


def _folded(field: Field) -> Any:
    return fold if field.type is FieldType.TEXT else str


def _of_text(node: Condition, op: Op, *, holds: bool) -> list[Claim]:
    key, values = (node.field.name,), frozenset(map(_folded(node.field), node.values))
    if op is Op.IS_BLANK:
        return [{key: Words(allowed=frozenset()) if holds else Words(blank=False)}]
    if op in (Op.IS, Op.ONE_OF):
        return [{key: Words(blank=False, allowed=values) if holds else Words(barred=values)}]
    if op is Op.CONTAINS:
        return [{key: Words(blank=False, has=values) if holds else Words(lacks=values)}]
    if holds:
        return [{key: Words(blank=False, begins=frozenset({value}))} for value in sorted(values)]
    return [{key: Words(begins_not=values)}]


def _of_list(node: Condition, op: Op, *, holds: bool) -> list[Claim]:
    key = (node.field.name,)
    if op is Op.IS_BLANK:
        return [{key: Members(some=False) if holds else Members(blank=False)}]
    if holds:
        return [{key: Members(has=frozenset({value}))} for value in node.values]
    return [{key: Members(lacks=frozenset(node.values))}]


def _of_flag(field: Field, *, holds: bool) -> list[Claim]:
    if field.name == "is_open":
        stages = frozenset(stage.value for stage in Stage if (stage in OPEN) == holds)
        return [{("stage",): Words(blank=False, allowed=stages)}]
    return [{(field.name,): points((1,)) if holds else Span(blank=True, pieces=((0, 0),))}]


def _of_money(node: Condition, op: Op, *, holds: bool) -> list[Claim]:
    """An amount is known or not, and in one currency; in another one it is as good as blank to the condition."""
    known, currency, amount = ("known", node.field.name), ("currency of", node.field.name), (node.field.name, node.unit)
    if op is Op.IS_BLANK:
        return [{known: _NOTHING if holds else _SOMETHING}]
    span = _span(op, list(node.values))
    if holds:
        return [{known: _SOMETHING, currency: Words(blank=False, allowed=frozenset({node.unit})), amount: span}]
    return [{amount: span.complement()}]


def _of_place(node: Condition, op: Op, *, holds: bool) -> list[Claim]:
    known = ("known", node.field.name)
    if op is Op.IS_BLANK:
        return [{known: _NOTHING if holds else _SOMETHING}]
    latitude, longitude, km = node.values
    within = Span(blank=False, pieces=((0, float(km)),))  # type: ignore[arg-type]  # a circle is numbers
    distance = ("km from", latitude, longitude)
    return [{known: _SOMETHING, distance: within}] if holds else [{distance: within.complement(step=1e-12)}]


def _of_window(node: Condition, *, holds: bool) -> list[Claim]:
    """How many local days ago, today being 1; moments to come are further away than any."""
    key, days_ago = (node.field.name,), ("days since", node.field.name, node.zone)
    within = Span(blank=False, pieces=((1, float(node.values[0])),))  # type: ignore[arg-type]  # days
    if holds:
        return [{key: _SOMETHING, days_ago: within}]
    return [{days_ago: within.complement()}]
