"""News for one person: the bell, the page, and marking them as seen."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead, Notification, Standing
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work import actions

PAGE = 40


@signed_in
@require_safe
def list_notifications(request: SignedInRequest) -> HttpResponse:
    """Newest first, a page at a time."""
    mine = Notification.objects.filter(person=request.user).order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 16:
        mine = mine.filter(pk__lt=int(before))
    rows = list(mine[: PAGE + 1])
    shown = rows[:PAGE]
    told = [row.lead_id for row in shown if row.lead_id]
    visible = Standing.objects.visible_to(request.user).filter(pk__in=told)  # a lead that moved on is not theirs to read any more
    leads = Lead.objects.in_bulk(list(visible.values_list("pk", flat=True)))
    context: dict[str, Any] = {
        "rows": [(row, leads.get(row.lead_id or 0)) for row in shown],
        "latest": shown[0].pk if shown else 0,
        "fresh": any(row.seen_at is None for row in shown),
        "older_url": f"?before={shown[-1].pk}" if len(rows) > PAGE else "",
        "newer_url": reverse("work:notifications") if before else "",
    }
    return render(request, "work/notifications.html", context)


@signed_in
@require_safe
def show_bell(request: SignedInRequest) -> HttpResponse:
    """The bell with its count, for the page to ask now and then."""
    return render(request, "ui/_bell.html", {"bell_url": reverse("work:notifications"), "poll_url": reverse("work:bell")})


@signed_in
@require_POST
def see_notifications(request: SignedInRequest) -> HttpResponse:
    """All news up to the newest that the page showed are seen."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 16:
        actions.mark_seen(request.user, up_to=int(up_to), now=utc_now())
    say(request, "All news are marked as seen.")
    return SeeOther(reverse("work:notifications"))
