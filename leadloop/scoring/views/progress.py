"""How far the rescoring under way has come, for a page that waits for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadloop.scoring.rescoring import progress
from leadloop.scoring.views.books import EDITORS
from leadloop.web.access import roles


@require_safe
@roles(*EDITORS)
def show_progress(request: HttpRequest) -> HttpResponse:
    """The part that says so; when all leads are judged, the page is asked to show its figures anew."""
    now = progress()
    if now is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "scoring/_progress.html", {"progress": now})
