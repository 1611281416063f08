"""Criteria compiled for the database: a Q over `Standing`. The other compiler is `leads/domain/criteria/predicate.py`.

Every condition is made two-valued (a null never gets out as neither true nor false), so that ~ and | mean what they say.
Columns come from a fixed list of names and values travel as parameters: nothing that a person wrote becomes SQL.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, Exists, Expression, F, Func, OuterRef, Q, TextField, Value
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import Exact, GreaterThan, In
from django.db.models.sql.compiler import SQLCompiler

from leadloop.leads import custom_sql
from leadloop.leads.domain.criteria import All, AnyOf, Condition, FieldType, Node, Not, Op, TouchCount
from leadloop.leads.domain.criteria.catalogue import NEGATIONS, fold
from leadloop.leads.domain.criteria.windows import start_of_days
from leadloop.leads.domain.custom_facts import CustomName
from leadloop.leads.domain.stages import OPEN
from leadloop.leads.models import Touch

STANDING_COLUMNS = {
    "stage": "stage",
    "score": "score",
    "grade": "grade",
    "owner": "owner",
    "source": "source",
    "pool": "pool_id",
    "touch_count": "touches",
    "received_at": "received_at",
    "entered_at": "entered_at",
    "waits_since": "waits_since",
    "due_at": "due_at",
    "first_touch_at": "first_touch_at",
    "accepted_at": "accepted_at",
    "mql_at": "mql_at",
    "sql_at": "sql_at",
    "converted_at": "converted_at",
    "closed_at": "closed_at",
}
"""Fields that stand in the narrow table; all others stand in the lead's own row, under their own name."""

FLAGS = {"is_open": Q(stage__in=[stage.value for stage in OPEN])}

NO_LEAD = Q(pk__in=[])  # an empty Q would mean every lead, and so would its negation

_COMPARISONS = {
    Op.AT_LEAST: "gte",
    Op.AT_MOST: "lte",
    Op.ABOVE: "gt",
    Op.AFTER: "gt",
    Op.BELOW: "lt",
    Op.BEFORE: "lt",
    Op.BETWEEN: "range",
    Op.IN_LAST_DAYS: "range",
    Op.IS: "exact",
    Op.ONE_OF: "in",
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
            return ~condition(Condition(field, NEGATIONS[op], tree.values, tree.zone), now)
        case Condition():
            return _leaf(tree, now)


def _joined(parts: Sequence[Q], *, connector: str) -> Q:
    return Q(*parts, _connector=connector)


def _leaf(node: Condition, now: datetime) -> Q:
    if isinstance(node.field.name, CustomName):
        return custom_sql.leaf(node, now)
    column = STANDING_COLUMNS.get(node.field.name, f"lead__{node.field.name}")
    match node.field.type:
        case FieldType.FLAG:
            return FLAGS[node.field.name]
        case FieldType.CODES:
            return _codes(column, node)
        case FieldType.TEXT | FieldType.CODE | FieldType.NAME:
            return _text(column, node)
        case _:
            return _amount(column, node, now)


def _amount(column: str, node: Condition, now: datetime) -> Q:
    if node.op is Op.IS_BLANK:
        return Q((f"{column}__isnull", True))
    values: Any = node.values if node.op in (Op.ONE_OF, Op.BETWEEN) else node.values[0]
    if node.op is Op.IN_LAST_DAYS:
        values = (start_of_days(now, days=values, zone=node.zone), now)
    return Q((f"{column}__isnull", False), (f"{column}__{_COMPARISONS[node.op]}", values))


def _text(column: str, node: Condition) -> Q:
    values = [str(value) for value in node.values]
    if node.op is Op.IS_BLANK:
        return Q((column, ""))
    if node.field.type is not FieldType.TEXT and node.op in (Op.IS, Op.ONE_OF):
        return Q((column, values[0])) if node.op is Op.IS else Q((f"{column}__in", values))
    found: Expression | F = F(column)
    if node.field.type is FieldType.TEXT:
        found, values = Folded(column), [fold(value) for value in values]
    match node.op:
        case Op.IS:
            return Q(Exact(found, values[0]))
        case Op.ONE_OF:
            return Q(In(found, values))
        case Op.CONTAINS:
            return Q(GreaterThan(StrIndex(found, Value(values[0])), 0))
        case _:
            return Q(Exact(Left(found, len(values[0])), values[0]))


def _codes(column: str, node: Condition) -> Q:
    if node.op is Op.IS_BLANK:
        return Q((column, []))
    return Q(HasAnyCode(F(column), CodeList(*(Value(value, output_field=CharField()) for value in node.values))))


def _touches(node: TouchCount, now: datetime) -> Q:
    if node.at_least is None:
        return ~_touches(TouchCount(node.kind, node.within_days, at_least=(node.at_most or 0) + 1), now)
    counted = Touch.objects.filter(lead_id=OuterRef("lead_id"), happened_at__lte=now)
    if node.kind:
        counted = counted.filter(kind=node.kind)
    if node.within_days is not None:
        counted = counted.filter(happened_at__gte=now - timedelta(days=node.within_days))
    return Q(Exists(counted[node.at_least - 1 : node.at_least]))  # is there an n-th one?


class Folded(Func):
    """Text with A-Z folded and nothing else, as SQLite's lower() does; PostgreSQL's does it under the C collation."""

    function = "LOWER"
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template='LOWER((%(expressions)s) COLLATE "C")', **context)


class HasAnyCode(Func):
    """True where the JSON list in a column has any of the codes in a `CodeList`."""

    arity = 2
    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM JSON_EACH(%(expressions)s)"
    arg_joiner = ") AS code WHERE code.value IN "

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" ?| ", **context)


class CodeList(Func):
    """Codes as a list of SQL."""

    template = "(%(expressions)s)"
    output_field = CharField()

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="ARRAY[%(expressions)s]::text[]", **context)
