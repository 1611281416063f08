"""The pages under Measure: funnel, speed-to-lead, people."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leadloop.analytics import drill, funnel, people, shown, speed
from leadloop.analytics.domain.periods import ALL, PRESETS, Period, read_period
from leadloop.analytics.domain.speeds import WITHIN
from leadloop.db.clock import utc_now
from leadloop.web.access import roles
from leadloop.web.csv_cells import csv_response

READERS = ("marketer", "manager", "admin")
TABS = {"source": "By source", "month": "By month"}


@require_safe
@roles(*READERS)
def show_funnel(request: HttpRequest) -> HttpResponse:
    """What came in and how far it got. Four queries for the figures."""
    by, period = _by(request), period_of(request, usual=ALL)
    found = funnel.report(by=by, period=period)
    context = frame(period, also={"by": by}) | {
        "tabs": [{"label": label, "url": query(period.pairs(), by=name), "current": name == by} for name, label in TABS.items()],
        "by": by,
        "tiles": shown.funnel_tiles(found.total, period),
        "total": shown.funnel_row(found.total, period),
        "rows": [shown.funnel_row(line, period) for line in found.lines],
        "steps": list(shown.STEP_NAMES.values()),
        "funnel_data": shown.funnel_chart(found.total),
        "line_data": shown.line_chart(found),
        "more_bars": by == "source" and len(found.lines) > shown.MOST_BARS,
        "csv_url": reverse("analytics:funnel_csv") + query(period.pairs(), by=by),
    }
    return render(request, "analytics/funnel.html", context)


@require_safe
@roles(*READERS)
def download_funnel(request: HttpRequest) -> HttpResponse:
    """The table of the funnel as a CSV file."""
    by, period = _by(request), period_of(request, usual=ALL)
    header, rows = shown.funnel_table(funnel.report(by=by, period=period), "Source" if by == "source" else "Month")
    return csv_response(f"funnel-by-{by}", header, rows)


@require_safe
@roles(*READERS)
def show_speed(request: HttpRequest) -> HttpResponse:
    """How soon leads hear from us. Three queries for the figures."""
    period = period_of(request, usual="90")
    found = speed.report(period)
    rows = {
        "people": [shown.speed_row(one.name, one.speed, drill.leads_of(one.key, period=period)) for one in found.people],
        "sources": [shown.speed_row(one.name, one.speed, drill.leads_at("leads", source=one.key, period=period)) for one in found.sources],
        "months": [shown.speed_row(f"{one.key:%b %Y}", one.speed) for one in found.months],
    }
    context = frame(period) | {
        "total": found.total,
        "total_row": shown.speed_row("All", found.total),
        "promises": list(WITHIN),
        "groups": [
            {"title": title, "first": title.removeprefix("By ").capitalize(), "rows": rows[name]} for name, title in _GROUPS.items()
        ],
        "week": shown.heat_rows(found.week),
        "hours": range(24),
        "spread_data": shown.spread_chart(found.total),
        "median_data": shown.median_chart(found.months),
    }
    return render(request, "analytics/speed.html", context)


_GROUPS = {"people": "By person", "sources": "By source", "months": "By month"}


@require_safe
@roles(*READERS)
def show_people(request: HttpRequest) -> HttpResponse:
    """Who has what, and what became of it. Eight queries for the figures."""
    now, period = utc_now(), period_of(request, usual="30")
    found = people.report(period, now=now)
    moment = now.isoformat().replace("+00:00", "Z")
    rows = [
        {
            "line": line,
            "amounts": shown.amounts(line.amounts),
            "url": drill.leads_of(line.person.pk),
            "overdue_url": drill.overdue_of(line.person.pk, now=moment),
        }
        for line in found.lines
    ]
    context = frame(period) | {
        "rows": rows,
        "sums": {name: sum(getattr(line, name) for line in found.lines) for name in ("assigned", "accepted", "sql", "won", "overdue")},
        "present": sum(line.present is True for line in found.lines),
        "seated_words": str(sum(line.present is not None for line in found.lines)),
        "pools": [{"name": pool.name, "rows": shown.share_rows(pool)} for pool in found.pools],
        "load_data": _load_chart(found.lines),
    }
    return render(request, "analytics/people.html", context)


def _load_chart(lines: list[people.Line]) -> dict[str, Any]:
    shown_lines = [line for line in lines if line.assigned or line.won][: shown.MOST_BARS]
    series = [("Assigned", "assigned"), ("SQL", "sql"), ("Won", "won")]
    return {
        "labels": [line.person.name for line in shown_lines],
        "series": [{"name": name, "values": [getattr(line, key) for line in shown_lines]} for name, key in series],
    }


def frame(period: Period, *, also: dict[str, str] | None = None) -> dict[str, Any]:
    """What the choice of the period needs."""
    also = also or {}
    return {
        "period": period,
        "presets": [
            {"label": label, "url": query({"period": name}, **also), "current": period.preset == name} for name, label in PRESETS.items()
        ],
        "kept": also,
        "zone": settings.REPORT_ZONE,
    }


def _by(request: HttpRequest) -> funnel.By:
    return "month" if request.GET.get("by") == "month" else "source"


def period_of(request: HttpRequest, *, usual: str) -> Period:
    """The period that was asked for."""
    return read_period(request.GET.dict(), usual=usual, zone=settings.REPORT_ZONE, now=utc_now())


def query(chosen: Mapping[str, str], **more: str) -> str:
    """The part of an address after its path."""
    return "?" + urlencode({**more, **chosen})
