"""The pages of frameworks: which questions qualify a lead, for which leads, and what an answer is worth."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, StaleDraft, change_draft, draft_of
from leadloop.db.versions import Status
from leadloop.kernel.drafts import Problem
from leadloop.kernel.naming import fresh_name
from leadloop.leads import criteria_form, fields
from leadloop.leads.recalling import asked_of
from leadloop.leads.sample import newest_open, reference_names
from leadloop.qualification.answering import clashes, compile_of, put_in_force
from leadloop.qualification.domain.frameworks import check_framework, framework_lines
from leadloop.qualification.domain.known_frameworks import KNOWN
from leadloop.qualification.forms import FrameworkForm, QuestionRows, questions_in, rows_of
from leadloop.qualification.models import Framework
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

EDITORS = ("marketer", "manager", "admin")


def check(spec: dict[str, Any]) -> list[Problem]:
    """What keeps a framework from being published, whatever it is called."""
    return check_framework(spec, fields.in_force())


def clashing(name: str, spec: dict[str, Any]) -> list[Problem]:
    """Questions whose field holds something else by now: it may have been declared since the draft was written."""
    title = getattr(BOOK.basis(name), "title", name)
    taken = clashes(compile_of(Framework(name=name, title=title, version=1, spec=spec), fields.known_now()))
    return [Problem(one, "Its field takes another kind of answer already. Ask it in other words, as a new question.") for one in taken]


def in_force(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: rules can ask for the answers."""
    del request
    put_in_force(compile_of(version, fields.known_now()), now=now)
    return "Leads are asked from now on, and rules can ask for the answers."


BOOK = Rulebook(
    model=Framework,
    key="qualification:framework",
    noun="framework",
    roles=EDITORS,
    check=check,
    lines=framework_lines,
    names=reference_names,
    clashes=clashing,
    published=in_force,
)


@require_safe
@roles(*EDITORS)
def show_frameworks(request: HttpRequest) -> HttpResponse:
    """What is in force and in the making, and what can be used as it is."""
    rows: dict[str, dict[str, Any]] = {}
    for one in Framework.objects.exclude(status=Status.RETIRED).order_by("title", "pk"):
        rows.setdefault(one.name, {})[one.status] = one
    names = reference_names()
    found = [_row(name, row, names) for name, row in rows.items()]
    known = [{"name": name, "title": title, "says": says} for name, (title, says, _) in KNOWN.items() if name not in rows]
    return render(request, "qualification/frameworks.html", {"rows": found, "known": known})


@require_POST
@roles(*EDITORS)
def use_known(request: HttpRequest, name: str) -> HttpResponse:
    """Begin a draft with a framework that people know by name."""
    if name not in KNOWN:
        raise Http404
    title, _, spec = KNOWN[name]
    if not Framework.objects.filter(name=name).exists():
        change_draft(Framework, name=name, title=title, spec=spec, seen=NO_DRAFT, author=request.user, now=utc_now())
    return see(BOOK.at("preview" if draft_of(Framework, name) else "home", name))


@require_safe
@roles(*EDITORS)
def show_framework(request: HttpRequest, name: str) -> HttpResponse:
    """The questions in force."""
    context = BOOK.page(request, name, "home")
    if context["published"]:
        context["lines"] = list(framework_lines(context["published"].spec, context["names"]).values())
    return render(request, "qualification/framework.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_draft(request: HttpRequest, name: str = "") -> HttpResponse:
    """Name, questions and the leads they are for."""
    basis = BOOK.basis(name) if name else None
    if name and basis is None:
        raise Http404
    spec: dict[str, Any] = basis.spec if basis else {"questions": []}
    posted = request.POST if request.method == "POST" else None
    form = FrameworkForm(posted, initial={"title": basis.title} if basis else None)
    rows = QuestionRows(posted, initial=rows_of(spec), prefix="q")
    builder = criteria_form.for_rule(request, spec.get("criteria"))
    if posted is None or builder.asked:
        return _draft_page(request, name, form, rows, builder)
    asked = builder.spec_or_none()
    if asked is None or not (form.is_valid() and rows.is_valid()):
        return _draft_page(request, name, form, rows, builder, status=422)
    written = {"questions": questions_in(rows), "criteria": asked}
    title = form.cleaned_data["title"].strip()
    problems = check(written)
    if problems:
        form.add_error(None, str(problems[0]))
        return _draft_page(request, name, form, rows, builder, status=422)
    name = name or _name(title)
    taken = clashes(compile_of(Framework(name=name, title=title, version=1, spec=written), fields.known_now()))
    if taken:
        form.add_error(None, f"“{taken[0]}” takes another kind of answer already. Ask it in other words, as a new question.")
        return _draft_page(request, name if basis else "", form, rows, builder, status=422)
    try:
        BOOK.save(request, name, written, says="Saved in the draft.", title=title)
    except StaleDraft as error:
        return _draft_page(request, name, form, rows, builder, stale=error, status=409)
    return see(BOOK.at("preview", name))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest, name: str) -> HttpResponse:
    """What would be asked, of how many open leads; and the button that puts it in force."""
    context = BOOK.page(request, name, "preview")
    draft = context["draft"]
    if draft is None:
        return see(BOOK.at("draft", name))
    if not context["problems"]:
        framework, now = compile_of(draft, context["names"].catalogue), utc_now()
        sample = newest_open(touches=bool(asked_of([draft.spec]))).cases
        met = sum(framework.applies is None or framework.applies(case.facts(), now) for case in sample)
        context |= {"framework": framework, "leads": len(sample), "met": met}
        context["lines"] = list(framework_lines(draft.spec, context["names"]).values())
    return render(request, "qualification/preview.html", context)


def _row(name: str, row: dict[str, Any], names: Any) -> dict[str, Any]:
    shown = row.get(Status.PUBLISHED) or row[Status.DRAFT]
    lines = framework_lines(shown.spec, names)
    return {
        "title": shown.title,
        "applies": lines["criteria"].says,
        "questions": len(shown.spec["questions"]),
        "published": row.get(Status.PUBLISHED),
        "draft": row.get(Status.DRAFT),
        "url": BOOK.at("home" if Status.PUBLISHED in row else "draft", name),
    }


def _name(title: str) -> str:
    taken = set(Framework.objects.values_list("name", flat=True).distinct()) | {"new", "known"}
    stem = slugify(title)[:24].strip("-") or "questions"
    stem = stem if stem[0].isalpha() else f"q-{stem}"
    return fresh_name(stem, taken)


def _draft_page(
    request: HttpRequest, name: str, form: FrameworkForm, rows: Any, builder: Any, *, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    if name and BOOK.basis(name):
        context = BOOK.page(request, name, "draft") | {"url": BOOK.at("draft", name)}
    else:
        home = reverse("qualification:frameworks")
        context = {"seen": NO_DRAFT, "tabs": [], "at": {"draft": home}, "url": reverse("qualification:framework_new")}
    context |= {"form": form, "rows": rows, "builder": builder, "stale": stale, "fresh": not name}
    return render(request, "qualification/draft.html", context, status=status)
