"""Several score models side by side: list, new, copy, retire; and the plans that versions were published with."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db import bulk
from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, change_draft, published_of, retire
from leadloop.db.versions import Status, turn_epoch
from leadloop.kernel.naming import fresh_name
from leadloop.leads.domain import criteria
from leadloop.leads.sample import reference_names
from leadloop.scoring.actions import MODEL
from leadloop.scoring.domain.scorecard import LAST, USUAL_ORDER
from leadloop.scoring.forms_parts import ModelForm
from leadloop.scoring.models import Crossing, ModelScore, Rescoring, ScoreModel
from leadloop.scoring.rescoring import ask_rescoring, progress
from leadloop.scoring.views.books import BOOK, EDITORS
from leadloop.web.access import roles
from leadloop.web.rulebook import see

EMPTY: dict[str, Any] = {"v": 2, "base": 10, "rules": [], "heat": {"points": 15, "full_at": 12}, "grades": {"A": 60, "B": 40, "C": 25}}
PLANS = 50


@require_safe
@roles(*EDITORS)
def list_models(request: HttpRequest) -> HttpResponse:
    """Every score model in the order in which they are asked, with whom it is for. Two queries and those for names."""
    names, rows = reference_names(), dict[str, dict[str, Any]]()
    for one in ScoreModel.objects.exclude(status=Status.RETIRED).order_by("title", "pk"):
        rows.setdefault(one.name, {"name": one.name})[one.status] = one
    for name, row in rows.items():
        shown = row.get("published") or row["draft"]
        row |= {
            "title": shown.title,
            "order": shown.spec.get("order", LAST if name == MODEL else USUAL_ORDER),
            "says": criteria.in_words(shown.spec["for"], names) if shown.spec.get("for") else "",
            "rules": len(shown.spec["rules"]),
            "thresholds": [threshold["label"] for threshold in shown.spec.get("thresholds", ())],
            "url": BOOK.at("home" if "published" in row else "draft", name),
            "is_main": name == MODEL,
        }
    models = sorted(rows.values(), key=lambda row: (row["order"], row["name"]))
    return render(request, "scoring/models.html", {"rows": models, "progress": progress()})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def new_model(request: HttpRequest) -> HttpResponse:
    """Begin a model, empty or as a copy; nothing counts before it is published."""
    known = list(ScoreModel.objects.published().order_by("title").values_list("name", "title"))
    posted = request.method == "POST"
    form = ModelForm(request.POST if posted else None, initial={"copy": request.GET.get("copy", "")}, models=known)
    if not posted or not form.is_valid():
        return render(request, "scoring/model_new.html", {"form": form}, status=422 if posted else 200)
    title, source = form.cleaned_data["title"], form.cleaned_data["copy"]
    basis = published_of(ScoreModel, source) if source else None
    spec = {**basis.spec, "v": 2, "order": USUAL_ORDER} if basis else {**EMPTY, "order": USUAL_ORDER}
    name = _fresh_name(title)
    change_draft(ScoreModel, name=name, title=title, spec=spec, seen=NO_DRAFT, author=request.user, now=utc_now())
    messages.success(request, f"“{title}” is a draft. Say which leads it is for.")
    return see(reverse("scoring:model_audience", args=[name]))


@require_POST
@roles(*EDITORS)
def retire_model(request: HttpRequest, name: str) -> HttpResponse:
    """Take a model out of force: leads get their main score from the next one; versions stay, and undo puts it back."""
    published, now = published_of(ScoreModel, name), utc_now()
    if published is None or ScoreModel.objects.published().count() < 2:
        messages.info(request, "The last score model stays: without one no lead has a score.")
        return see(BOOK.at("home", name))
    with transaction.atomic():
        bulk.lock_loop()  # a batch that is judged by it has ended
        if retire(ScoreModel, name=name):
            ModelScore.objects.filter(model=name).delete()
            Crossing.objects.filter(model=name).delete()
            turn_epoch()
            ask_rescoring(reason=f"retired-{name}-{published.version}", now=now)
    undo = BOOK.at("restore", name, number=published.version)
    messages.success(request, f"“{published.title}” is retired. Open leads are being judged again.", extra_tags=f"undo:{undo}")
    return see(reverse("scoring:all_models"))


@require_safe
@roles(*EDITORS)
def list_plans(request: HttpRequest) -> HttpResponse:
    """What publications did: the plan of each version, and how far it is. Three queries."""
    plans = list(Rescoring.objects.select_related("asked_by").order_by("-pk")[:PLANS])
    titles = dict(ScoreModel.objects.order_by("pk").values_list("name", "title"))
    return render(
        request, "scoring/plans.html", {"plans": [(plan, titles.get(plan.model, plan.model)) for plan in plans], "progress": progress()}
    )


def _fresh_name(title: str) -> str:
    """The name for addresses: reads like the title, and no other model ever had it."""
    taken = {*ScoreModel.objects.values_list("name", flat=True), MODEL, "new"}
    stem = slugify(title)[:50].strip("-") or "model"
    return fresh_name(stem, taken)
