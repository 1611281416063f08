"""The pages of segments: list with live counts, draft, preview, publish, retire."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db import bulk, queue
from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, StaleDraft, published_of, retire
from leadloop.db.versions import Status, turn_epoch
from leadloop.leads import criteria_form, fields
from leadloop.leads.domain import criteria
from leadloop.leads.rule_graph import unringed
from leadloop.leads.sample import reference_names
from leadloop.segments.actions import rebuild
from leadloop.segments.counting import Count, counts, first_leads
from leadloop.segments.domain.checks import check_segment_spec, segment_lines
from leadloop.segments.forms import SegmentForm, segment_name
from leadloop.segments.models import Member, Segment
from leadloop.segments.tasks import rebuild_members
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

EDITORS = ("marketer", "manager", "admin")


def placed(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: bring the members up to date, at once or, for a large segment, in the background."""
    del request
    tree = criteria.parse(version.spec["criteria"], fields.known_now())
    if counts({version.name: tree}, now=now)[version.name].more:
        queue.enqueue_once(rebuild_members, version.name, key=f"rebuild:{version.name}:{version.version}", run_after=now)
        return "Its members are being brought up to date."
    number = rebuild(version, now=now)
    return f"{number:,} lead{'' if number == 1 else 's'} in it."


BOOK = Rulebook(
    model=Segment,
    key="segments:segment",
    noun="segment",
    roles=EDITORS,
    check=unringed(lambda spec: check_segment_spec(spec, fields.in_force())),
    lines=segment_lines,
    names=reference_names,
    published=placed,
)


@require_safe
@roles(*EDITORS)
def show_segments(request: HttpRequest) -> HttpResponse:
    """Every segment with the number of leads in it at this moment. Five queries, whatever their number."""
    now, names = utc_now(), reference_names()
    known = names.catalogue
    rows: dict[str, dict[str, Any]] = {}
    for one in Segment.objects.exclude(status=Status.RETIRED).order_by("title", "pk"):
        rows.setdefault(one.name, {"name": one.name})[one.status] = one
    trees = {
        name: criteria.parse(row["published"].spec["criteria"], known) for name, row in rows.items() if _stands(row.get("published"), known)
    }
    live = counts(trees, now=now)
    for name, row in rows.items():
        shown = row.get("published") or row["draft"]
        row |= {
            "title": shown.title,
            "says": segment_lines(shown.spec, names)["criteria"].says,
            "count": live.get(name),
            "url": BOOK.at("home" if "published" in row else "draft", name),
            "leads_url": _leads_url(shown) if "published" in row else "",
        }
    return render(request, "segments/segments.html", {"rows": list(rows.values())})


@require_safe
@roles(*EDITORS)
def show_segment(request: HttpRequest, name: str) -> HttpResponse:
    """What is in force: the criteria as a sentence, how many leads, and the newest of them."""
    context = BOOK.page(request, name, "home")
    published, now = context["published"], utc_now()
    known = context["names"].catalogue
    if published and _stands(published, known):
        tree = criteria.parse(published.spec["criteria"], known)
        context |= {
            "says": criteria.sentence(tree, context["names"]),
            "count": counts({name: tree}, now=now)[name],
            "rows": first_leads(tree, now=now),
            "leads_url": _leads_url(published),
        }
    return render(request, "segments/segment.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*EDITORS)
def edit_draft(request: HttpRequest, name: str = "") -> HttpResponse:
    """Name and criteria of the draft, or of a new segment."""
    basis = BOOK.basis(name) if name else None
    if name and basis is None and not Segment.objects.filter(name=name).exists():
        raise Http404
    posted = request.method == "POST"
    form = SegmentForm(request.POST if posted else None, initial={"title": basis.title} if basis else None)
    builder = criteria_form.for_rule(request, basis and basis.spec["criteria"])
    if not posted or builder.asked:
        return _draft_page(request, name, form, builder)
    asked = builder.spec_or_none()
    if asked is None:
        return _draft_page(request, name, form, builder, status=422)
    spec = {"criteria": asked}
    problems = check_segment_spec(spec, fields.in_force())
    if problems and form.is_valid():
        form.add_error(None, str(problems[0]))
    if not form.is_valid():
        return _draft_page(request, name, form, builder, status=422)
    title = form.cleaned_data["title"]
    name = name or segment_name(title, Segment.objects.values_list("name", flat=True).distinct())
    try:
        BOOK.save(request, name, spec, says="Saved in the draft.", title=title)
    except StaleDraft as error:
        return _draft_page(request, name, form, builder, stale=error, status=409)
    return see(BOOK.at("preview", name))


@require_safe
@roles(*EDITORS)
def show_preview(request: HttpRequest, name: str) -> HttpResponse:
    """How many leads would be in, come in, go out; the newest of them; and the button that puts the draft in force."""
    context = BOOK.page(request, name, "preview")
    draft, published, now = context["draft"], context["published"], utc_now()
    if draft is None:
        return see(BOOK.at("draft", name))
    if not context["problems"]:
        known = context["names"].catalogue
        after = criteria.parse(draft.spec["criteria"], known)
        before = criteria.parse(published.spec["criteria"], known) if _stands(published, known) else criteria.AnyOf(())
        trees = {
            "then": after,
            "now": before,
            "enter": criteria.All((after, criteria.Not(before))),
            "leave": criteria.All((before, criteria.Not(after))),
        }
        found = counts(trees, now=now)
        context |= {"counts": found, "rows": first_leads(after, now=now)}
        context |= {"leaving": first_leads(trees["leave"], now=now) if found["leave"] != Count(0, more=False) else []}
    return render(request, "segments/preview.html", context)


@require_POST
@roles(*EDITORS)
def retire_segment(request: HttpRequest, name: str) -> HttpResponse:
    """Take a segment out of force: nobody is in it any more, its versions stay, and undo puts it back."""
    published = published_of(Segment, name)
    with transaction.atomic():
        bulk.lock_loop()
        if retire(Segment, name=name):
            Member.objects.filter(segment=name).delete()
            turn_epoch()
    if published:
        undo = BOOK.at("restore", name, number=published.version)
        messages.success(request, f"“{published.title}” is retired.", extra_tags=f"undo:{undo}")
    return see(reverse("segments:segments"))


def _stands(row: Any, known: criteria.Catalogue) -> bool:
    return row is not None and not check_segment_spec(row.spec, known)


def _leads_url(row: Any) -> str:
    """The leads list, filtered by the criteria: the part after its address."""
    return "?" + urlencode({"where": json.dumps(row.spec["criteria"], separators=(",", ":"))})


def _draft_page(
    request: HttpRequest, name: str, form: SegmentForm, builder: Any, *, stale: StaleDraft | None = None, status: int = 200
) -> HttpResponse:
    if name and (stale is None or BOOK.basis(name)):
        context = BOOK.page(request, name, "draft")
        context["url"] = BOOK.at("draft", name)
    else:
        context = {"seen": NO_DRAFT, "tabs": [], "at": {"draft": reverse("segments:segments")}, "url": reverse("segments:segment_new")}
    context |= {"form": form, "builder": builder, "stale": stale, "fresh": not name}
    return render(request, "segments/draft.html", context, status=status)
