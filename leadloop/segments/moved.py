"""Leads for which time alone may have turned a condition since the last look, found by index and not by scanning everybody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from leadloop.leads import criteria_sql
from leadloop.leads.criteria_values import column_of
from leadloop.leads.domain.criteria import CATALOGUE, Condition, FieldType, Node, TouchCount
from leadloop.leads.models import Standing
from leadloop.segments.domain.moving import LAST_DAYS, turned_days, turned_touches

NEVER_AHEAD = frozenset({"created_at", "entered_at", "first_touch_at", "accepted_at", "mql_at", "sql_at", "converted_at", "closed_at"})
"""Moments that are written as they pass: none of them can still be to come."""


def moved_ids(leaf: Node, *, since: datetime, now: datetime) -> Iterator[int]:
    """Leads for which the condition may hold at `now` and not at `since`, or the other way round, though nothing happened to them."""
    for rows in _queries(leaf, since=since, now=now):
        yield from rows.iterator(chunk_size=5_000)


def _queries(leaf: Node, *, since: datetime, now: datetime) -> Iterator[Any]:
    match leaf:
        case Condition(field, op) if op in LAST_DAYS and field.name in CATALOGUE:
            column = column_of(field.name)
            if span := turned_days(leaf, since=since, now=now):
                yield _leads(Q((f"{column}__gte", span.first), (f"{column}__lt", span.last)))
            if field.name not in NEVER_AHEAD:
                yield _leads(Q((f"{column}__gt", since), (f"{column}__lte", now)))
        case Condition(field, op) if op in LAST_DAYS and field.type is FieldType.DATE and not turned_days(leaf, since=since, now=now):
            return  # whole days turn at local midnight
        case TouchCount():
            touches = criteria_sql.touches_meant(leaf)
            if span := turned_touches(leaf, since=since, now=now):
                yield _touched(touches, Q(happened_at__gte=span.first, happened_at__lt=span.last))
            yield _touched(touches, Q(happened_at__gt=since, happened_at__lte=now))
        case _:  # anything that is not known here: ask it twice
            before, after = criteria_sql.condition(leaf, since), criteria_sql.condition(leaf, now)
            yield _leads(Q(before & ~after) | Q(~before & after))


def _leads(condition: Q) -> Any:
    return Standing.objects.filter(condition).order_by().values_list("pk", flat=True)


def _touched(touches: Any, condition: Q) -> Any:
    return touches.filter(condition).order_by().values_list("lead_id", flat=True)
