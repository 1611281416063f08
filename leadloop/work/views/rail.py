"""The rail: what waits, for whom, and for how long."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from leadloop.db.clock import utc_now
from leadloop.leads.models import Standing
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.work.rail import MOST, PAGE, Rail, fill, read_rail, scope_of

TITLES = {"mine": "My rail", "team": "The team's rail", "nobody": "Nobody's leads"}


@signed_in
@require_safe
def show_rail(request: SignedInRequest) -> HttpResponse:
    """The page, or for htmx the part that changes; 204 when nothing did since the fingerprint `seen`."""
    now = utc_now()
    rail = _asked(request, request.GET, now=now)
    if request.htmx:
        if request.GET.get("seen") == rail.fingerprint:
            return HttpResponse(status=204)
        return _part(request, rail, now=now)
    return render(request, "work/rail.html", _context(request, fill(rail, viewer=request.user), now=now))


def rail_part(request: SignedInRequest, *, now: datetime) -> HttpResponse:
    """The part that changes, as the person sees it now: for the answer to a step taken on the rail."""
    current = request.htmx.current_url or ""
    asked = QueryDict(current.partition("?")[2].partition("#")[0])
    return _part(request, _asked(request, asked, now=now), now=now)


def _part(request: SignedInRequest, rail: Rail, *, now: datetime) -> HttpResponse:
    return render(request, "work/_rail.html", _context(request, fill(rail, viewer=request.user), now=now))


def _asked(request: SignedInRequest, asked: Mapping[str, Any], *, now: datetime) -> Rail:
    user: Any = request.user
    take = min(MOST, max(PAGE, _number(asked.get("take")) or PAGE))
    return read_rail(user, scope=scope_of(user, asked.get("scope", "")), person_id=_number(asked.get("person")), take=take, now=now)


def _context(request: SignedInRequest, rail: Rail, *, now: datetime) -> dict[str, Any]:
    user: Any = request.user
    tabs = []
    if user.is_manager:
        tabs = [
            {"label": TITLES[scope], "url": f"{reverse('work:rail')}?scope={scope}", "current": rail.scope == scope}
            for scope in ("team", "mine")
        ]
    asked = {"scope": rail.scope, "take": rail.take, "person": "" if rail.chosen is None else rail.chosen}
    oldest = min(
        (one.waits_since for section in rail.sections for one in section.standings if one.waits_since and one.waits_since <= now),
        default=None,
    )
    return {
        "rail": rail,
        "tabs": tabs,
        "asked": asked,
        "more_by": min(MOST, rail.take + PAGE),
        "oldest": oldest,
        "untouched": user.is_manager and not rail.sections and not Standing.objects.exists(),
        "title": TITLES[rail.scope],
    }


def _number(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 16 else None
