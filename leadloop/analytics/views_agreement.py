"""The page of the agreement's report."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadloop.analytics import agreement
from leadloop.analytics import agreement_shown as shown
from leadloop.analytics.views import READERS, frame, period_of, query
from leadloop.db.clock import utc_now
from leadloop.outcomes import reasons
from leadloop.web.access import roles


@require_safe
@roles(*READERS)
def show_agreement(request: HttpRequest) -> HttpResponse:
    """What sales said of the leads that marketing handed over. A constant number of queries."""
    period, asked = period_of(request, usual="365"), request.GET.get("version", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None
    found = agreement.report(period, now=utc_now(), version=version)
    labels = reasons.labels()
    kept = {"version": str(version)} if version else {}
    context: dict[str, Any] = frame(period, also=kept) | {
        "found": found,
        "tabs": [
            {
                "label": line.name,
                "url": query(period.pairs(), version=str(line.key)),
                "current": line.key == found.chosen,
                "count": line.counts["handed"],
            }
            for line in found.versions[:8]
        ],
        "total": shown.line_row(found.total, labels),
        "stamps": [line.name for line in found.people if line.is_rubber_stamp],
        "versions": [shown.line_row(line, labels) for line in found.versions],
        "groups": [
            {"title": "By source", "first": "Source", "rows": [shown.line_row(line, labels) for line in found.sources[: shown.MOST_LINES]]},
            {
                "title": "By rep",
                "stamps": True,
                "first": "Rep",
                "rows": [shown.line_row(line, labels) for line in found.people[: shown.MOST_LINES]],
            },
        ],
        "leaves": [shown.leaf_row(leaf) for leaf in found.leaves],
        "idle": len(found.idle),
        "chart": shown.verdict_chart(found),
    }
    if found.suggestion:
        best = found.suggestion.best
        context |= {
            "options": [shown.option_row(one) for one in found.suggestion.options],
            "best": shown.option_row(best) if best else None,
            "threshold_chart": shown.threshold_chart(found.suggestion),
        }
    return render(request, "analytics/agreement.html", context)
