"""Where the value of a field stands in the database: a column, or an expression over one. For `leads.criteria_sql`."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, CharField, F, Func, Max, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler

from leadloop.leads.domain.criteria import Field
from leadloop.leads.models import Source, Touch
from leadloop.teams.models import User

STANDING_COLUMNS = {
    "stage": "stage",
    "score": "score",
    "grade": "grade",
    "temperature": "temper",  # what a person said; what the rule says is compared, see `criteria_sql`
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
"""Fields that stand in the narrow table; most others stand in the lead's own row, under their own name."""

_FURTHER = {"probability": "lead__likelihood__percent"}
"""Columns of rooms above, one row a lead at most; null where there is none."""


def column_of(name: str) -> str:
    """The column of a stored fact, as a query over `Standing` calls it."""
    return STANDING_COLUMNS.get(name) or _FURTHER.get(name) or f"lead__{name}"


def value_of(field: Field) -> str | Any:
    """A column by its name, so that its indexes serve; or an expression, never null where the field's blank is ''."""
    if field.inside:
        column, key = field.inside
        return Coalesce(JsonText(F(column_of(column)), path=(key,)), Value("", output_field=TextField()))
    made = _MADE.get(field.name)
    return made() if made else column_of(field.name)


def _channel() -> Any:
    """By a subquery: a join would lose leads of a source that is gone."""
    return Coalesce(Subquery(Source.objects.filter(pk=OuterRef("source_id")).values("channel")), Value(""))


def _owner_role() -> Any:
    return Coalesce(Subquery(User.objects.filter(pk=OuterRef("owner_id")).values("role")), Value(""))


def _top_score() -> Any:
    scores = Touch.objects.filter(lead_id=OuterRef("lead_id")).order_by().values("lead_id")
    return Subquery(scores.annotate(top=Max(JsonNumber(F("data"), path=("became", "score")))).values("top"))


_MADE = {"channel": _channel, "owner_role": _owner_role, "top_score": _top_score}


class _JsonPart(Func):
    """Something inside a JSON column. The path comes from the catalogue, never from what a person wrote."""

    arity = 1

    def __init__(self, *parts: Any, path: tuple[str, ...], **more: Any) -> None:
        if not all(re.fullmatch("[a-z][a-z0-9_]*", step) for step in path):
            raise ValueError(path)
        super().__init__(*parts, **more)
        self.extra["path"] = ".".join(path)
        self.extra["steps"] = ",".join(path)


class JsonText(_JsonPart):
    """Text inside a JSON column; null where there is none. What stands there has to be text."""

    output_field = TextField()
    template = "JSON_EXTRACT(%(expressions)s, '$.%(path)s')"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s #>> '{%(steps)s}')", **context)


class JsonNumber(_JsonPart):
    """A whole number inside a JSON column; null where there is none."""

    output_field = BigIntegerField()
    template = "JSON_EXTRACT(%(expressions)s, '$.%(path)s')"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(%(expressions)s #>> '{%(steps)s}')::bigint", **context)


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


class InSegment(Func):
    """True where the lead is in a segment, in any of a `NameList` where one follows.

    Members are kept by a room above; rules may name segments as they name pools.
    """

    output_field = BooleanField()
    template = "EXISTS (SELECT 1 FROM segments_member AS member WHERE member.lead_id = %(expressions)s)"
    arg_joiner = " AND member.segment IN "


class NameList(Func):
    """Names as a list of SQL."""

    template = "(%(expressions)s)"
    output_field = CharField()


def begins_with(found: Any, values: Iterable[str]) -> Q:
    """The text begins with one of the values: one list for each length, since SQLite takes no thousand conditions beside one another."""
    by_length: dict[int, list[str]] = {}
    for value in values:
        by_length.setdefault(len(value), []).append(value)
    return Q(*(Q(In(Left(found, length), same)) for length, same in by_length.items()), _connector=Q.OR)
