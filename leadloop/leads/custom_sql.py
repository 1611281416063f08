"""Conditions on declared fields, compiled for the database: JSON of `Lead.custom`, guarded so that a value of the wrong type is blank.

The name of a field stands in the SQL as it is, because an index on an expression serves only a query that says the same expression;
`FieldSpec` names have nothing but a-z, 0-9 and underscores, and `Stored` asks again. What is compared travels as a parameter.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, BooleanField, Expression, F, FloatField, Func, Q, TextField, Value
from django.db.models.functions import Left, StrIndex
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual, Range
from django.db.models.sql.compiler import SQLCompiler

from leadloop.leads.criteria_values import begins_with
from leadloop.leads.domain.criteria import Condition, Op
from leadloop.leads.domain.criteria.catalogue import fold
from leadloop.leads.domain.criteria.windows import local_days, start_of_days
from leadloop.leads.domain.custom_facts import CustomName
from leadloop.leads.domain.custom_fields import SLUG, UNORDERED, FieldSpec, Kind

_TEXT = (
    """CASE WHEN json_type({c}, '$."{k}"') = 'text' THEN NULLIF(json_extract({c}, '$."{k}"'), '') END""",
    """(CASE WHEN jsonb_typeof({c} -> '{k}') = 'string' THEN NULLIF({c} ->> '{k}', '') END COLLATE "C")""",
)
_DIGITS = "[0-9]"
_DATE_GLOB = f"{_DIGITS * 4}-{_DIGITS * 2}-{_DIGITS * 2}"
_MOMENT_GLOB = f"{_DATE_GLOB}T{_DIGITS * 2}:{_DIGITS * 2}:{_DIGITS * 2}Z"
_LEAP_YEAR = "([0-9]{{2}}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_REAL_DAY = (
    "([0-9]{{4}}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_WHOLE = (
    """CASE WHEN json_type({c}, {p}) = 'integer' AND json_extract({c}, {p}) BETWEEN -1000000000000000 AND 1000000000000000
    THEN json_extract({c}, {p}) END""",
    """CASE WHEN jsonb_typeof({j}) = 'number' AND {t} ~ '^-?[0-9]{{1,16}}$' THEN
    CASE WHEN ({t})::bigint BETWEEN -1000000000000000 AND 1000000000000000 THEN ({t})::bigint END END""",
)
_PLAIN_PATH = {"p": """'$."{k}"'""", "j": "({c} -> '{k}')", "t": "({c} ->> '{k}')"}
_CENTS_PATH = {"p": """'$."{k}"."cents"'""", "j": "({c} -> '{k}' -> 'cents')", "t": "({c} -> '{k}' ->> 'cents')"}


def _at(path: dict[str, str], templates: tuple[str, str]) -> tuple[str, str]:
    """The templates with their places of JSON filled in, the column and the name still open."""
    for_lite, for_postgres = (
        template.replace("{p}", path["p"]).replace("{j}", path["j"]).replace("{t}", path["t"]) for template in templates
    )
    return for_lite, for_postgres


_CENTS = _at(_CENTS_PATH, _WHOLE)
TEMPLATES: dict[str, tuple[str, str]] = {
    "text": _TEXT,
    "folded": (f"LOWER({_TEXT[0]})", f"LOWER({_TEXT[1]})"),
    "whole": _at(_PLAIN_PATH, _WHOLE),
    "decimal": (
        """CASE WHEN json_type({c}, '$."{k}"') IN ('integer', 'real') AND (json_extract({c}, '$."{k}"') = 0
        OR abs(json_extract({c}, '$."{k}"') * 1.0) BETWEEN 1e-30 AND 1e12) THEN json_extract({c}, '$."{k}"') * 1.0 END""",
        """CASE WHEN jsonb_typeof({c} -> '{k}') = 'number' THEN CASE WHEN ({c} ->> '{k}')::numeric = 0
        OR abs(({c} ->> '{k}')::numeric) BETWEEN 1e-30 AND 1e12 THEN ({c} ->> '{k}')::float8 END END""",
    ),
    "money": (
        f"""CASE WHEN json_extract({{c}}, '$."{{k}}"."currency"') = '{{u}}' THEN {_CENTS[0]} END""",
        f"""CASE WHEN ({{c}} -> '{{k}}' -> 'currency') = '"{{u}}"'::jsonb THEN {_CENTS[1]} END""",
    ),
    "date": (
        f"""CASE WHEN json_type({{c}}, '$."{{k}}"') = 'text' AND json_extract({{c}}, '$."{{k}}"') GLOB '{_DATE_GLOB}'
        THEN json_extract({{c}}, '$."{{k}}"') END""",
        """(CASE WHEN jsonb_typeof({c} -> '{k}') = 'string' AND ({c} ->> '{k}') ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$'
        THEN {c} ->> '{k}' END COLLATE "C")""",
    ),
    "moment": (
        f"""CASE WHEN json_type({{c}}, '$."{{k}}"') = 'text' AND json_extract({{c}}, '$."{{k}}"') GLOB '{_MOMENT_GLOB}'
        AND strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', json_extract({{c}}, '$."{{k}}"'), '+0 days') = json_extract({{c}}, '$."{{k}}"')
        AND json_extract({{c}}, '$."{{k}}"') >= '0001' THEN json_extract({{c}}, '$."{{k}}"') END""",
        f"""(CASE WHEN jsonb_typeof({{c}} -> '{{k}}') = 'string'
        AND ({{c}} ->> '{{k}}') ~ '^{_REAL_DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$'
        AND ({{c}} ->> '{{k}}') COLLATE "C" >= '0001' THEN {{c}} ->> '{{k}}' END COLLATE "C")""",
    ),
    "yes_no": (
        """COALESCE(json_type({c}, '$."{k}"') = 'true', FALSE)""",
        """COALESCE(({c} -> '{k}') = 'true'::jsonb, FALSE)""",
    ),
    "no_choices": (
        """NOT EXISTS (SELECT 1 FROM json_each(CASE WHEN json_type({c}, '$."{k}"') = 'array'
        THEN json_extract({c}, '$."{k}"') ELSE '[]' END) AS one WHERE one.type = 'text')""",
        """NOT jsonb_path_exists(CASE WHEN jsonb_typeof({c} -> '{k}') = 'array' THEN {c} -> '{k}' ELSE '[]'::jsonb END,
        'strict $[*] ? (@.type() == "string")')""",
    ),
}
"""By what is wanted: the SQL for SQLite and for PostgreSQL, where {c} is the column, {k} the field's name and {u} its currency."""

_KINDS = {
    Kind.TEXT: "folded",
    Kind.LONG_TEXT: "folded",
    Kind.URL: "folded",
    Kind.CHOICE: "text",
    Kind.EMAIL: "text",
    Kind.PHONE: "text",
    Kind.WHOLE: "whole",
    Kind.DECIMAL: "decimal",
    Kind.MONEY: "money",
    Kind.DATE: "date",
    Kind.MOMENT: "moment",
    Kind.YES_NO: "yes_no",
}
INDEXED = frozenset(Kind) - UNORDERED
_OUTPUTS = {"whole": BigIntegerField, "money": BigIntegerField, "decimal": FloatField, "yes_no": BooleanField, "no_choices": BooleanField}
_AMOUNTS: dict[Op, Any] = {
    Op.IS: Exact,
    Op.AT_LEAST: GreaterThanOrEqual,
    Op.AT_MOST: LessThanOrEqual,
    Op.ABOVE: GreaterThan,
    Op.AFTER: GreaterThan,
    Op.BELOW: LessThan,
    Op.BEFORE: LessThan,
}


class Stored(Func):
    """The value of a declared field as rules read it: of its type, or blank."""

    arity = 1

    def __init__(self, column: Any, name: str, wanted: str, currency: str = "EUR") -> None:
        if not SLUG.fullmatch(name) or not (currency.isascii() and currency.isalpha()):
            raise ValueError(f"{name!r} cannot be the name of a field")
        super().__init__(F(column) if isinstance(column, str) else column, output_field=_OUTPUTS.get(wanted, TextField)())
        self.extra = {"name": name, "currency": currency, "wanted": wanted}

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, Any]:  # type: ignore[override]  # takes no template
        column, params = compiler.compile(self.source_expressions[0])
        assert not params
        return template(self.extra["wanted"], postgres=connection.vendor == "postgresql").format(
            c=column, k=self.extra["name"], u=self.extra["currency"]
        ), []


def stored(spec: FieldSpec, column: str = "lead__custom", *, wanted: str = "") -> Stored:
    """The value of a field; made of plain words, because Django hashes what an expression is made of."""
    return Stored(column, spec.name, wanted or _KINDS[spec.kind], spec.currency)


def index_sql(spec: FieldSpec, *, postgres: bool) -> str:
    """The expression that an index of this field holds, as a query of it says it; "" where no index helps."""
    if spec.kind not in INDEXED:
        return ""
    if not SLUG.fullmatch(spec.name) or not (spec.currency.isascii() and spec.currency.isalpha()):
        raise ValueError(f"{spec.name!r} cannot be the name of a field")
    said = template(_KINDS[spec.kind], postgres=postgres).format(c='"custom"', k=spec.name, u=spec.currency)
    return said.replace("%%", "%")


def template(wanted: str, *, postgres: bool) -> str:
    """SQL with places for the column, the field's name and its currency."""
    return TEMPLATES[wanted][1 if postgres else 0]


def sortable(spec: FieldSpec, column: str = "lead__custom") -> Stored | None:
    """What a list is ordered by, blanks as null; None for a kind that has no order or no index."""
    return stored(spec, column) if spec.kind in INDEXED else None


def leaf(node: Condition, now: datetime) -> Q:
    """A condition on a declared field, negations apart, as a condition for `Standing.objects.filter(...)`."""
    name = node.field.name
    assert isinstance(name, CustomName)
    spec = name.spec
    match spec.kind:
        case Kind.YES_NO:
            return Q(stored(spec))
        case Kind.CHOICES if node.op is Op.IS_BLANK:
            return Q(stored(spec, wanted="no_choices"))
        case Kind.CHOICES:
            return Q(_HasAny(F("lead__custom"), *(Value(str(one), output_field=TextField()) for one in node.values), name=spec.name))
        case Kind.WHOLE | Kind.MONEY | Kind.DECIMAL:
            return _amount(stored(spec), node.op, node.values)
        case Kind.DATE:
            values: Any = node.values
            if node.op is Op.IN_LAST_DAYS:
                values = local_days(now, days=values[0], zone=node.zone)
            return _amount(stored(spec), Op.BETWEEN if node.op is Op.IN_LAST_DAYS else node.op, values)
        case Kind.MOMENT:
            return _moment(stored(spec), node, now)
    return _text(stored(spec), node, folded=_KINDS[spec.kind] == "folded")


def _amount(found: Expression, op: Op, values: Any) -> Q:
    """Numbers, dates and moments: blank is neither above nor below anything."""
    if op is Op.IS_BLANK:
        return Q(IsNull(found, True))
    there = Q(IsNull(found, False))
    if op is Op.ONE_OF:
        return there & Q(In(found, list(values)))
    return there & Q(Range(found, tuple(values)) if op is Op.BETWEEN else _AMOUNTS[op](found, values[0]))


def _moment(found: Expression, node: Condition, now: datetime) -> Q:
    """Stored to the second, so a bound between two seconds is moved to the one that says the same."""
    values: Any = node.values
    if node.op is Op.IN_LAST_DAYS:
        values = (start_of_days(now, days=values[0], zone=node.zone), now)
    if node.op in (Op.BETWEEN, Op.IN_LAST_DAYS):
        return _amount(found, Op.BETWEEN, (_second(values[0], up=True), _second(values[1], up=False)))
    return _amount(found, node.op, [_second(one, up=node.op is Op.BEFORE) for one in values])


def _second(moment: datetime, *, up: bool) -> str:
    whole = moment.replace(microsecond=0)
    return (whole + timedelta(seconds=bool(up and moment.microsecond))).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(found: Expression, node: Condition, *, folded: bool) -> Q:
    if node.op is Op.IS_BLANK:
        return Q(IsNull(found, True))
    there = Q(IsNull(found, False))
    values = [fold(str(value)) if folded else str(value) for value in node.values]
    match node.op:
        case Op.IS:
            return there & Q(Exact(found, values[0]))
        case Op.ONE_OF:
            return there & Q(In(found, values))
        case Op.CONTAINS:
            return there & Q(GreaterThan(StrIndex(found, Value(values[0])), 0))
        case Op.STARTS_WITH_ONE_OF:
            return there & begins_with(found, values)
        case _:
            return there & Q(Exact(Left(found, len(values[0])), values[0]))


class _HasAny(Func):
    """True where the list of choices holds any of the values; what is no list holds none."""

    output_field = BooleanField()

    def __init__(self, column: Any, *values: Any, name: str) -> None:
        if not SLUG.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a field")
        super().__init__(column, *values)
        self.extra = {"name": name}

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_context: Any) -> tuple[str, Any]:  # type: ignore[override]  # takes no template
        column, _ = compiler.compile(self.source_expressions[0])
        parts = [compiler.compile(value) for value in self.source_expressions[1:]]
        marks, params = ", ".join(sql for sql, _ in parts), [one for _, given in parts for one in given]
        name = self.extra["name"]
        if connection.vendor == "postgresql":
            list_ = f"CASE WHEN jsonb_typeof({column} -> '{name}') = 'array' THEN {column} -> '{name}' ELSE '[]'::jsonb END"
            return f"(({list_}) ?| ARRAY[{marks}]::text[])", params
        path = f"""'$."{name}"'"""
        list_ = f"CASE WHEN json_type({column}, {path}) = 'array' THEN json_extract({column}, {path}) ELSE '[]' END"
        return f"EXISTS (SELECT 1 FROM json_each({list_}) AS one WHERE one.type = 'text' AND one.value IN ({marks}))", params  # noqa: S608 - a checked name
