"""The funnel: what came in and how far it got, by source or by month of arrival. One query; junk is counted apart and never in a rate."""

from collections.abc import Iterable
from typing import Any, Literal, TypedDict
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing

STEPS = ("leads", "mql", "sql", "converted", "won")
BLANK = "(blank)"


class Row(TypedDict):
    """One line. `rate` is won / leads, 0 to 1."""

    name: str
    leads: int
    mql: int
    sql: int
    converted: int
    won: int
    junk: int
    rate: float


class Report(TypedDict):
    """All leads, and the lines: sources by size, months in order."""

    total: Row
    rows: list[Row]


def report(*, by: Literal["source", "month"], leads: "QuerySet[Standing] | None" = None) -> Report:
    """Count `leads` (all of them if None) by source or by month of arrival in the organisation's zone."""
    rows: QuerySet[Any] = Standing.objects.all() if leads is None else leads
    if by == "month":
        rows = rows.annotate(name=TruncMonth("received_at", tzinfo=ZoneInfo(settings.REPORT_ZONE))).order_by("name")
    else:
        rows = rows.annotate(name=F("source__name")).order_by("name")
    counted = list(rows.values("name").annotate(**_counts()))
    lines = [_row(_label(one["name"]), one) for one in counted]
    if by == "source":
        lines.sort(key=lambda line: (-line["leads"], line["name"]))
    return {"total": _row("All", _sum(counted)), "rows": lines}


def _counts() -> dict[str, Count]:
    real = ~Q(stage=Stage.JUNK)
    return {
        "leads": Count("pk", filter=real),
        "mql": Count("pk", filter=real & (Q(mql_at__isnull=False) | Q(sql_at__isnull=False) | Q(converted_at__isnull=False))),
        "sql": Count("pk", filter=real & (Q(sql_at__isnull=False) | Q(converted_at__isnull=False))),
        "converted": Count("pk", filter=real & Q(converted_at__isnull=False)),
        "won": Count("pk", filter=Q(stage=Stage.WON)),
        "junk": Count("pk", filter=Q(stage=Stage.JUNK)),
    }


def _sum(counted: Iterable[dict[str, Any]]) -> dict[str, int]:
    rows = list(counted)
    return {step: sum(row[step] for row in rows) for step in (*STEPS, "junk")}


def _row(name: str, counts: dict[str, Any]) -> Row:
    rate = counts["won"] / counts["leads"] if counts["leads"] else 0.0
    return {"name": name, "rate": rate, **{step: counts[step] for step in (*STEPS, "junk")}}  # type: ignore[typeddict-item]


def _label(name: Any) -> str:
    return name if isinstance(name, str) else f"{name:%Y-%m}"
