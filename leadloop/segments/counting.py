"""How many leads some criteria hold for, and how many are in a segment: exact up to a limit, many in one query."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from leadloop.leads import criteria_sql
from leadloop.leads.domain import criteria
from leadloop.leads.models import Standing
from leadloop.segments.models import Member, Segment, Size

LIMIT = 10_000
SHOWN = 20


class Count(NamedTuple):
    """A number of leads; with `more`, there are more than it says."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}" + ("+" if self.more else "")


NOBODY = Count(0, more=False)


def counts(trees: Mapping[str, criteria.Node], *, now: datetime) -> dict[str, Count]:
    """How many leads each tree holds for, counted to 10,000. One query."""
    return counts_where({name: criteria_sql.condition(tree, now) for name, tree in trees.items()})


def counts_where(conditions: Mapping[str, Q]) -> dict[str, Count]:
    """How many leads each condition on standings holds for, counted to 10,000. One query."""
    return counts_of({name: Standing.objects.filter(condition) for name, condition in conditions.items()})


def member_counts(names: Iterable[str]) -> dict[str, Count]:
    """How many are in each segment at this moment, counted to 10,000. One query, out of an index."""
    return counts_of({name: Member.objects.filter(segment=name) for name in names})


def counts_of(found: Mapping[str, QuerySet[Any]], *, most: int = LIMIT) -> dict[str, Count]:
    """How many rows each queryset has, counted to `most`. One query for all of them."""
    if not found:
        return {}
    parts: list[str] = []
    params: list[Any] = []
    for rows in found.values():
        try:
            sql, given = rows.order_by().values("lead_id")[: most + 1].query.sql_with_params()
        except EmptyResultSet:  # Django sees that no row can be meant
            sql, given = "select 1 where 1 = 0", ()
        parts.append(f"(select count(*) from ({sql}) as found)")  # noqa: S608 - the SQL of a queryset, values travel as parameters
        params += given
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(parts), params)
        numbers = cursor.fetchone()
    return {name: Count(min(number, most), number > most) for name, number in zip(found, numbers, strict=True)}


def first_leads(condition: Q) -> list[Standing]:
    """The newest leads that the condition holds for. One query."""
    found = Standing.objects.filter(condition).select_related("lead", "owner")
    return list(found.order_by("-received_at", "-lead_id")[:SHOWN])


def last_sizes() -> dict[str, float]:
    """How many leads were in each segment in force when they were last counted. One query."""
    last = Size.objects.filter(segment=OuterRef("name")).order_by("-day").values("leads")[:1]  # its end of the index, not the history
    found = Segment.objects.published().annotate(last=Subquery(last)).exclude(last=None)
    return dict(found.values_list("name", "last"))


def sizes(names: Iterable[str], *, since: date) -> dict[str, list[tuple[date, int]]]:
    """How many leads were in each segment at the end of each day that was counted, oldest first. One query."""
    found: dict[str, list[tuple[date, int]]] = {}
    rows = Size.objects.filter(segment__in=list(names), day__gte=since).order_by("segment", "day")
    for name, day, leads in rows.values_list("segment", "day", "leads"):
        found.setdefault(name, []).append((day, leads))
    return found
