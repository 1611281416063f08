"""A score model: what is in force, and the draft with its rules and settings."""

from statistics import median
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft
from leadloop.leads.domain import criteria
from leadloop.leads.recalling import asked_of
from leadloop.leads.sample import Sample, newest_open
from leadloop.scoring.actions import MODEL, listen
from leadloop.scoring.domain import preview
from leadloop.scoring.domain.checks import score_lines
from leadloop.scoring.domain.scorecard import compile_scorecard, score
from leadloop.scoring.forms import SettingsForm, settings_of
from leadloop.scoring.models import Rescoring
from leadloop.scoring.rescoring import progress
from leadloop.scoring.views.books import BOOK, EDITORS, RULES
from leadloop.web.access import roles
from leadloop.web.rulebook import see

PLANS = 5


@require_safe
@roles(*EDITORS)
def show_models(request: HttpRequest, name: str = MODEL) -> HttpResponse:
    """The score in force: each rule as a sentence, and how many of the newest open leads it holds for."""
    now = utc_now()
    context = BOOK.page(request, name, "home")
    published = context["published"]
    context["plans"] = list(Rescoring.objects.filter(model=name).select_related("asked_by").order_by("-pk")[:PLANS])
    if published is None:
        return render(request, "scoring/model.html", context)
    known, sample = context["names"].catalogue, sample_for(published.spec)
    card = compile_scorecard(published.spec, version=published.version, name=name, catalogue=known)
    for_it = [case.facts() for case in sample.cases if card.applies is None or card.applies(case.facts(), now)]
    given = [score(facts, card, now=now) for facts in for_it]
    hits = preview.rule_hits(given)
    points = [one.points for one in given]
    context |= {
        "rules": [row_of(rule, context["names"], hits[rule["id"]]) for rule in published.spec["rules"]],
        "heat_hits": hits["heat"],
        "lines": score_lines(published.spec, context["names"]),
        "leads": len(given),
        "median": round(median(points)) if points else None,
        "best": sum(one.grade == "A" for one in given),
        "over": [(one, sum(given_ >= one.at for given_ in points)) for one in card.thresholds],
        "chart": {"labels": list(preview.BANDS), "series": [{"name": "Open leads", "values": list(preview.bands(points))}]},
        "progress": progress(),
    }
    return render(request, "scoring/model.html", context)


@require_safe
@roles(*EDITORS)
def show_draft(request: HttpRequest, name: str) -> HttpResponse:
    """The draft: its rules in order, its settings, and what it changes."""
    return _draft_page(request, name)


@require_POST
@roles(*EDITORS)
def change_settings(request: HttpRequest, name: str) -> HttpResponse:
    """Save starting points, warmth and grades of the draft."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, name, form=form, status=422)
    try:
        spec = RULES.draft(name).spec
        changed = form.spec() if not spec.get("engagement") else form.spec() | {"heat": spec.get("heat", {})}
        BOOK.save(request, name, spec | changed, says="Settings saved in the draft.")
    except StaleDraft as error:
        return _draft_page(request, name, form=form, stale=error, status=409)
    return see(BOOK.at("draft", name))


def row_of(rule: dict[str, Any], names: Any, hits: int, then: int | None = None) -> dict[str, Any]:
    """A rule as the pages list it."""
    return {"rule": rule, "says": criteria.in_words(rule["when"], names), "hits": hits, "then": then}


def sample_for(*specs: dict[str, Any]) -> Sample:
    """The newest open leads, with what these specs ask of them."""
    sample = newest_open(touches=bool(asked_of(specs)))
    if any(spec.get("engagement") for spec in specs):
        listen(sample.cases)
    return sample


def _draft_page(
    request: HttpRequest, name: str, *, form: SettingsForm | None = None, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    context = BOOK.page(request, name, "draft")
    if context["draft"]:
        spec = context["draft"].spec
        context |= {
            "name": name,
            "rules": [row_of(rule, context["names"], 0) for rule in spec["rules"]],
            "form": form or SettingsForm(initial=settings_of(spec)),
            "stale": stale,
            "lines": score_lines(spec, context["names"]),
            "thresholds": spec.get("thresholds", []),
            "is_main": name == MODEL,
        }
    return render(request, "scoring/model_draft.html", context, status=status)
