"""Search from the top bar and the palette."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from leadloop.db.clock import utc_now
from leadloop.web.access import signed_in
from leadloop.work.finder import find_leads
from leadloop.work.list_rows import LeadRow, load_rows

MOST = 50
IN_PALETTE = 8


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """A page of at most fifty leads; for the palette a run of at most eight lines."""
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    limit = IN_PALETTE if request.htmx else MOST  # type: ignore[attr-defined]  # set by a library
    rows = _found(request, query, limit=limit)
    if request.htmx:  # type: ignore[attr-defined]  # set by a library
        lines = [{"url": f"{reverse('work:leads')}{row.pk}/", "title": row.name, "note": row.note or row.source} for row in rows]
        return render(request, "work/_search_found.html", {"lines": lines})
    return render(request, "work/search.html", {"query": query, "rows": rows, "most": MOST})


def _found(request: HttpRequest, query: str, *, limit: int) -> list[LeadRow]:
    ids = find_leads(query, person=request.user, limit=limit) if query else []  # type: ignore[arg-type]  # signed in
    return load_rows(ids, now=utc_now()) if ids else []
