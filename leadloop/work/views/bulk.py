"""A step on the leads that somebody ticked in the list, or on all that the list shows."""

import secrets
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work import lists
from leadloop.work.asking import asked_by
from leadloop.work.bulk_steps import BULK_STEPS, MOST, BulkStep, UndoForm, take_many

UNDO = "bulk_undo"  # in the session: {"token", "step", "ids", "at"} of the last bulk step


@require_POST
@signed_in
def take_bulk_step(request: HttpRequest) -> HttpResponse:
    """Ask for what the step needs, as dialog or page; once that is there, take it and say what became of it."""
    step = BULK_STEPS.get(request.POST.get("step", ""))
    if step is None or request.user.role not in step.roles:  # type: ignore[union-attr]  # signed in
        raise Http404
    query = request.POST.get("query", "")[:30_000]
    back = reverse("work:leads") + asked_by(request.user, _lists(query)).address()  # type: ignore[arg-type]  # signed in
    ids = _chosen(request, query)
    if not ids:
        say(request, "No lead is ticked.", tone="warning")
        return _to(request, back)
    form = (step.form or forms.Form)(request.POST if "confirmed" in request.POST or step.form is None else None)
    if step.form is not None and not form.is_valid():
        return _ask(request, step, form, ids, query=query, back=back)
    form.is_valid()
    now = utc_now()
    outcome = take_many(step, ids, steps.by(request.user, now=now), form=form)  # type: ignore[arg-type]  # signed in
    words = outcome.words(step)
    if "all" in request.POST and len(ids) >= MOST:
        words += f" These were the first {MOST:,}; repeat it for the rest."
    say(request, words, undo=_undo(request, step, outcome.done, taken_at=now), tone="success" if outcome.done else "warning")
    return _to(request, back)


@require_POST
@signed_in
def undo_bulk_step(request: HttpRequest, token: str) -> HttpResponse:
    """Take back the last bulk step of this session, once."""
    kept: dict[str, Any] = request.session.get(UNDO) or {}
    if not secrets.compare_digest(str(kept.get("token", "")).encode(), token.encode()):
        raise Http404
    del request.session[UNDO]
    step = BULK_STEPS[kept["step"]]
    form = UndoForm({"taken_at": kept.get("at", "")})
    form.is_valid()
    outcome = take_many(step, kept["ids"], steps.by(request.user, now=utc_now()), form=form)  # type: ignore[arg-type]  # signed in
    say(request, f"Undone: {outcome.words(step)}")
    return SeeOther(reverse("work:leads"))


def _chosen(request: HttpRequest, query: str) -> list[int]:
    """The ticked leads, or the first `MOST` that the list shows, in its order."""
    if "all" not in request.POST:
        ticked = request.POST.getlist("lead")
        return list(dict.fromkeys(int(value) for value in ticked if value.isascii() and value.isdecimal() and len(value) < 19))[:MOST]
    return lists.first_ids(asked_by(request.user, _lists(query)), person=request.user, limit=MOST, now=utc_now())  # type: ignore[arg-type]  # signed in


def _ask(request: HttpRequest, step: BulkStep, form: forms.Form, ids: list[int], *, query: str, back: str) -> HttpResponse:
    """The same leads stand in the form as hidden fields, or the filter where it is all of them."""
    every = "all" in request.POST
    context = {
        "step": step,
        "form": form,
        "ids": [] if every else ids,
        "all": every,
        "count": len(ids),
        "query": query,
        "back": back,
        "title": f"{step.title} {len(ids):,} {'lead' if len(ids) == 1 else 'leads'}",
    }
    template = "work/_leads_bulk.html" if request.htmx else "work/leads_bulk.html"  # type: ignore[attr-defined]  # set by a library
    return render(request, template, context, status=422 if form.is_bound else 200)


def _undo(request: HttpRequest, step: BulkStep, done: list[int], *, taken_at: datetime) -> str:
    if not (step.undo and done):
        return ""
    token = secrets.token_urlsafe(16)
    request.session[UNDO] = {"token": token, "step": step.undo, "ids": done, "at": taken_at.isoformat()}
    return reverse("work:undo_bulk", args=[token])


def _to(request: HttpRequest, address: str) -> HttpResponse:
    """htmx leaves the page as well: everything on it may have changed."""
    if not request.htmx:  # type: ignore[attr-defined]  # set by a library
        return SeeOther(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


def _lists(query: str) -> dict[str, list[str]]:
    return dict(QueryDict(query).lists())
