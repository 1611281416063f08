"""Why a lead is with whom it is."""

from typing import Any

from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from leadloop.routing.domain.saying import why_not
from leadloop.routing.explaining import Explanation, explain
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.work.views.steps import lead_or_404


@signed_in
@never_cache
def show_why(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """The route's last decision about a lead, for whoever may see the lead; sensitive values are left out for everybody."""
    standing = lead_or_404(request, lead_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    found = explain(lead_id)
    context = {"lead": standing.lead, "owner": standing.owner, "it": found, "stops": _rows(found) if found else []}
    return render(request, "work/why.html", context)


def _rows(found: Explanation) -> list[tuple[Any, list[tuple[str, Any, str]]]]:
    """Each stop with its candidates: name, what was seen, and why not."""
    return [
        (
            stop,
            [
                (
                    found.people.get(one.person, f"Person {one.person}"),
                    one,
                    why_not(one, next((c for c in stop.candidates if c.chosen), None)),
                )
                for one in stop.candidates
            ],
        )
        for stop in found.stops
    ]
