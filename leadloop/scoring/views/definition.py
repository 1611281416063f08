"""The definition of a qualified lead: an agreement in words, criteria and minutes that two sides sign before it counts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft, published_of
from leadloop.leads import criteria_form, fields
from leadloop.leads.domain import criteria
from leadloop.leads.domain.case import Case
from leadloop.leads.recalling import asked_of
from leadloop.leads.rule_graph import unringed
from leadloop.leads.sample import lead_names, newest, reference_names
from leadloop.scoring.actions import MODEL, MQL
from leadloop.scoring.domain import preview
from leadloop.scoring.domain.checks import check_definition_spec, check_signed, definition_lines
from leadloop.scoring.domain.definition import SIDES, compile_definition
from leadloop.scoring.domain.scorecard import compile_scorecard
from leadloop.scoring.forms import DefinitionForm
from leadloop.scoring.models import Definition, ScoreModel
from leadloop.scoring.rescoring import progress
from leadloop.scoring.views.score import EDITORS, SCOPES, rescored
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

SIGNERS = {"marketing": ("marketer", "admin"), "sales": ("manager", "admin")}
SHOWN = 20


def signatures_kept(spec: dict[str, Any]) -> str:
    """An agreement that comes back keeps the signatures it was given."""
    names = [signed["name"] for signed in spec.get("signatures", {}).values()]
    return f"signatures of {' and '.join(names)} kept" if names else ""


BOOK = Rulebook(
    model=Definition,
    key="scoring:definition",
    noun="definition",
    roles=EDITORS,
    check=unringed(lambda spec: check_signed(spec, fields.in_force()), "mql"),
    lines=definition_lines,
    names=reference_names,
    name=MQL,
    home="scoring:definitions",
    published=rescored,
    kept=signatures_kept,
)


@require_safe
@roles(*EDITORS)
def show_definitions(request: HttpRequest) -> HttpResponse:
    """The definition in force, and how many of the newest leads meet it."""
    context = BOOK.page(request, MQL, "home")
    published = context["published"]
    if published:
        found, _ = _previewed(published, published)
        context |= {
            "says": criteria.in_words(published.spec["criteria"], context["names"]),
            "sides": _sides(published.spec, request),
            "preview": found,
            "share": found.now / found.leads if found.leads else None,
            "progress": progress(),
        }
    return render(request, "scoring/definition.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_draft(request: HttpRequest) -> HttpResponse:
    """Words, criteria and minutes of the draft. Every change takes the signatures off: they were for another text."""
    basis = BOOK.basis(MQL)
    spec: dict[str, Any] = basis.spec if basis else {"text": "", "criteria": {"all": []}, "sla_minutes": 5}
    posted = request.method == "POST"
    form = DefinitionForm(request.POST if posted else None, initial=spec)
    builder = criteria_form.for_rule(request, spec["criteria"])
    if not posted or builder.asked:
        return _draft_page(request, form, builder)
    asked = builder.spec_or_none()
    if asked is None or not form.is_valid():
        return _draft_page(request, form, builder, status=422)
    said = {"text": form.cleaned_data["text"].strip(), "criteria": asked, "sla_minutes": form.cleaned_data["sla_minutes"]}
    problems = check_definition_spec(said, fields.in_force())
    if problems:
        form.add_error(None, str(problems[0]))
        return _draft_page(request, form, builder, status=422)
    if said == {part: spec.get(part) for part in said}:
        messages.info(request, "Nothing changed, so the signatures stay.")
        return see(BOOK.at("draft", MQL))
    says = "Saved. Both sides sign again." if spec.get("signatures") else "Saved in the draft."
    try:
        BOOK.save(request, MQL, said, says=says, title=basis.title if basis else "Marketing qualified lead")
    except StaleDraft as error:
        return _draft_page(request, form, builder, stale=error, status=409)
    return see(BOOK.at("draft", MQL))


@require_POST
@roles(*EDITORS)
def sign(request: HttpRequest, side: str) -> HttpResponse:
    """Sign the draft for one side: exactly the text that the person saw."""
    draft, person = BOOK.basis(MQL), request.user
    refusal = _why_not(draft.spec, side, person) if draft else "There is no draft to sign."
    if refusal:
        messages.error(request, refusal)
        return see(BOOK.at("draft", MQL))
    signature = {"name": str(person), "person": person.pk, "at": utc_now().isoformat(timespec="seconds")}
    spec = draft.spec | {"signatures": draft.spec.get("signatures", {}) | {side: signature}}
    try:
        BOOK.save(request, MQL, spec, says=f"Signed for {side}.")
    except StaleDraft as error:
        messages.warning(request, f"Not signed. {error}")
    return see(BOOK.at("draft", MQL))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest) -> HttpResponse:
    """Who would enter and leave, on the newest leads; and the button that puts the draft in force."""
    context = BOOK.page(request, MQL, "preview")
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", MQL))
    context |= {"choices": SCOPES, "sides": _sides(draft.spec, request)}
    if not check_definition_spec(draft.spec, fields.in_force()):
        found, cases = _previewed(published, draft)
        weeks = cases.weeks
        by_id = {case.lead_id: case for case in cases.cases}
        leads = lead_names([*found.enters[:SHOWN], *found.leaves[:SHOWN]])
        context |= {
            "preview": found,
            "per_week": (round(found.now / weeks, 1), round(found.then / weeks, 1)),
            "enters": _rows(found.enters, leads, by_id),
            "leaves": _rows(found.leaves, leads, by_id),
            "becoming": sum(by_id[one].standing["stage"] == "new" for one in found.enters),
        }
    return render(request, "scoring/definition_preview.html", context)


def _previewed(published: Any, draft: Any) -> tuple[preview.DefinitionPreview, Any]:
    """Both definitions on the newest leads, each lead with the score that the model in force gives it now."""
    now, model, known = utc_now(), published_of(ScoreModel, MODEL), fields.known_now()
    specs = [row.spec for row in (published, draft, model) if row]
    sample = newest(touches=bool(asked_of(specs)))
    card = compile_scorecard(model.spec, version=model.version, catalogue=known) if model else None
    facts = preview.judged({case.lead_id: case.facts() for case in sample.cases}, card, now=now)
    before = compile_definition(published.spec, version=published.version, catalogue=known).holds if published else None
    after = compile_definition(draft.spec, version=draft.version, catalogue=known).holds
    return preview.preview_definition(facts, before=before, after=after, now=now), sample


def _rows(ids: Any, leads: dict[int, Any], cases: dict[int, Case]) -> list[dict[str, Any]]:
    return [{"lead": leads[one], "standing": cases[one].standing} for one in ids[:SHOWN] if one in leads]


def _sides(spec: dict[str, Any], request: HttpRequest) -> list[dict[str, Any]]:
    """Both signatures, and whether this person may give the one that is missing."""
    signed = spec.get("signatures", {})
    return [{"side": side, "by": signed.get(side), "why_not": _why_not(spec, side, request.user)} for side in SIDES]


def _why_not(spec: dict[str, Any], side: str, person: Any) -> str:
    """Why this person cannot sign for this side; "" when nothing stands in the way."""
    if side not in SIDES:
        return "There is no such side."
    signed = spec.get("signatures", {})
    problems = check_definition_spec(spec, fields.in_force())
    if problems:
        return f"Not yet: {problems[0]}"
    if side in signed:
        return f"{signed[side]['name']} has signed for {side}."
    if person.role not in SIGNERS[side]:
        return "A marketer signs for marketing." if side == "marketing" else "A manager signs for sales."
    if any(other.get("person") == person.pk for other in signed.values()):
        return "You signed for the other side; an agreement takes two people."
    return ""


def _draft_page(
    request: HttpRequest, form: DefinitionForm, builder: Any, *, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    context = BOOK.page(request, MQL, "draft")
    if context["draft"]:
        sides = _sides(context["draft"].spec, request)
        context |= {"form": form, "builder": builder, "stale": stale, "sides": sides}
    return render(request, "scoring/definition_draft.html", context, status=status)
