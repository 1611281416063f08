"""Reasons, list by list: what people choose from when a lead ends, in their order; retired ones keep what they said."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import END_LABELS
from leadloop.outcomes.errors import ReasonTaken
from leadloop.outcomes.forms import ReasonForm
from leadloop.outcomes.models import Disposition, Reason
from leadloop.web.access import roles
from leadloop.web.returning import SeeOther, say

EDITORS = ("manager", "admin")
NOTES = {
    "disqualified": "Not for us. Counts in every rate.",
    "junk": "Unusable. Out of all rates, with a rate of its own.",
    "recycled": "Not yet. Comes back on a day.",
    "lost": "An opportunity that went elsewhere.",
    "reopened": "A deal that was won and is opened again.",
}
STAGES = {"disqualified": "disqualified", "junk": "junk", "recycled": "nurture", "lost": "lost"}


@require_safe
@roles(*EDITORS)
def show_reasons(request: HttpRequest) -> HttpResponse:
    """Every list with its reasons and how often each was said. Two queries."""
    said = _said()
    rows: dict[str, list[dict[str, Any]]] = {end: [] for end in END_LABELS}
    for row in Reason.objects.order_by("place", "pk"):
        rows[row.end].append({"row": row, "said": said.get((STAGES.get(row.end, ""), row.code), 0)})
    lists = [
        {
            "end": end,
            "title": title,
            "note": NOTES[end],
            "rows": [one for one in rows[end] if one["row"].retired_at is None],
            "retired": [one for one in rows[end] if one["row"].retired_at is not None],
        }
        for end, title in END_LABELS.items()
    ]
    return render(request, "outcomes/reasons.html", {"lists": lists})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_reason(request: HttpRequest, end: str = "", reason_id: int = 0) -> HttpResponse:
    """A reason's words, note and date; or a new reason, which comes last in its list."""
    row = get_object_or_404(Reason, pk=reason_id) if reason_id else None
    end = row.end if row else end
    if end not in END_LABELS:
        raise Http404
    initial = {"label": row.label, "needs_note": row.needs_note, "revisit_days": row.revisit_days} if row else None
    form, status = ReasonForm(end=end, initial=initial), 200
    if request.method == "POST":
        form, status = ReasonForm(request.POST, end=end), 422
        if form.is_valid():
            try:
                saved = reasons.save(row, end=end, given=form.cleaned_data)
            except ReasonTaken as error:
                form.add_error("label", str(error))
            else:
                say(request, f"“{saved.label}” is saved.")
                return SeeOther(f"{reverse('outcomes:reasons')}#{end}")
    context = {"form": form, "row": row, "end": end, "title": END_LABELS[end]}
    return render(request, "outcomes/reason.html", context, status=status)


@require_POST
@roles(*EDITORS)
def retire_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """Nobody chooses it any more; leads that have it keep it."""
    row = get_object_or_404(Reason, pk=reason_id)
    reasons.retire(row, now=utc_now())
    undo = reverse("outcomes:reason_return", args=[row.pk])
    messages.success(request, f"“{row.label}” is retired. Leads that have it keep it.", extra_tags=f"undo:{undo}")
    return SeeOther(f"{reverse('outcomes:reasons')}#{row.end}")


@require_POST
@roles(*EDITORS)
def return_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """People may choose it again."""
    row = get_object_or_404(Reason, pk=reason_id)
    reasons.bring_back(row)
    say(request, f"“{row.label}” can be chosen again.")
    return SeeOther(f"{reverse('outcomes:reasons')}#{row.end}")


@require_POST
@roles(*EDITORS)
def move_reason(request: HttpRequest, reason_id: int) -> HttpResponse:
    """One place up or down in its list."""
    row = get_object_or_404(Reason, pk=reason_id)
    reasons.move(row, up=request.POST.get("to") == "up")
    return SeeOther(f"{reverse('outcomes:reasons')}#{row.end}")


def _said() -> dict[tuple[str, str], int]:
    """How many ends have each reason as their last word. One query."""
    return Disposition.objects.told().by_reason()
