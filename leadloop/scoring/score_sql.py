"""Score models compiled for the store: one statement scores a range of leads. The other compiler is `scoring.domain.scorecard`.

Rules become one expression over standings and leads by `leads.criteria_sql`; activity, caps, grades and limits are added around it. Every
name in this SQL is our own; whatever a person wrote travels as a parameter.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, ExpressionWrapper, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from leadloop.db import bulk
from leadloop.leads.actions import moment
from leadloop.leads.criteria_sql import condition
from leadloop.leads.criteria_values import column_of
from leadloop.leads.domain import criteria
from leadloop.leads.domain.heat import days_since_epoch
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS, MACHINE_FROM
from leadloop.leads.models import Lead, Standing
from leadloop.scoring.domain.engagement import Engagement
from leadloop.scoring.domain.scorecard import TOP, Scorecard, compile_scorecard

Params = list[Any]
LEAD = Lead._meta.db_table
_KEPT = "fitted.lead_id, was_score, was_grade, was_version, fit, likely"


class Sql(NamedTuple):
    """A statement or a part of one, with its parameters."""

    text: str
    params: Params


@dataclass(frozen=True, slots=True)
class Model:
    """A published or drafted model with what both compilers need of it."""

    card: Scorecard
    spec: dict[str, Any]
    catalogue: criteria.Catalogue


def model_of(row: Any, catalogue: criteria.Catalogue) -> Model:
    """A stored version for both compilers."""
    return Model(compile_scorecard(row.spec, version=row.version, name=row.name, catalogue=catalogue), row.spec, catalogue)


def fit_of(spec: dict[str, Any], now: datetime, catalogue: criteria.Catalogue = criteria.CATALOGUE) -> Any:
    """The points of start and rules as one expression over `Standing`."""
    whole: Any = Value(int(spec.get("base", 0)), output_field=IntegerField())
    for rule in spec["rules"]:
        holds = condition(criteria.parse(rule["when"], catalogue), now)
        whole = whole + Case(When(holds, then=Value(int(rule["points"]))), default=Value(0), output_field=IntegerField())
    return whole


def likely_of(card: Scorecard) -> Any:
    """The points of what was learned, half up: whole numbers from 0, so that the division of both stores cuts off."""
    if not card.exact or not card.probability_points:
        return Value(0, output_field=IntegerField())
    percent = Coalesce(F(column_of("probability")), Value(0))
    return ExpressionWrapper((percent * Value(card.probability_points) + Value(50)) / Value(100), output_field=IntegerField())


def scored(model: Model, leads: QuerySet[Standing], now: datetime, *, ids: tuple[int, int] | None = None) -> Sql:
    """Select (lead_id, score, grade, rest, level, was_score, was_grade, was_version) of those of `leads` that the model applies to.

    `rest` is the score without activity, not held between 0 and 100; `level` is the faded activity; `was_...` is what stands now.

    Args:
        ids: what all of `leads` lie between, both included, where the caller knows it; else PostgreSQL reads all rows to join them.
    """
    card = model.card
    if model.spec.get("for"):
        leads = leads.filter(condition(criteria.parse(model.spec["for"], model.catalogue), now))
    rows = leads.order_by().values_list(
        "lead_id", "heat", "score", "grade", "version", fit_of(model.spec, now, model.catalogue), likely_of(card)
    )
    if ids and LEAD in rows.query.alias_map:
        key = Lead._meta.pk.get_col(LEAD)
        rows = rows.filter(GreaterThanOrEqual(key, ids[0]), LessThanOrEqual(key, ids[1]))
    try:
        fitted, params = _compiled(rows)
    except EmptyResultSet:  # it applies to nobody
        nobody = rows.model.objects.filter(lead_id=-1)
        fitted, params = _compiled(nobody.values_list("lead_id", "heat", "score", "grade", "version", Value(0), likely_of(card)))
    level, heard = _level(card, now)
    points, full = (card.engagement.points, card.engagement.full_at) if card.engagement else (card.heat_points, card.heat_full)
    grade = Sql("'D'", [])
    if card.grades:
        steps = [value for letter, needed in card.grades for value in (needed, letter)]
        grade = Sql(f"case {'when fit >= %s then %s ' * len(card.grades)}else 'D' end", steps)
    once = "" if bulk.is_postgres() else "materialized"
    text = f"""
        with given(lead_id, heat, was_score, was_grade, was_version, fit, likely) as {once} ({fitted}),
        fitted as (select lead_id, heat, was_score, was_grade, was_version, {_once("fit")} as fit, likely from given), {heard.text}
        levelled as {once} ({level.text}),
        weighed as (select lead_id, was_score, was_grade, was_version, fit, likely, level,
            {_least("%s * level / %s", "%s * 1.0")} as exactly from levelled),
        summed as {once} (select lead_id, was_score, was_grade, was_version, fit, likely, level,
            {_once(f"fit + likely + {_rounded('exactly', exact=card.exact)}")} as whole from weighed)
        select lead_id, cast(case when whole < 0 then 0 when whole > {TOP} then {TOP} else whole end as integer) as score,
            {grade.text} as grade, fit + likely as rest, level, was_score, was_grade, was_version from summed
    """  # noqa: S608 - our own names
    return Sql(text, [*params, *heard.params, *level.params, points, full, points, *grade.params])


def _once(value: str) -> str:
    """A column that is computed once a row, whatever asks for it further out. PostgreSQL would put the whole expression in the place of
    each mention, or, told to keep the rows in between, compute with one process: a set of one row stops the one and not the other.
    """
    return f"unnest(array[{value}])" if bulk.is_postgres() else value


def _level(card: Scorecard, now: datetime) -> tuple[Sql, Sql]:
    """The faded activity of each fitted lead, and the part that has to stand before it."""
    if card.engagement is not None:
        heard = _heard(card.engagement, now)
        joined = f"select {_KEPT}, coalesce(heard.level, 0) as level from fitted left join heard on heard.lead_id = fitted.lead_id"  # noqa: S608 - our own names
        return Sql(joined, []), Sql(f"heard as ({heard.text}),", heard.params)
    faded = f"power(2.0, {_least('heat - %s', '1000.0')})"
    return Sql(f"select {_KEPT}, coalesce({faded}, 0) as level from fitted", [days_since_epoch(now) / HALF_LIFE_DAYS]), Sql("", [])  # noqa: S608 - our own names


def _heard(engagement: Engagement, now: datetime) -> Sql:
    """Select (lead_id, level): faded activity by all kinds, machines left out, with caps as `domain.engagement.worth` has them.

    A level that is held at its cap is the lowest, over all touches, of the cap when that one happened plus what came after it.
    """
    kinds = list(engagement.kinds)
    weight = _by_kind({kind: weight for kind, (weight, _) in engagement.kinds.items()})
    cap = _by_kind({kind: cap for kind, (_, cap) in engagement.kinds.items()})
    times = Sql("1.0", [])
    if engagement.campaigns:
        named = list(engagement.campaigns.items())
        campaign = "coalesce(nullif(t.data->>'campaign', ''), l.campaign)"
        times = Sql(f"case {campaign} {'when %s then %s ' * len(named)}else 1.0 end", [value for pair in named for value in pair])
    named_kinds, names = bulk.any_of("t.kind", kinds)
    text = f"""
        select lead_id, sum(level) as level from (
            select lead_id, kind, min({_least("coalesce(ceiling + later, whole)", "whole")}) as level from (
                select lead_id, kind, {cap.text} * share as ceiling,
                    sum(gain) over (partition by lead_id, kind) as whole,
                    coalesce(sum(gain) over (partition by lead_id, kind order by share desc, id desc
                        rows between unbounded preceding and 1 preceding), 0) as later
                from (
                    select t.id, t.lead_id, t.kind, {_share()} as share, {weight.text} * {times.text} * {_share()} as gain
                    from leads_touch t join fitted on fitted.lead_id = t.lead_id join leads_lead l on l.id = t.lead_id
                    where {named_kinds} and t.happened_at <= %s and {_by_person()}
                ) faded
            ) held group by lead_id, kind
        ) kinds group by lead_id
    """  # noqa: S608 - our own names
    stamp = moment(now)
    return Sql(text, [*cap.params, stamp, *weight.params, *times.params, stamp, *names, stamp])


def _by_kind(values: dict[str, float | None]) -> Sql:
    """A number by kind of touch; null where there is none."""
    named = [(kind, value) for kind, value in values.items() if value is not None]
    if not named:
        return Sql("cast(null as float)", [])
    return Sql(f"case kind {'when %s then %s ' * len(named)}end", [value for pair in named for value in pair])


def _share() -> str:
    """How much of a touch is left."""
    if bulk.is_postgres():
        return f"power(0.5::float8, extract(epoch from (%s::timestamptz - t.happened_at))::float8 / 86400.0 / {HALF_LIFE_DAYS})"
    return f"power(0.5, (julianday(%s) - julianday(t.happened_at)) / {HALF_LIFE_DAYS})"


def _by_person() -> str:
    if bulk.is_postgres():
        return f"(jsonb_typeof(t.data->'machine') is distinct from 'number' or (t.data->>'machine')::float8 < {MACHINE_FROM})"
    return f"coalesce(json_type(t.data, '$.machine') not in ('integer', 'real') or t.data->>'machine' < {MACHINE_FROM}, 1)"


def _least(one: str, other: str) -> str:
    return f"least({one}, {other})" if bulk.is_postgres() else f"min({one}, {other})"


def _rounded(value: str, *, exact: bool) -> str:
    """Half up; for models of before, half to even, as Python rounds."""
    if not bulk.is_postgres():
        up = f"cast({value} + 0.5 as integer)"
        odd = f"{up} %% 2 = 1"
    else:
        up = f"floor({value} + 0.5)"
        odd = f"mod(cast({up} as bigint), 2) = 1"
    return up if exact else f"({up} - case when {value} + 0.5 = {up} and {odd} then 1 else 0 end)"


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, Params]:
    text, params = rows.query.sql_with_params()
    return text, list(params)
