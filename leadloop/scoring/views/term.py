"""One term of the agreement: words, criteria and promises that two sides sign before they count."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, StaleDraft
from leadloop.leads import criteria_form, fields
from leadloop.scoring.actions import MQL
from leadloop.scoring.domain.agreement import check_term, said, term_lines
from leadloop.scoring.domain.definition import SIDES, WORDS, kind_of
from leadloop.scoring.domain.terms import KNOWN, SQL, kind_for
from leadloop.scoring.forms_agreement import TermForm, term_name, values_of
from leadloop.scoring.models import Definition
from leadloop.scoring.rescoring import progress
from leadloop.scoring.views.book import BOOK, sides_of, why_not_sign
from leadloop.scoring.views.books import EDITORS, SCOPES
from leadloop.scoring.views.previews import previewed, rows_of
from leadloop.web.access import EVERYBODY, roles
from leadloop.web.rulebook import see


@require_safe
@roles(*EVERYBODY)
def show_term(request: HttpRequest, name: str) -> HttpResponse:
    """The term in force, and how many of the newest leads meet it."""
    context = BOOK.page(request, name, "home")
    published = context["published"]
    if published:
        found = None if counts_nobody(published.spec) else previewed(published, published)[0]
        context |= {
            "lines": [line for key, line in term_lines(published.spec, context["names"]).items() if not key.startswith("signed:")],
            "sides": sides_of(published.spec, request.user),
            "preview": found,
            "share": found.now / found.leads if found and found.leads else None,
            "progress": progress() if name == MQL else None,
        }
    return render(request, "scoring/term.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_draft(request: HttpRequest, name: str = "") -> HttpResponse:
    """Words, criteria and promises of the draft, or of a new term. Every change takes the signatures off: they were for another text."""
    asked_for = name or request.GET.get("term", "")
    basis = BOOK.basis(name) if name else None
    if name and basis is None and not Definition.objects.filter(name=name).exists():
        raise Http404
    spec: dict[str, Any] = basis.spec if basis else _first_wording(asked_for)
    kind = kind_of(spec)
    posted = request.method == "POST"
    initial = values_of(spec) | {"title": basis.title if basis else _first_title(asked_for)}
    form = TermForm(request.POST if posted else None, initial=initial, kind=kind)
    builder = criteria_form.for_rule(request, spec["criteria"])
    if not posted or builder.asked:
        return _draft_page(request, name, form, builder, asked_for=asked_for)
    asked = builder.spec_or_none()
    if asked is None or not form.is_valid():
        return _draft_page(request, name, form, builder, asked_for=asked_for, status=422)
    written = form.spec(kind) | {"criteria": asked}
    problems = check_term(written, fields.in_force())
    if problems:
        form.add_error(None, str(problems[0]))
        return _draft_page(request, name, form, builder, asked_for=asked_for, status=422)
    title = form.cleaned_data["title"].strip()
    if basis and written == said(spec | {"kind": kind}) and title == basis.title:
        messages.info(request, "Nothing changed, so the signatures stay.")
        return see(BOOK.at("draft", name))
    says = "Saved. Both sides sign again." if spec.get("signatures") else "Saved in the draft."
    name = name or (asked_for if asked_for in KNOWN else term_name(title, Definition.objects.values_list("name", flat=True).distinct()))
    try:
        BOOK.save(request, name, written, says=says, title=title)
    except StaleDraft as error:
        return _draft_page(request, name, form, builder, asked_for=asked_for, stale=error, status=409)
    return see(BOOK.at("draft", name))


@require_POST
@roles(*EDITORS)
def sign(request: HttpRequest, name: str, side: str) -> HttpResponse:
    """Sign the draft for one side: exactly the text that the person saw."""
    draft, person = BOOK.basis(name), request.user
    refusal = why_not_sign(draft.spec, side, person) if draft else "There is no draft to sign."
    if refusal:
        messages.error(request, refusal)
        return see(BOOK.at("draft", name))
    signature = {"name": str(person), "person": person.pk, "at": utc_now().isoformat(timespec="seconds")}
    spec = draft.spec | {"signatures": draft.spec.get("signatures", {}) | {side: signature}}
    try:
        BOOK.save(request, name, spec, says=f"Signed for {side}.")
    except StaleDraft as error:
        messages.warning(request, f"Not signed. {error}")
    return see(BOOK.at("draft", name))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest, name: str) -> HttpResponse:
    """Who would enter and leave, and why, on the newest leads; and the button that puts the draft in force."""
    context = BOOK.page(request, name, "preview")
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", name))
    context |= {"choices": SCOPES if name == MQL else (), "sides": sides_of(draft.spec, request.user), "is_mql": name == MQL}
    unseen = BOOK.unseen(request, context["names"], draft.spec)
    if not unseen and not check_term(draft.spec, fields.in_force()) and not counts_nobody(draft.spec):
        found, judged = previewed(published, draft)
        weeks = judged.sample.weeks
        stages = {case.lead_id: case.standing["stage"] for case in judged.sample.cases}
        context |= {
            "preview": found,
            "per_week": (round(found.now / weeks, 1), round(found.then / weeks, 1)),
            "enters": [] if context["blind"] else rows_of(found.enters, judged, published, context["names"]),
            "leaves": [] if context["blind"] else rows_of(found.leaves, judged, draft, context["names"]),
            "becoming": sum(stages[one] == "new" for one in found.enters) if name == MQL else 0,
        }
    return render(request, "scoring/term_preview.html", context)


def counts_nobody(spec: dict[str, Any]) -> bool:
    """Words without criteria: there is nobody to count."""
    return kind_of(spec) == WORDS and spec["criteria"] == {"all": []}


def _first_wording(name: str) -> dict[str, Any]:
    known = KNOWN.get(name)
    spec: dict[str, Any] = {
        "kind": kind_for(name),
        "text": known.text if known else "",
        "criteria": known.criteria if known else {"all": []},
    }
    return spec | ({"sla_minutes": 5, "verdict_minutes": 1_440} if name == MQL else {})


def _first_title(name: str) -> str:
    return KNOWN[name].title if name in KNOWN else ""


def _draft_page(
    request: HttpRequest,
    name: str,
    form: TermForm,
    builder: Any,
    *,
    asked_for: str = "",
    stale: StaleDraft | None = None,
    status: int = 200,
) -> HttpResponse:
    if name and (stale is None or BOOK.basis(name)):
        context = BOOK.page(request, name, "draft") | {"url": BOOK.at("draft", name)}
        if context["draft"]:
            context["sides"] = sides_of(context["draft"].spec, request.user)
    else:
        url = reverse("scoring:definition_new") + (f"?term={asked_for}" if asked_for in KNOWN else "")
        context = {"seen": NO_DRAFT, "tabs": [], "at": {"draft": reverse("scoring:agreement")}, "url": url}
    context |= {"form": form, "builder": builder, "stale": stale, "fresh": not name, "is_gate": (name or asked_for) == SQL, "both": SIDES}
    return render(request, "scoring/term_draft.html", context, status=status)
