"""Junk rules: what is in force, the draft with its rules, what it would catch of real leads, and rules that people's marks suggest."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, StaleDraft, change_draft
from leadloop.db.versions import current_epoch
from leadloop.kernel.drafts import title_of
from leadloop.kernel.naming import fresh_name
from leadloop.leads import criteria_form, fields
from leadloop.leads.domain import criteria
from leadloop.leads.models import Lead
from leadloop.leads.recalling import asks_for_touches
from leadloop.leads.rule_list import RuleList
from leadloop.leads.sample import reference_names
from leadloop.outcomes.domain.junk_rules import JunkPreview, check_junk_rule, check_junk_spec, compile_junk_rules, junk_lines, preview_junk
from leadloop.outcomes.forms import JunkRuleForm
from leadloop.outcomes.junk import RULES as NAME
from leadloop.outcomes.junk import published_rules
from leadloop.outcomes.marks import proposals, seen_leads
from leadloop.outcomes.models import JunkRules
from leadloop.web.access import roles
from leadloop.web.returning import SeeOther, say
from leadloop.web.rulebook import Rulebook, see

EDITORS = ("marketer", "manager", "admin")
TITLE = "Junk rules"
SHOWN = 20
EMPTY: dict[str, Any] = {"rules": [], "passes": None}


def for_new_leads(request: HttpRequest, version: Any, now: Any) -> str:
    """After publication nothing moves: rules look at what comes in."""
    del request, version, now
    return "It looks at leads that come in from now on; what they were judged before stays."


BOOK = Rulebook(
    model=JunkRules,
    key="outcomes:junk",
    noun="junk rules",
    roles=EDITORS,
    check=lambda spec: check_junk_spec(spec, fields.in_force()),
    lines=junk_lines,
    names=reference_names,
    name=NAME,
    home="outcomes:junk_rules",
    published=for_new_leads,
)
RULES = RuleList(
    book=BOOK,
    form=JunkRuleForm,
    check=lambda rule: check_junk_rule(rule, 1, set(), fields.in_force()),
    template="outcomes/junk_rule.html",
    reserved="passes",
    moved={"up": "is now asked earlier", "down": "is now asked later"},
)


@require_safe
@roles(*EDITORS)
def show_rules(request: HttpRequest) -> HttpResponse:
    """The rules in force as sentences, with what each would have caught of the newest leads."""
    context = BOOK.page(request, NAME, "home")
    published = context["published"]
    if published and not BOOK.check(published.spec):
        found = _previewed(published.spec, published.version)
        context |= {"preview": found, "rows": _rows(published.spec, found, context["names"]), "passes": _passes(published, context)}
    return render(request, "outcomes/junk_rules.html", context)


@require_POST
@roles(*EDITORS)
def begin(request: HttpRequest) -> HttpResponse:
    """An empty draft, where there is nothing to start from; then its first rule."""
    if BOOK.basis(NAME) is None:
        _begin(request)
    return see(BOOK.at("new_rule", NAME))


@require_safe
@roles(*EDITORS)
def show_draft(request: HttpRequest) -> HttpResponse:
    """The draft: its rules, and whom they let through."""
    return _draft_page(request)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_passes(request: HttpRequest) -> HttpResponse:
    """Who was junk and asks anew comes back when this holds; without a condition nobody does."""
    draft, posted = RULES.draft(), request.method == "POST"
    builder = criteria_form.for_rule(request, draft.spec.get("passes"))
    if not posted or builder.asked:
        return _passes_page(request, builder)
    asked = builder.spec_or_none()
    if asked is None:
        return _passes_page(request, builder, status=422)
    spec = draft.spec | {"passes": None if asked == {"all": []} else asked}
    problems = [one for one in BOOK.check(spec) if one.place == "Lets through"]
    if problems:
        builder.error = problems[0].text
        return _passes_page(request, builder, status=422)
    try:
        BOOK.save(request, NAME, spec, says="Saved in the draft.")
    except StaleDraft as error:
        return _passes_page(request, builder, stale=error, status=409)
    return see(BOOK.at("draft", NAME))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest) -> HttpResponse:
    """What the draft would have caught of the newest leads: rightly, wrongly, and which customers."""
    context = BOOK.page(request, NAME, "preview")
    draft = context["draft"]
    if draft is None:
        return see(BOOK.at("draft", NAME))
    if not context["problems"]:
        found = _previewed(draft.spec, draft.version)
        titles = {rule["id"]: title_of(rule) for rule in draft.spec["rules"]}
        leads = Lead.objects.select_related("standing").in_bulk([lead_id for lead_id, _ in found.wrong[:SHOWN]])
        context |= {
            "preview": found,
            "rows": _rows(draft.spec, found, context["names"]),
            "wrong": []
            if context["blind"]
            else [(leads[lead_id], titles[rule]) for lead_id, rule in found.wrong[:SHOWN] if lead_id in leads],
        }
    return render(request, "outcomes/junk_preview.html", context)


@require_safe
@roles(*EDITORS)
def show_proposals(request: HttpRequest) -> HttpResponse:
    """Rules that people's marks suggest, beyond those in force and in the draft."""
    names, known = reference_names(), _known()
    found = [one for one in proposals(published_rules(current_epoch()), now=utc_now()) if one.when not in known]
    rows = [{"it": one, "says": criteria.in_words(one.when, names)} for one in found]
    context = BOOK.page(request, NAME, "proposals") | {"proposals": rows}
    return render(request, "outcomes/junk_proposals.html", context)


@require_POST
@roles(*EDITORS)
def accept_proposal(request: HttpRequest) -> HttpResponse:
    """Take a proposal into the draft, as it was shown. It counts once the draft is published."""
    found = {one.key: one for one in proposals(published_rules(current_epoch()), now=utc_now())}
    one = found.get(request.POST.get("proposal", ""))
    if one is None:
        say(request, "The marks have changed; this proposal is not there any more.", tone="warning")
        return SeeOther(BOOK.at("proposals", NAME))
    basis = BOOK.basis(NAME)
    spec = basis.spec if basis else EMPTY
    rule = {"id": _fresh_id(one.key, spec["rules"]), "label": one.label, "when": one.when}
    says = f"“{one.label}” is in the draft. Publish it to have it count."
    try:
        BOOK.save(request, NAME, spec | {"rules": [*spec["rules"], rule]}, says=says, title=TITLE)
    except StaleDraft as error:
        return BOOK.stale(request, NAME, error)
    return see(BOOK.at("preview", NAME))


def _known() -> list[Any]:
    basis = BOOK.basis(NAME)
    return [rule["when"] for rule in basis.spec["rules"]] if basis else []


def _fresh_id(stem: str, rules: list[dict[str, Any]]) -> str:
    stem, known = stem.replace("-", "_")[:40] or "rule", {"passes", *(rule["id"] for rule in rules)}
    return fresh_name(stem, known, mark="_")


def _begin(request: HttpRequest) -> None:
    try:
        change_draft(JunkRules, name=NAME, title=TITLE, spec=EMPTY, seen=NO_DRAFT, author=request.user, now=utc_now())
    except StaleDraft:
        say(request, "Somebody has just begun a draft; this is it.", tone="info")


def _previewed(spec: dict[str, Any], version: int) -> JunkPreview:
    leads = seen_leads(touches=asks_for_touches(spec))
    return preview_junk(leads, compile_junk_rules(spec, version=version, catalogue=fields.known_now()), now=utc_now())


def _rows(spec: dict[str, Any], found: JunkPreview | None, names: Any) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "title": title_of(rule),
            "says": criteria.in_words(rule["when"], names),
            "hits": found.rules[rule["id"]] if found else None,
        }
        for rule in spec["rules"]
    ]


def _passes(version: Any, context: dict[str, Any]) -> str:
    return criteria.in_words(version.spec["passes"], context["names"]) if version.spec.get("passes") else ""


def _draft_page(request: HttpRequest) -> HttpResponse:
    context = BOOK.page(request, NAME, "draft")
    draft = context["draft"]
    if draft is None and context["published"] is None:
        return see(BOOK.at("home", NAME))  # it says how to begin
    if draft:
        context |= {"rows": _rows(draft.spec, None, context["names"]), "passes": _passes(draft, context)}
    return render(request, "outcomes/junk_draft.html", context)


def _passes_page(request: HttpRequest, builder: Any, *, stale: StaleDraft | None = None, status: int = 200) -> HttpResponse:
    context = BOOK.page(request, NAME, "draft") | {"builder": builder, "stale": stale}
    return render(request, "outcomes/junk_passes.html", context, status=status)
