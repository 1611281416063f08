"""Makes the members of a segment what they should be for some leads, on the database: one pass finds who differs, and writes it down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When

from leadloop.db import bulk
from leadloop.leads import criteria_sql
from leadloop.leads.actions import moment
from leadloop.leads.models import Standing
from leadloop.segments.domain.rule import Kind, Rule
from leadloop.segments.models import Member, Override, Why

LOCK = 7003


@dataclass(frozen=True, slots=True)
class Told:
    """Why members move, as the history will say."""

    why: Why
    person_id: int | None = None
    note: str = ""


def lock_members() -> None:
    """Nobody else moves members until the transaction ends: not the loop, not a step. SQLite has one writer anyway."""
    bulk.lock_loop_for_many()
    if bulk.is_postgres():
        bulk.execute(f"select pg_advisory_xact_lock({LOCK})")


def settle(rule: Rule, scope: Q, *, now: datetime, told: Told) -> list[int]:
    """Compare the members among the leads in `scope` with what the rule says at `now`; returns who moved. At most five statements.

    Needs `lock_members`: the changes of this segment that are newer than the mark are then those of this call.
    """
    found = _differing(rule, scope, now)
    if found is None:
        return []
    sql, params = found
    [(mark,)] = bulk.fetch("select coalesce(max(id), 0) from segments_change")
    said = [rule.name, told.why.value, rule.version, told.person_id, told.note[:200], moment(now)]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into segments_change (segment, lead_id, entered, why, version, person_id, note, happened_at) "  # noqa: S608 - constant text and the ORM's own statement
            f"select %s, lead_id, wanted, %s, %s, {typed('bigint')}, %s, {typed('timestamptz')} from ({sql}) as differing",
            [*said, *params],
        )
        if not cursor.rowcount:
            return []
    ours = [mark, rule.name]
    bulk.execute(
        "insert into segments_member (segment, lead_id, since) "
        "select segment, lead_id, happened_at from segments_change where id > %s and segment = %s and entered",
        ours,
    )
    moved = bulk.fetch("select lead_id, entered from segments_change where id > %s and segment = %s", ours)
    if gone := [lead_id for lead_id, entered in moved if not entered]:
        listed, ids = bulk.any_of("lead_id", gone)  # by their keys: statistics of rows just written would mislead a join
        bulk.execute(f"delete from segments_member where segment = %s and {listed}", [rule.name, *ids])  # noqa: S608 - placeholders only
    return [lead_id for lead_id, _ in moved]


def typed(kind: str) -> str:
    """A placeholder in a list of selected values, which PostgreSQL has to be told the type of."""
    return f"%s::{kind}" if bulk.is_postgres() else "%s"


def wanted(rule: Rule, now: datetime) -> Q:
    """Who is to be in, as a condition on standings. One query where people may have a say."""
    holds = criteria_sql.condition(rule.tree, now)
    if not rule.by_hand or not Override.objects.filter(segment=rule.name).exists():
        return holds
    said = Override.objects.filter(segment=rule.name, lead_id=OuterRef("pk"))
    by_hand = Q(Exists(said.filter(inside=True)))
    return by_hand if rule.kind is Kind.FIXED else by_hand | (holds & ~Q(Exists(said.filter(inside=False))))


def _differing(rule: Rule, scope: Q, now: datetime) -> tuple[str, Any] | None:
    """The statement that finds leads who are in and should not be, or the other way round; one look at each lead in scope."""
    inside = Exists(Member.objects.filter(segment=rule.name, lead_id=OuterRef("pk")))
    rows = Standing.objects.filter(scope).order_by()
    try:
        rows = rows.annotate(
            inside=inside, wanted=Case(When(wanted(rule, now), then=Value(True)), default=Value(False), output_field=BooleanField())
        )
        return rows.exclude(wanted=F("inside")).values("wanted", "lead_id").query.sql_with_params()
    except EmptyResultSet:
        return None
