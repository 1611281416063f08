"""The score: what is in force, the draft with its rules, and what the draft would do to real leads."""

from copy import deepcopy
from datetime import datetime
from statistics import median
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft, published_of
from leadloop.leads import criteria_form
from leadloop.leads.domain.criteria import CriteriaInvalid
from leadloop.leads.sample import Sample, lead_names, newest_open, pools, reference_names
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.domain import preview
from leadloop.scoring.domain.checks import check_score_rule, check_score_spec, in_words, score_lines
from leadloop.scoring.domain.definition import compile_definition
from leadloop.scoring.domain.scorecard import Scorecard, compile_scorecard, score
from leadloop.scoring.forms import RuleForm, SettingsForm, rule_key, settings_of
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
    check=check_score_spec,
    lines=score_lines,
    names=reference_names,
    name=MODEL,
    home="scoring:models",
    published=rescored,
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
    card, sample = compile_scorecard(published.spec, version=published.version), _sample(published.spec)
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
        BOOK.save(request, MODEL, _draft().spec | form.spec(), says="Settings saved in the draft.")
    except StaleDraft as error:
        return _draft_page(request, form=form, stale=error, status=409)
    return see(BOOK.at("draft", MODEL))


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_rule(request: HttpRequest, rule_id: str = "") -> HttpResponse:
    """A rule of the draft, or a new one."""
    draft = _draft()
    rules = draft.spec["rules"]
    rule = next((one for one in rules if one["id"] == rule_id), None)
    if rule_id and rule is None and request.method != "POST":
        raise Http404
    asks: dict[str, Any] = {"zone": request.user.zone, "references": criteria_form.reference_choices(pools=pools())}  # type: ignore[union-attr]  # signed in
    if request.method != "POST":
        form = RuleForm(initial=rule)
        return _rule_page(request, form, criteria_form.build(rule and rule["when"], **asks), rule)
    form, builder = RuleForm(request.POST), criteria_form.read(request.POST, **asks)
    if builder.asked:
        return _rule_page(request, form, builder, rule)
    when = _criteria(builder)
    if not form.is_valid() or when is None:
        return _rule_page(request, form, builder, rule, status=422)
    key = rule_id or rule_key(form.cleaned_data["label"], (one["id"] for one in rules))
    made = {"id": key, "label": form.cleaned_data["label"], "when": when, "points": form.cleaned_data["points"]}
    problems = check_score_rule(made, 1, set())
    if problems:
        form.add_error(None, problems[0].text)
        return _rule_page(request, form, builder, rule, status=422)
    spec = draft.spec | {"rules": [made if one["id"] == key else one for one in rules] if rule else [*rules, made]}
    try:
        BOOK.save(request, MODEL, spec, says=f"“{made['label']}” is saved in the draft.")
    except StaleDraft as error:
        return _rule_page(request, form, builder, rule, stale=error, status=409)
    return see(BOOK.at("draft", MODEL))


@require_POST
@roles(*EDITORS)
def remove_rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """Take a rule out of the draft; undo brings it back."""
    spec = deepcopy(_draft().spec)
    gone = [rule for rule in spec["rules"] if rule["id"] == rule_id]
    spec["rules"] = [rule for rule in spec["rules"] if rule["id"] != rule_id]
    return _save_click(request, spec, says=f"“{gone[0]['label']}” is out of the draft.") if gone else see(BOOK.at("draft", MODEL))


@require_POST
@roles(*EDITORS)
def move_rule(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One place up or down in the order in which reasons are read."""
    spec = deepcopy(_draft().spec)
    rules = spec["rules"]
    place = next((number for number, rule in enumerate(rules) if rule["id"] == rule_id), None)
    to = None if place is None else place + (1 if request.POST.get("to") == "down" else -1)
    if place is None or to is None or not 0 <= to < len(rules):
        return see(BOOK.at("draft", MODEL))
    rules.insert(to, rules.pop(place))
    return _save_click(request, spec, says=f"“{rules[to]['label']}” moved.")


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
    return render(request, "scoring/model_preview.html", context)


def _previewed(draft: Any, published: Any, *, names: Any, now: datetime) -> dict[str, Any]:
    after = compile_scorecard(draft.spec, version=draft.version)
    before = compile_scorecard(published.spec, version=published.version) if published else Scorecard(0, 0, (), 0, 1.0, ())
    agreed = published_of(Definition, MQL)
    holds = compile_definition(agreed.spec, version=agreed.version).holds if agreed else None
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
    return {"rule": rule, "says": in_words(rule["when"], names), "hits": hits, "then": then}


def _sample(*specs: dict[str, Any]) -> Sample:
    return newest_open(touches=any("touches" in str(spec) for spec in specs))


def _draft() -> Any:
    """The draft, or what is in force as long as there is none: the stamp of a form tells the two apart."""
    basis = BOOK.basis(MODEL)
    if basis is None:
        raise Http404
    return basis


def _criteria(builder: criteria_form.Builder) -> dict[str, Any] | None:
    """What the builder says; None when it is wrong, and then its rows say why."""
    try:
        return builder.spec()
    except CriteriaInvalid:
        return None


def _save_click(request: HttpRequest, spec: dict[str, Any], *, says: str) -> HttpResponse:
    try:
        BOOK.save(request, MODEL, spec, says=says)
    except StaleDraft as error:
        messages.warning(request, str(error))
    return see(BOOK.at("draft", MODEL))


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


def _rule_page(
    request: HttpRequest, form: RuleForm, builder: Any, rule: Any, *, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    context = BOOK.page(request, MODEL, "draft")
    url = reverse("scoring:model_rule", args=[rule["id"]]) if rule else reverse("scoring:model_new_rule")
    context |= {"form": form, "builder": builder, "rule": rule, "url": url, "stale": stale}
    return render(request, "scoring/model_rule.html", context, status=status)
