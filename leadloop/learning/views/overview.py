"""Where learning stands: enough outcomes or not, the champion, the challenger in its shadow, trainings, warnings."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import draft_of, published_of
from leadloop.db.versions import current_epoch
from leadloop.learning import reading, runs
from leadloop.learning.actions import MODEL, cards_in_force
from leadloop.learning.domain.readiness import LEAST_DECIDED, LEAST_LOST, LEAST_WON, Readiness
from leadloop.learning.errors import AlreadyTraining
from leadloop.learning.failing import failure_now
from leadloop.learning.models import Model, Training, Watch
from leadloop.learning.outcomes import ENOUGH, compare, readiness
from leadloop.learning.process import is_installed
from leadloop.web.access import roles

EDITORS = ("marketer", "manager", "admin")
SHOWN_RUNS, SHOWN_SHIFTS = 5, 6


@require_safe
@roles(*EDITORS)
def show_learning(request: HttpRequest) -> HttpResponse:
    """The state of learning, on one page."""
    champion, challenger, ready = published_of(Model, MODEL), draft_of(Model, MODEL), Readiness(*readiness())
    watch = Watch.objects.filter(version=champion.version).order_by("-looked_at").first() if champion else None
    context = {
        "champion": champion,
        "challenger": challenger,
        "ready": ready,
        "needs": _needs(ready),
        "champion_tiles": reading.tiles(champion.spec["report"].get("figures")) if champion else [],
        "challenger_tiles": reading.tiles(challenger.spec["report"].get("figures")) if challenger else [],
        "shadow": _shadow(champion, challenger),
        "enough": ENOUGH,
        "watch": watch,
        "shifts": [one | {"label": reading.column_label(one["column"])} for one in watch.shifts[:SHOWN_SHIFTS]] if watch else [],
        "failure": failure_now(),
        "unread": [row.version for row in (champion, challenger) if row and not _is_readable(row)],
        "runs": Training.objects.select_related("author").order_by("-pk")[:SHOWN_RUNS],
        "live": Training.objects.live().first(),
        "installed": is_installed(),
    }
    return render(request, "learning/overview.html", context)


@require_POST
@roles(*EDITORS)
def create_training(request: HttpRequest) -> HttpResponse:
    """Ask a worker to train now."""
    try:
        runs.ask_training(reason="asked for", author=request.user, now=utc_now())
    except AlreadyTraining as error:
        messages.info(request, str(error))
    return redirect("learning:overview")


@require_safe
@roles(*EDITORS)
def show_progress(request: HttpRequest) -> HttpResponse:
    """The part that says how far a training is; when it has ended the page is asked to show itself anew."""
    live = Training.objects.live().first()
    if live is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "learning/_progress.html", {"live": live})


@require_POST
@roles(*EDITORS)
def stop(request: HttpRequest) -> HttpResponse:
    """Take the champion out of force."""
    if runs.stop_using(now=utc_now()):
        messages.success(request, "No model is in force any more. What was said of leads stays with them; new leads get no word.")
    return redirect("learning:overview")


def _needs(ready: Readiness) -> list[dict[str, Any]]:
    """How far the base is from enough."""
    wanted = (("Won", ready.won, LEAST_WON), ("Lost or disqualified", ready.lost, LEAST_LOST), ("Decided", ready.decided, LEAST_DECIDED))
    return [
        {"label": label, "value": min(count, least), "max": least, "text": f"{count:,} ({least:,} needed)"}
        for label, count, least in wanted
    ]


def _is_readable(row: Any) -> bool:
    """Whether its card is of a kind that this version of the software knows."""
    cards = cards_in_force(current_epoch())
    return cards is not None and row.version in (cards.version, cards.shadow_version)


def _shadow(champion: Any, challenger: Any) -> dict[str, Any] | None:
    if not champion or not challenger:
        return None
    told = compare(champion.version, challenger.version)
    first, second = told.get("champion"), told.get("challenger")
    return told | {"rows": reading.rows_of(first, second) if isinstance(first, dict) and isinstance(second, dict) else []}
