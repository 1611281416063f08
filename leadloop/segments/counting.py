"""How many leads some criteria hold for: exact up to a limit, many criteria in one query."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from leadloop.leads import criteria_sql
from leadloop.leads.domain import criteria
from leadloop.leads.models import Standing

LIMIT = 10_000
SHOWN = 20


class Count(NamedTuple):
    """A number of leads; with `more`, there are more than it says."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}" + ("+" if self.more else "")


def counts(trees: Mapping[str, criteria.Node], *, now: datetime) -> dict[str, Count]:
    """How many leads each tree holds for, counted to 10,000. One query."""
    if not trees:
        return {}
    parts: list[str] = []
    params: list[Any] = []
    for tree in trees.values():
        rows = Standing.objects.filter(criteria_sql.condition(tree, now)).order_by().values("pk")[: LIMIT + 1]
        try:
            sql, given = rows.query.sql_with_params()
        except EmptyResultSet:  # Django sees that no row can be meant
            sql, given = "select 1 where 1 = 0", ()
        parts.append(f"(select count(*) from ({sql}) as found)")  # noqa: S608 - the SQL of a queryset, values travel as parameters
        params += given
    with connection.cursor() as cursor:
        cursor.execute("select " + ", ".join(parts), params)
        found = cursor.fetchone()
    return {name: Count(min(number, LIMIT), number > LIMIT) for name, number in zip(trees, found, strict=True)}


def first_leads(tree: criteria.Node, *, now: datetime) -> list[Standing]:
    """The newest leads that the tree holds for. One query."""
    found = Standing.objects.filter(criteria_sql.condition(tree, now)).select_related("lead", "owner")
    return list(found.order_by("-received_at", "-lead_id")[:SHOWN])
