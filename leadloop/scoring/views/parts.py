"""The newer parts of a draft, each on a page of its own: activity by kind, thresholds, whom a model is for."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST

from leadloop.db.drafts import StaleDraft
from leadloop.kernel.drafts import Problem
from leadloop.kernel.naming import fresh_name
from leadloop.leads import criteria_form, fields
from leadloop.scoring.actions import MODEL
from leadloop.scoring.domain.model_checks import check_parts
from leadloop.scoring.domain.scorecard import LAST, USUAL_ORDER
from leadloop.scoring.forms_parts import AudienceForm, EngagementForm, ThresholdForm, engagement_of
from leadloop.scoring.views.books import BOOK, EDITORS, RULES
from leadloop.web.access import roles
from leadloop.web.rulebook import Spec, see

EXACT = {"v": 2}


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_engagement(request: HttpRequest, name: str) -> HttpResponse:
    """What each kind of touch weighs, what it is worth at most, and which campaigns count more."""
    spec, posted = RULES.draft(name).spec, request.method == "POST"
    form = EngagementForm(request.POST if posted else None, initial=engagement_of(spec))
    if not posted or not form.is_valid():
        return _page(request, name, "scoring/engagement.html", form, status=422 if posted else 200, engagement=spec.get("engagement"))
    changed = spec | EXACT | {"engagement": form.spec(), "heat": {"points": 0, "full_at": 10}}
    return _save(request, name, "scoring/engagement.html", form, changed, says="Activity is saved in the draft.")


@require_POST
@roles(*EDITORS)
def drop_engagement(request: HttpRequest, name: str) -> HttpResponse:
    """Count warmth as a whole again, with the usual weights."""
    spec = RULES.draft(name).spec
    points = (spec.get("engagement") or {}).get("points", 0)
    kept = {key: value for key, value in spec.items() if key != "engagement"} | {"heat": {"points": points, "full_at": 12}}
    return _after_click(request, name, kept, says="Activity counts as a whole again.")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_threshold(request: HttpRequest, name: str, threshold: str = "") -> HttpResponse:
    """A threshold of the draft, or a new one."""
    spec, posted = RULES.draft(name).spec, request.method == "POST"
    known = list(spec.get("thresholds", ()))
    one = next((found for found in known if found["id"] == threshold), None)
    if threshold and one is None:
        raise Http404
    form = ThresholdForm(request.POST if posted else None, initial=one or {"at": 70, "falls": 10, "tell": "owner"})
    if not posted or not form.is_valid():
        return _page(request, name, "scoring/threshold.html", form, status=422 if posted else 200, threshold=one)
    made = {"id": threshold or _fresh_id(form.cleaned_data["label"], known), **form.cleaned_data}
    thresholds = [made if found is one else found for found in known] if one else [*known, made]
    changed = spec | EXACT | {"thresholds": thresholds}
    return _save(request, name, "scoring/threshold.html", form, changed, says=f"“{made['label']}” is saved in the draft.", threshold=one)


@require_POST
@roles(*EDITORS)
def remove_threshold(request: HttpRequest, name: str, threshold: str) -> HttpResponse:
    """Take a threshold out of the draft; undo brings it back."""
    spec = RULES.draft(name).spec
    kept = [one for one in spec.get("thresholds", ()) if one["id"] != threshold]
    return _after_click(request, name, spec | {"thresholds": kept}, says="The threshold is out of the draft.")


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_audience(request: HttpRequest, name: str) -> HttpResponse:
    """Which leads the model is for, and when it is asked."""
    spec, posted = RULES.draft(name).spec, request.method == "POST"
    initial = {
        "order": spec.get("order", LAST if name == MODEL else USUAL_ORDER),
        "probability": (spec.get("probability") or {}).get("points", 0),
    }
    form = AudienceForm(request.POST if posted else None, initial=initial)
    builder = criteria_form.for_rule(request, spec.get("for") or {"all": []})
    if not posted or builder.asked:
        return _page(request, name, "scoring/audience.html", form, builder=builder)
    whom = builder.spec_or_none()
    if whom is None or not form.is_valid():
        return _page(request, name, "scoring/audience.html", form, status=422, builder=builder)
    rest = {key: value for key, value in spec.items() if key not in ("for", "probability")}
    points = form.cleaned_data["probability"] or 0
    changed = rest | EXACT | {"order": form.cleaned_data["order"]} | ({"for": whom} if whom != {"all": []} else {})
    changed |= {"probability": {"points": points}} if points else {}
    return _save(request, name, "scoring/audience.html", form, changed, says="Saved in the draft.", builder=builder)


def _save(request: HttpRequest, name: str, template: str, form: forms.Form, spec: Spec, *, says: str, **more: Any) -> HttpResponse:
    """Keep a part that was typed, or show it again with what is wrong."""
    problems: list[Problem] = check_parts(spec, fields.in_force())
    if problems:
        form.add_error(None, problems[0].text)
        return _page(request, name, template, form, status=422, **more)
    try:
        BOOK.save(request, name, spec, says=says)
    except StaleDraft as error:
        return _page(request, name, template, form, status=409, stale=error, **more)
    return see(BOOK.at("draft", name))


def _after_click(request: HttpRequest, name: str, spec: Spec, *, says: str) -> HttpResponse:
    try:
        BOOK.save(request, name, spec, says=says)
    except StaleDraft as error:
        return BOOK.stale(request, name, error)
    return see(BOOK.at("draft", name))


def _page(request: HttpRequest, name: str, template: str, form: forms.Form, *, status: int = 200, **more: Any) -> HttpResponse:
    context = BOOK.page(request, name, "draft") | {"form": form, "name": name, "url": request.path, "stale": None, **more}
    return render(request, template, context, status=status)


def _fresh_id(label: str, known: list[dict[str, Any]]) -> str:
    stem, taken = slugify(label)[:40].strip("-") or "threshold", {one["id"] for one in known}
    return fresh_name(stem, taken)
