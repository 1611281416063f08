"""One model: its card, what putting it in force would change, and the history."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import published_of
from leadloop.db.versions import Status
from leadloop.leads.models import Lead
from leadloop.learning import reading, runs
from leadloop.learning.actions import MODEL
from leadloop.learning.errors import NoChallenger
from leadloop.learning.models import Likelihood, Model
from leadloop.learning.views.overview import EDITORS
from leadloop.web.access import roles

SHOWN_VERSIONS, SAMPLE, MOVERS = 50, 2_000, 10
BANDS = ("0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80-89", "90-100")
FAR = 0.1
"""Probabilities that are this far apart are worth naming."""


@require_safe
@roles(*EDITORS)
def show_versions(request: HttpRequest) -> HttpResponse:
    """Every version, the newest first."""
    rows = Model.objects.filter(name=MODEL).select_related("author").order_by("-version")[:SHOWN_VERSIONS]
    told = [{"row": row, "tiles": reading.tiles(row.spec["report"].get("figures"))[:2]} for row in rows]
    return render(request, "learning/versions.html", {"versions": told})


@require_safe
@roles(*EDITORS)
def show_version(request: HttpRequest, number: int) -> HttpResponse:
    """The model card."""
    row, names = _version(number), reading.source_names()
    report, card = row.spec["report"], row.spec["card"]
    context = {
        "row": row,
        "report": report,
        "pipeline": card["pipeline"],
        "tiles": reading.tiles(report.get("figures")),
        "chart": reading.calibration_chart(report["calibration"]) if report.get("calibration") else None,
        "candidates": reading.candidates(report),
        "headings": [label for _, label, _ in reading.FIGURES],
        "shapes": reading.shapes(card, names),
        "pairs": len(card["pairs"]),
        "left_out": reading.findings(report, out=True),
        "remarks": reading.findings(report, out=False),
    }
    return render(request, "learning/version.html", context)


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest, number: int) -> HttpResponse:
    """What changes for open leads when the challenger takes over."""
    row = _version(number)
    if row.status != Status.DRAFT:
        return redirect("learning:version", number)
    champion = published_of(Model, MODEL)
    rows = list(
        Likelihood.objects.filter(shadow_version=number, lead__standing__closed_at=None)
        .order_by("-lead_id")
        .values_list("lead_id", "version", "probability", "shadow")[:SAMPLE]
    )
    current = champion.version if champion else None
    spoken = [(lead, version, before, after) for lead, version, before, after in rows if after is not None]
    both = [(lead, before, after) for lead, version, before, after in spoken if version == current and before is not None]
    far = sorted((one for one in both if abs(one[2] - one[1]) >= FAR), key=lambda one: -abs(one[2] - one[1]))
    leads = Lead.objects.in_bulk([lead for lead, _, _ in far[:MOVERS]])
    context = {
        "row": row,
        "champion": champion,
        "seen": len(rows),
        "both": len(both),
        "far": len(far),
        "movers": [
            {"lead": leads[lead], "before": round(100 * a), "after": round(100 * b)} for lead, a, b in far[:MOVERS] if lead in leads
        ],
        "chart": _bands(both, [after for _, _, _, after in spoken]),
        "tiles": reading.tiles(row.spec["report"].get("figures")),
    }
    return render(request, "learning/preview.html", context)


@require_POST
@roles(*EDITORS)
def use(request: HttpRequest, number: int) -> HttpResponse:
    """Put the challenger in force, or go back to an earlier version."""
    row = _version(number)
    try:
        verb = runs.use_challenger if row.status == Status.DRAFT else runs.return_to
        used = verb(number, author=request.user, now=utc_now())
    except NoChallenger as error:
        messages.error(request, str(error))
        return redirect("learning:versions")
    messages.success(request, f"Version {used.version} is in force. Open leads are being judged by it, newest first.")
    return redirect("learning:overview")


def _version(number: int) -> Any:
    row = Model.objects.filter(name=MODEL, version=number).select_related("author").first()
    if row is None:
        raise Http404
    return row


def _bands(both: list[tuple[int, float, float]], shadow: list[float]) -> dict[str, Any]:
    """Open leads by probability, before and after."""

    def counted(values: list[float]) -> list[int]:
        counts = [0] * len(BANDS)
        for value in values:
            counts[min(len(BANDS) - 1, int(value * len(BANDS)))] += 1
        return counts

    series = [{"name": "Challenger", "values": counted([after for _, _, after in both] or shadow)}]
    if both:
        series.insert(0, {"name": "In force", "values": counted([before for _, before, _ in both])})
    return {"labels": list(BANDS), "series": series}
