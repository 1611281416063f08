"""The score: what is in force, the draft with its rules, and what the draft would do to real leads."""

from datetime import datetime
from statistics import median
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft, published_of
from leadloop.leads import fields
from leadloop.leads.domain import criteria
from leadloop.leads.rule_list import RuleList
from leadloop.leads.sample import Sample, lead_names, newest_open, reference_names
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.domain import preview
from leadloop.scoring.domain.checks import check_score_rule, check_score_spec, score_lines
from leadloop.scoring.domain.definition import compile_definition
from leadloop.scoring.domain.scorecard import Scorecard, compile_scorecard, score
from leadloop.scoring.forms import RuleForm, SettingsForm, settings_of
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.scoring.rescoring import ask_rescoring, progress
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

EDITORS = ("marketer", "manager", "admin")
SCOPES = (
    ("all", "Judge all open leads again, now", "In the background, newest first. A lead that meets the definition becomes an MQL, once."),
    ("new", "Only leads that come in or change from now on", "Everybody else keeps the score they have until something happens to them."),
)


def rescored(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: have all open leads judged again, if the person asked for that."""
    if request.POST.get("scope", "new") != "all":
        return "It counts for leads that come in or change from now on."
    total = ask_rescoring(reason=f"{type(version).__name__}-{version.version}", now=now)
    return f"{total:,} open leads are being judged again, newest first."


BOOK = Rulebook(
    model=ScoreModel,
    key="scoring:model",
    noun="score",
    roles=EDITORS,
    check=lambda spec: check_score_spec(spec, fields.in_force()),
    lines=score_lines,
    names=reference_names,
    name=MODEL,
    home="scoring:models",
    published=rescored,
)
RULES = RuleList(
    book=BOOK,
    form=RuleForm,
    check=lambda rule: check_score_rule(rule, 1, set(), fields.in_force()),
    template="scoring/model_rule.html",
    reserved="heat",
    moved={"up": "moved", "down": "moved"},
)


@require_safe
@roles(*EDITORS)
def show_models(request: HttpRequest) -> HttpResponse:
    """The score in force: each rule as a sentence, and how many of the newest open leads it holds for."""
    now = utc_now()
    context = BOOK.page(request, MODEL, "home")
    published = context["published"]
    if published is None:
        return render(request, "scoring/model.html", context)
    known, sample = context["names"].catalogue, _sample(published.spec)
    card = compile_scorecard(published.spec, version=published.version, catalogue=known)
    given = [score(case.facts(), card, now=now) for case in sample.cases]
    hits = preview.rule_hits(given)
    points = [one.points for one in given]
    context |= {
        "rules": [_row(rule, context["names"], hits[rule["id"]]) for rule in published.spec["rules"]],
        "heat_hits": hits["heat"],
        "lines": score_lines(published.spec, context["names"]),
        "leads": len(given),
        "median": round(median(points)) if points else None,
        "best": sum(one.grade == "A" for one in given),
        "chart": {"labels": list(preview.BANDS), "series": [{"name": "Open leads", "values": list(preview.bands(points))}]},
        "progress": progress(),
    }
    return render(request, "scoring/model.html", context)


@require_safe
@roles(*EDITORS)
def show_draft(request: HttpRequest) -> HttpResponse:
    """The draft: its rules in order, its settings, and what it changes."""
    return _draft_page(request)


@require_POST
@roles(*EDITORS)
def change_settings(request: HttpRequest) -> HttpResponse:
    """Save starting points, warmth and grades of the draft."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _draft_page(request, form=form, status=422)
    try:
        BOOK.save(request, MODEL, RULES.draft().spec | form.spec(), says="Settings saved in the draft.")
    except StaleDraft as error:
        return _draft_page(request, form=form, stale=error, status=409)
    return see(BOOK.at("draft", MODEL))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest) -> HttpResponse:
    """What the draft would do to the newest open leads, and the button that puts it in force."""
    now = utc_now()
    context = BOOK.page(request, MODEL, "preview")
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", MODEL))
    context |= {"choices": SCOPES}
    if not context["problems"]:
        context |= _previewed(draft, published, names=context["names"], now=now)
        if context["blind"]:
            context["biggest"] = []
    return render(request, "scoring/model_preview.html", context)


def _previewed(draft: Any, published: Any, *, names: Any, now: datetime) -> dict[str, Any]:
    known = names.catalogue
    after = compile_scorecard(draft.spec, version=draft.version, catalogue=known)
    none = Scorecard(0, 0, (), 0, 1.0, ())
    before = compile_scorecard(published.spec, version=published.version, catalogue=known) if published else none
    agreed = published_of(Definition, MQL)
    holds = compile_definition(agreed.spec, version=agreed.version, catalogue=known).holds if agreed else None
    sample = _sample(draft.spec, published.spec if published else {}, agreed.spec if agreed else {})
    facts = {case.lead_id: case.facts() for case in sample.cases}
    found = preview.preview_score(facts, before=before, after=after, holds=holds, now=now)
    labels = {rule["id"]: rule["label"] for spec in (published.spec if published else {"rules": []}, draft.spec) for rule in spec["rules"]}
    stages = {case.lead_id: case.standing["stage"] for case in sample.cases}
    leads = lead_names(one.lead_id for one in found.biggest)
    series = [{"name": "In force", "values": list(found.before)}, {"name": "Draft", "values": list(found.after)}]
    return {
        "preview": found,
        "becoming": sum(one.meets[1] and stages[one.lead_id] == "new" for one in found.changed),
        "chart": {"labels": list(preview.BANDS), "series": series},
        "grades": [(letter, *counts, counts[1] - counts[0]) for letter, counts in found.grades.items()],
        "biggest": [_told(one, leads[one.lead_id], stages, labels) for one in found.biggest if one.lead_id in leads],
        "rules": [_row(rule, names, *found.hits.get(rule["id"], (0, 0))) for rule in draft.spec["rules"]],
    }


def _told(change: preview.Change, lead: Any, stages: dict[int, str], labels: dict[str, str]) -> dict[str, Any]:
    """One lead of the list of changes, with the reasons that make the difference."""
    old, new = dict(change.before.reasons), dict(change.after.reasons)
    moved = [(key, new.get(key, 0) - old.get(key, 0)) for key in dict.fromkeys([*old, *new])]
    reasons = [{"text": "Warmth" if key == "heat" else labels.get(key, key), "points": gap} for key, gap in moved if gap]
    return {"change": change, "lead": lead, "stage": stages[change.lead_id], "reasons": reasons}


def _row(rule: dict[str, Any], names: Any, hits: int, then: int | None = None) -> dict[str, Any]:
    return {"rule": rule, "says": criteria.in_words(rule["when"], names), "hits": hits, "then": then}


def _sample(*specs: dict[str, Any]) -> Sample:
    return newest_open(touches=any("touches" in str(spec) for spec in specs))


def _draft_page(
    request: HttpRequest, *, form: SettingsForm | None = None, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    context = BOOK.page(request, MODEL, "draft")
    if context["draft"]:
        spec = context["draft"].spec
        context |= {
            "rules": [_row(rule, context["names"], 0) for rule in spec["rules"]],
            "form": form or SettingsForm(initial=settings_of(spec)),
            "stale": stale,
        }
    return render(request, "scoring/model_draft.html", context, status=status)
