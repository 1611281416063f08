"""Hot, warm, cold: the rule in force with the leads it finds, its draft, and what the draft would change."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from leadloop.db.clock import utc_now
from leadloop.db.drafts import StaleDraft
from leadloop.db.models import Job
from leadloop.kernel.drafts import Line, Problem
from leadloop.leads.domain.temperature import LABELS, TEMPERATURES, USUAL, check_temperature, compile_temperature
from leadloop.leads.models import Standing, TemperatureRule
from leadloop.leads.sample import lead_names, newest_open
from leadloop.leads.temperature import NAME, is_as_warm_as
from leadloop.scoring.forms_parts import TemperatureForm, temperature_of
from leadloop.scoring.views.books import EDITORS
from leadloop.web.access import roles
from leadloop.web.rulebook import Names, Rulebook, Spec, see

SHOWN = 10
FOLLOWING = "leadloop.tasks.follow_temperature"
"""Rooms meet above this one, so the row only names what is to run."""


def check(spec: Spec) -> list[Problem]:
    """What keeps a rule of temperature from being published."""
    return [Problem(place, text) for place, text in check_temperature(spec)]


def lines(spec: Spec, names: Names | None = None) -> dict[str, Line]:
    """A rule of temperature in words."""
    del names
    told = {band: Line(LABELS[band], _band_words(spec[band])) for band in ("hot", "warm")}
    minutes = spec.get("contact_minutes")
    told["cold"] = Line(LABELS["cold"], "everybody else")
    told["contact"] = Line(
        "Who becomes hot", "nobody is called" if minutes is None else f"is due within {minutes} minutes, and the owner hears"
    )
    return told


def followed(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: have segments that ask how warm a lead is compare everybody."""
    del request
    job = Job(name=FOLLOWING, run_after=now, created_at=now, dedupe_key=f"temperature:{version.version}")
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return "Segments that ask for it follow in the background."


BOOK = Rulebook(
    model=TemperatureRule,
    key="scoring:temperature",
    noun="temperature",
    roles=EDITORS,
    check=check,
    lines=lines,
    names=dict,
    name=NAME,
    home="scoring:temperature",
    published=followed,
)


@require_safe
@roles(*EDITORS)
def show_rule(request: HttpRequest) -> HttpResponse:
    """The rule in force, and how many open leads are hot, warm and cold at this moment. One query more than the frame."""
    context, now = BOOK.page(request, NAME, "home"), utc_now()
    spec = context["published"].spec if context["published"] else USUAL
    context |= {"lines": lines(spec), "counts": _counts(spec, now), "usual": context["published"] is None}
    return render(request, "scoring/temperature.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_draft(request: HttpRequest) -> HttpResponse:
    """The draft in a form; without one, what is in force or usual."""
    basis, posted = BOOK.basis(NAME), request.method == "POST"
    form = TemperatureForm(request.POST if posted else None, initial=temperature_of(basis.spec if basis else USUAL))
    if not posted or not form.is_valid():
        return _draft_page(request, form, status=422 if posted else 200)
    problems = check(form.spec())
    if problems:
        form.add_error(None, str(problems[0]))
        return _draft_page(request, form, status=422)
    try:
        BOOK.save(request, NAME, form.spec(), says="Saved in the draft.", title="Temperature")
    except StaleDraft as error:
        return _draft_page(request, form, stale=error, status=409)
    return see(BOOK.at("preview", NAME))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest) -> HttpResponse:
    """Who would become hot, and who would not be any more, among the newest open leads."""
    context, now = BOOK.page(request, NAME, "preview"), utc_now()
    draft, published = context["draft"], context["published"]
    if draft is None:
        return see(BOOK.at("draft", NAME))
    if not context["problems"]:
        context |= _previewed(published.spec if published else USUAL, draft.spec, now)
    return render(request, "scoring/temperature_preview.html", context)


def _previewed(before: Spec, after: Spec, now: datetime) -> dict[str, Any]:
    old, new = compile_temperature(before, version=0), compile_temperature(after, version=0)
    sample = newest_open()
    moves = {case.lead_id: (old.reads(case.standing, now), new.reads(case.standing, now)) for case in sample.cases}
    counted = Counter(moves.values())
    enters = [lead for lead, (was, will) in moves.items() if will == "hot" != was]
    leaves = [lead for lead, (was, will) in moves.items() if was == "hot" != will]
    leads = lead_names([*enters[:SHOWN], *leaves[:SHOWN]])
    return {
        "looked_at": len(moves),
        "moves": [(LABELS[row], [counted[row, column] for column in TEMPERATURES]) for row in TEMPERATURES],
        "enters": ([leads[lead] for lead in enters[:SHOWN]], len(enters)),
        "leaves": ([leads[lead] for lead in leaves[:SHOWN]], len(leaves)),
        "labels": list(LABELS.values()),
    }


def _counts(spec: Spec, now: datetime) -> list[tuple[str, str, int]]:
    """Open leads by temperature at this moment, over the whole base. One query."""
    rule = compile_temperature(spec, version=0)
    wishes: dict[str, Any] = {one: Count("pk", filter=is_as_warm_as([one], rule, now)) for one in TEMPERATURES}
    found = Standing.objects.open().aggregate(**wishes)
    return [(one, LABELS[one], found[one]) for one in TEMPERATURES]


def _band_words(band: dict[str, Any]) -> str:
    words = [f"{band['at']:g} points of fresh activity or more"]
    words += [f"received in the last {band['within_days']:,} days"] if band.get("within_days") else []
    words += [f"a score of {band['score']} or more"] if band.get("score") is not None else []
    words += [f"grade {' or '.join(band['grades'])}"] if band.get("grades") else []
    return ", ".join(words)


def _draft_page(request: HttpRequest, form: TemperatureForm, *, stale: StaleDraft | None = None, status: int = 200) -> HttpResponse:
    context = BOOK.page(request, NAME, "draft") | {"form": form, "stale": stale, "url": BOOK.at("draft", NAME)}
    return render(request, "scoring/temperature_draft.html", context, status=status)
