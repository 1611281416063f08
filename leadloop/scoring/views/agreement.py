"""The agreement as one document: every term with its words, criteria, promises, version and signatures. It prints."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from leadloop.db.clock import utc_now
from leadloop.db.versions import Status
from leadloop.leads.sample import reference_names
from leadloop.scoring.domain.agreement import term_lines
from leadloop.scoring.domain.definition import SIDES
from leadloop.scoring.domain.terms import KNOWN, order_of
from leadloop.scoring.models import Definition
from leadloop.scoring.views.book import BOOK
from leadloop.scoring.views.books import EDITORS
from leadloop.web.access import EVERYBODY, roles


@require_safe
@roles(*EVERYBODY)
def show_agreement(request: HttpRequest) -> HttpResponse:
    """What is in force, term by term; for those who edit also what is being written. Five queries."""
    may_edit = request.user.role in EDITORS  # type: ignore[union-attr]  # signed in
    rows: dict[str, dict[str, Any]] = {}
    for one in Definition.objects.exclude(status=Status.RETIRED).select_related("author").order_by("pk"):
        rows.setdefault(one.name, {})[one.status] = one
    names = reference_names()
    terms = [_term(name, rows[name], names) for name in sorted(rows, key=order_of) if may_edit or Status.PUBLISHED in rows[name]]
    missing = [
        {"title": known.title, "text": known.text, "url": f"{reverse('scoring:definition_new')}?term={name}"}
        for name, known in KNOWN.items()
        if name not in rows
    ]
    context = {"terms": terms, "missing": missing if may_edit else [], "may_edit": may_edit, "printed_at": utc_now()}
    return render(request, "scoring/agreement.html", context)


def _term(name: str, row: dict[str, Any], names: Any) -> dict[str, Any]:
    published, draft = row.get(Status.PUBLISHED), row.get(Status.DRAFT)
    shown: Any = published or draft
    lines = term_lines(shown.spec, names)
    return {
        "name": name,
        "title": shown.title,
        "text": shown.spec["text"],
        "lines": [line for key, line in lines.items() if key != "text" and not key.startswith("signed:")],
        "signed": [_signature(side, shown.spec.get("signatures", {}).get(side)) for side in SIDES],
        "published": published,
        "draft": draft,
        "url": BOOK.at("home" if published else "draft", name),
        "draft_url": BOOK.at("draft", name),
        "versions_url": BOOK.at("versions", name),
    }


def _signature(side: str, by: dict[str, Any] | None) -> dict[str, Any]:
    at: datetime | None = parse_datetime(by["at"]) if by and by.get("at") else None
    return {"side": side, "name": by["name"] if by else "", "at": at}
