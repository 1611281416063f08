"""Criteria compiled for the database: a Q over `Standing`. The other compiler is `leads/domain/criteria/predicate.py`.

Every condition is made two-valued (a null never gets out as neither true nor false), so that ~ and | mean what they say.
Columns come from a fixed list of names and values travel as parameters: nothing that a person wrote becomes SQL.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, Expression, F, FloatField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual, Range

from leadloop.db.versions import current_epoch
from leadloop.leads import custom_sql
from leadloop.leads.criteria_values import (
    CodeList,
    Folded,
    HasAnyCode,
    InSegment,
    JsonNumber,
    JsonText,
    NameList,
    begins_with,
    column_of,
    value_of,
)
from leadloop.leads.domain.criteria import All, AnyOf, Condition, Field, FieldType, Node, Not, Op, TouchCount
from leadloop.leads.domain.criteria.catalogue import NEGATIONS, fold
from leadloop.leads.domain.criteria.predicate import predicate
from leadloop.leads.domain.criteria.touch_test import INTERACTION
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.custom_facts import CustomName
from leadloop.leads.domain.places import least_cosine, unit_vector
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.domain.temperature import TEMPERATURES
from leadloop.leads.domain.touch_kinds import COUNTED, THEIRS
from leadloop.leads.models import Touch
from leadloop.leads.temperature import is_as_warm_as, thermometer

FLAGS = {"is_open": Q(stage__in=[stage.value for stage in OPEN])}

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
NO_LEAD = Q(pk__in=[])  # an empty Q would mean every lead, and so would its negation

_LOOKUPS: dict[Op, tuple[str, type[Any]]] = {
    Op.AT_LEAST: ("gte", GreaterThanOrEqual),
    Op.AT_MOST: ("lte", LessThanOrEqual),
    Op.ABOVE: ("gt", GreaterThan),
    Op.AFTER: ("gt", GreaterThan),
    Op.BELOW: ("lt", LessThan),
    Op.BEFORE: ("lt", LessThan),
    Op.BETWEEN: ("range", Range),
    Op.IN_LAST_DAYS: ("range", Range),
    Op.IS: ("exact", Exact),
    Op.ONE_OF: ("in", In),
}


def condition(tree: Node, now: datetime) -> Q:
    """Compile a tree into a condition for `Standing.objects.filter(...)`.

    Codes, numbers, moments and references compare columns as they are, so that indexes serve; text is folded row by row.
    Touches are counted by a correlated subquery that stops at the number asked for. No join multiplies rows.

    Args:
        tree: from `parse`.
        now: aware UTC; the moment that relative days and windows end at.
    """
    match tree:
        case All(parts):
            return _joined([condition(part, now) for part in parts], connector=Q.AND) if parts else ~NO_LEAD
        case AnyOf(parts):
            return _joined([condition(part, now) for part in parts], connector=Q.OR) if parts else NO_LEAD
        case Not(part):
            return ~condition(part, now)
        case TouchCount():
            return _touches(tree, now)
        case Condition(field, op) if op in NEGATIONS:
            return ~condition(Condition(field, NEGATIONS[op], tree.values, tree.zone, tree.unit), now)
        case Condition():
            return _leaf(tree, now)


def _joined(parts: Sequence[Q], *, connector: str) -> Q:
    return Q(*parts, _connector=connector)


def _leaf(node: Condition, now: datetime) -> Q:
    if node.field.name == "temperature":
        return _temperature(node, now)
    if isinstance(node.field.name, CustomName):
        return custom_sql.leaf(node, now)
    if node.field.since:
        return _age(node, now)
    match node.field.type:
        case FieldType.FLAG:
            return FLAGS[node.field.name]
        case FieldType.CODES | FieldType.REFERENCES:
            return _members(node)
        case FieldType.TEXT | FieldType.CODE | FieldType.NAME:
            return _text(node)
        case FieldType.MONEY:
            known = Q(lead__budget_cents__isnull=False)
            return ~known if node.op is Op.IS_BLANK else Q(lead__currency=node.unit) & _amount("lead__budget_cents", node, now)
        case FieldType.PLACE:
            return _place(node)
        case _:
            return _amount(value_of(node.field), node, now)


def _temperature(node: Condition, now: datetime) -> Q:
    """Which temperatures the condition holds for, as comparisons with the clock. One query, for the rule in force."""
    holds = predicate(node)
    wanted = [one for one in TEMPERATURES if holds({"temperature": one}, now)]
    return is_as_warm_as(wanted, thermometer(current_epoch()), now)


def _amount(found: str | Expression, node: Condition, now: datetime) -> Q:
    if node.op is Op.IS_BLANK:
        return _is_null(found)
    values: Any = node.values if node.op in (Op.ONE_OF, Op.BETWEEN) else node.values[0]
    if node.op is Op.IN_LAST_DAYS:
        values = (start_of_days(now, days=values, zone=node.zone), now)
    name, lookup = _LOOKUPS[node.op]
    return ~_is_null(found) & (Q((f"{found}__{name}", values)) if isinstance(found, str) else Q(lookup(found, values)))


def _is_null(found: str | Expression) -> Q:
    return Q((f"{found}__isnull", True)) if isinstance(found, str) else Q(IsNull(found, True))


def _age(node: Condition, now: datetime) -> Q:
    """Whole units since a moment, as comparisons of the moment itself: its indexes serve."""
    column, first, last = column_of(node.field.since), node.values[:1], node.values[-1:]
    if node.op is Op.IS_BLANK:
        return _is_null(column)
    if node.op in (Op.IS, Op.ONE_OF):
        return _joined([_aged(column, node.field, now, value, value) for value in node.values], connector=Q.OR)
    match node.op:
        case Op.AT_LEAST | Op.ABOVE:
            return _aged(column, node.field, now, first[0], None, off=int(node.op is Op.ABOVE))
        case Op.AT_MOST | Op.BELOW:
            return _aged(column, node.field, now, None, last[0], off=-int(node.op is Op.BELOW))
        case _:
            return _aged(column, node.field, now, first[0], last[0])


def _aged(column: str, field: Field, now: datetime, low: Any, high: Any, *, off: int = 0) -> Q:
    """The whole units since the moment are `low` to `high`, both moved by `off`."""
    wish = ~_is_null(column)
    if low is not None:
        wish &= Q((f"{column}__lte", _back(now, field.unit, low + off)))
    if high is not None:
        wish &= Q((f"{column}__gt", _back(now, field.unit, high + off + 1)))
    return wish


def _back(now: datetime, unit: timedelta, count: int) -> datetime:
    """`count` units before now, or the first or last moment that there is."""
    try:
        return now - count * unit
    except OverflowError:
        return FIRST if count > 0 else LAST


def _text(node: Condition) -> Q:
    values = [str(value) for value in node.values]
    found = _domain_kind() if node.field.name == "domain_kind" else value_of(node.field)
    if isinstance(found, str):
        if node.op is Op.IS_BLANK:
            return Q((found, ""))
        if node.field.type is not FieldType.TEXT and node.op in (Op.IS, Op.ONE_OF):
            return Q((found, values[0])) if node.op is Op.IS else Q((f"{found}__in", values))
    shown: Expression | F = F(found) if isinstance(found, str) else found
    if node.op is Op.IS_BLANK:
        return Q(Exact(shown, Value("")))
    if node.field.type is FieldType.TEXT:
        shown, values = Folded(shown), [fold(value) for value in values]
    return _compared(node.op, shown, values)


def _compared(op: Op, found: Expression | F, values: list[str]) -> Q:
    match op:
        case Op.IS:
            return Q(Exact(found, values[0]))
        case Op.ONE_OF:
            return Q(In(found, values))
        case Op.CONTAINS:
            return Q(GreaterThan(StrIndex(found, Value(values[0])), 0))
        case Op.STARTS_WITH_ONE_OF:
            return begins_with(found, values)
        case _:
            return Q(Exact(Left(found, len(values[0])), values[0]))


def _domain_kind() -> Expression:
    kinds = (When(~Q(lead__company_domain=""), then=Value("company")), When(~Q(lead__email=""), then=Value("free")))
    return Case(*kinds, default=Value(""), output_field=CharField())


_PAST: dict[str, tuple[type[JsonText | JsonNumber], tuple[str, ...]]] = {
    "past_stages": (JsonText, ("became", "stage")),
    "past_rules": (JsonText, ("route", "rule")),
    "past_reasons": (JsonText, ("reason",)),
    "past_pools": (JsonNumber, ("became", "pool_id")),
    "past_owners": (JsonNumber, ("became", "owner_id")),
}
"""Where a touch says what became of the lead and why. `leads.recalling` reads the same in Python."""


def _members(node: Condition) -> Q:
    """A list has one of the values, or is blank: in a column, in the segments' members, or in the lead's touches."""
    blank = node.op is Op.IS_BLANK
    if node.field.name == "segments":
        names = [] if blank else [NameList(*(Value(value, output_field=CharField()) for value in node.values))]
        return ~Q(InSegment(F("lead_id"))) if blank else Q(InSegment(F("lead_id"), *names))
    if node.field.name in _PAST:
        part, path = _PAST[node.field.name]
        found = part(F("data"), path=path)
        touches = Touch.objects.filter(lead_id=OuterRef("lead_id"))
        if blank:
            said = ~Q(Exact(found, Value(""))) if part is JsonText else Q(GreaterThan(found, 0))
            return ~Q(Exists(touches.filter(Q(IsNull(found, False)) & said)))
        return Q(Exists(touches.filter(In(found, list(node.values)))))
    column = column_of(node.field.name)
    if blank:
        return Q((column, []))
    return Q(HasAnyCode(F(column), CodeList(*(Value(value, output_field=CharField()) for value in node.values))))


def _place(node: Condition) -> Q:
    """The same sums of the same products as `predicate` makes, so that the two agree to the last bit."""
    known = Q(lead__place_x__isnull=False)
    if node.op is Op.IS_BLANK:
        return ~known
    latitude, longitude, km = (float(value) for value in node.values)  # type: ignore[arg-type]  # a circle is numbers
    x, y, z = (Value(part, output_field=FloatField()) for part in unit_vector(latitude, longitude))
    near = F("lead__place_x") * x + F("lead__place_y") * y + F("lead__place_z") * z
    return known & Q(GreaterThanOrEqual(near, Value(least_cosine(km), output_field=FloatField())))


def _touches(node: TouchCount, now: datetime) -> Q:
    """Is there an n-th one? The subquery goes no further."""
    counted = _counted(node, now)
    wish = [Q(Exists(counted[node.at_least - 1 : node.at_least]))] if node.at_least else []
    if node.at_most is not None:
        wish.append(~Q(Exists(counted[node.at_most : node.at_most + 1])))
    return _joined(wish, connector=Q.AND)


def _counted(node: TouchCount, now: datetime) -> QuerySet[Touch]:
    counted = touches_meant(node).filter(lead_id=OuterRef("lead_id"), happened_at__lte=now)
    if node.within_days is not None:
        zone, days = node.zone, node.within_days
        counted = counted.filter(happened_at__gte=start_of_days(now, days=days, zone=zone) if zone else now - timedelta(days=days))
    return counted


def touches_meant(node: TouchCount) -> QuerySet[Touch]:
    """The touches of all leads that a count means, whenever they were."""
    counted = Touch.objects.all()
    if node.kind == INTERACTION:
        counted = counted.filter(kind__in=COUNTED)
    elif node.kind:
        counted = counted.filter(kind=node.kind)
    if node.by == "us":
        counted = counted.filter(actor__isnull=False).exclude(kind__in=THEIRS)
    elif node.by == "them":
        counted = counted.filter(kind__in=THEIRS)
    elif node.by:
        counted = counted.filter(actor_id=int(node.by))
    if node.campaign:
        counted = counted.filter(Exact(JsonText(F("data"), path=("campaign",)), node.campaign))
    if node.source:
        counted = counted.filter(Exact(JsonNumber(F("data"), path=("source",)), node.source))
    return counted
