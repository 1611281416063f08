"""The pages of segments: list with live counts, draft, preview, publish, retire."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop.db import bulk, queue
from leadloop.db.clock import utc_now
from leadloop.db.drafts import NO_DRAFT, StaleDraft, published_of, retire
from leadloop.db.versions import Status, turn_epoch
from leadloop.leads import criteria_form, fields
from leadloop.leads.criteria_sql import NO_LEAD
from leadloop.leads.domain import criteria
from leadloop.leads.models import Standing
from leadloop.leads.rule_graph import unringed
from leadloop.leads.sample import reference_names
from leadloop.segments import hand
from leadloop.segments.counting import NOBODY, counts_of, counts_where, first_leads, member_counts, sizes
from leadloop.segments.domain.checks import check_segment_spec, segment_lines
from leadloop.segments.domain.rule import KIND_TITLES, Kind, kind_of, rule_of
from leadloop.segments.forms import SegmentForm, segment_name
from leadloop.segments.freshness import states
from leadloop.segments.models import Member, Segment
from leadloop.segments.rebuilding import rebuild, retire_members
from leadloop.segments.settling import wanted
from leadloop.segments.tasks import rebuild_members
from leadloop.web.access import roles
from leadloop.web.rulebook import Rulebook, see

LARGE = 200_000  # leads in the base; above, a rebuilding takes longer than a page should
LATELY, SHOWN_SIZES = timedelta(days=30), timedelta(days=90)
EDITORS = ("marketer", "manager", "admin")


def placed(request: HttpRequest, version: Any, now: datetime) -> str:
    """After publication: bring the members up to date, at once or, for a large segment or base, in the background."""
    del request
    rule = rule_of(version.name, version.title, version.version, version.spec, fields.known_now())
    found = counts_of({"members": Standing.objects.filter(wanted(rule, now))})["members"]
    if found.more or counts_of({"base": Standing.objects.all()}, most=LARGE)["base"].more:
        queue.enqueue_once(rebuild_members, version.name, key=f"rebuild:{version.name}:{version.version}", run_after=now)
        return "Its members are being brought up to date."
    number = rebuild(version, now=now, clock=utc_now)
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
    beside=(("Members", "members"), ("History", "history"), ("Overlap", "overlap")),
)


@require_safe
@roles(*EDITORS)
def show_segments(request: HttpRequest) -> HttpResponse:
    """Every segment with its kind, the number of leads in it at this moment, and how it went. Nine queries, whatever their number."""
    now, names = utc_now(), reference_names()
    rows: dict[str, dict[str, Any]] = {}
    for one in Segment.objects.exclude(status=Status.RETIRED).order_by("title", "pk"):
        rows.setdefault(one.name, {"name": one.name})[one.status] = one
    live = member_counts([name for name, row in rows.items() if stands(row.get("published"), names.catalogue)])
    gone = sizes(rows, since=(now - LATELY).date())
    fresh = states(rows, now=now)
    for name, row in rows.items():
        shown = row.get("published") or row["draft"]
        row |= {
            "title": shown.title,
            "kind": KIND_TITLES[kind_of(shown.spec)],
            "says": _says(shown.spec, names),
            "count": live.get(name),
            "spark": [leads for _, leads in gone.get(name, [])],
            "trend": trend(gone.get(name, [])),
            "state": fresh.get(name),
            "url": BOOK.at("home" if "published" in row else "draft", name),
            "members_url": BOOK.at("members", name),
        }
    return render(request, "segments/segments.html", {"rows": list(rows.values())})


@require_safe
@roles(*EDITORS)
def show_segment(request: HttpRequest, name: str) -> HttpResponse:
    """What is in force: who is in it in words, how many, how that number went, how fresh it is, and the newest of them."""
    context = BOOK.page(request, name, "home")
    published, now = context["published"], utc_now()
    if published and stands(published, context["names"].catalogue):
        found = sizes([name], since=(now - SHOWN_SIZES).date()).get(name, [])
        context |= {
            "says": _says(published.spec, context["names"]),
            "kind": kind_of(published.spec).value,
            "kind_title": KIND_TITLES[kind_of(published.spec)],
            "count": member_counts([name])[name],
            "trend": trend(found),
            "state": states([name], now=now).get(name),
            "chart": {
                "labels": [f"{day:%-d %b}" for day, _ in found],
                "series": [{"name": "Leads", "values": [leads for _, leads in found]}],
            },
            "rows": [] if context["blind"] else first_leads(is_member(name)),
            "leads_url": "" if context["blind"] else _leads_url(published),
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
    said = {"title": basis.title, "kind": kind_of(basis.spec).value} if basis else {"kind": request.GET.get("kind", Kind.DYNAMIC.value)}
    form = SegmentForm(request.POST if posted else None, initial=said)
    builder = criteria_form.for_rule(request, basis and basis.spec.get("criteria"))
    if not posted or builder.asked:
        return _draft_page(request, name, form, builder)
    kind = form.cleaned_data["kind"] if form.is_valid() else request.POST.get("kind") or Kind.DYNAMIC.value
    asked = None if kind == Kind.FIXED else builder.spec_or_none()
    if asked is None and kind != Kind.FIXED:
        return _draft_page(request, name, form, builder, status=422)
    spec = ({} if kind == Kind.DYNAMIC else {"kind": kind}) | ({} if asked is None else {"criteria": asked})
    problems = check_segment_spec(spec, fields.in_force())
    if problems and form.is_valid():
        form.add_error(None, str(problems[0]))
    if not form.is_valid():
        return _draft_page(request, name, form, builder, status=422)
    title = form.cleaned_data["title"]
    fresh = not name
    name = name or segment_name(title, Segment.objects.values_list("name", flat=True).distinct())
    if fresh and kind == Kind.FIXED:
        hand.new_list(title, name, author=request.user, now=utc_now())  # type: ignore[arg-type]  # signed in
        messages.success(request, f"“{title}” is there. Put leads in here, or from the list of leads.")
        return see(BOOK.at("members", name))
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
        after = wanted(rule_of(name, draft.title, draft.version, draft.spec, known), now)
        before = is_member(name) if stands(published, known) else NO_LEAD
        found = counts_where({"then": after, "now": before, "enter": after & ~before, "leave": before & ~after})
        blind = context["blind"]
        context |= {"counts": found, "rows": [] if blind else first_leads(after)}
        context |= {"leaving": first_leads(before & ~after) if found["leave"] != NOBODY and not blind else []}
    return render(request, "segments/preview.html", context)


@require_POST
@roles(*EDITORS)
def retire_segment(request: HttpRequest, name: str) -> HttpResponse:
    """Take a segment out of force: nobody is in it any more, its versions stay, and undo puts it back."""
    published = published_of(Segment, name)
    with transaction.atomic():
        bulk.lock_loop()
        if published and retire(Segment, name=name):
            retire_members(published, person_id=request.user.pk, now=utc_now())
            turn_epoch()
    if published:
        undo = BOOK.at("restore", name, number=published.version)
        messages.success(request, f"“{published.title}” is retired.", extra_tags=f"undo:{undo}")
    return see(reverse("segments:segments"))


def stands(row: Any, known: criteria.Catalogue) -> bool:
    """Whether a version is there and can be read."""
    return row is not None and not check_segment_spec(row.spec, known)


def is_member(name: str) -> Q:
    """Who is in a segment now, as a condition on standings."""
    return Q(Exists(Member.objects.filter(segment=name, lead_id=OuterRef("pk"))))


def trend(found: Sequence[tuple[date, int]]) -> int | None:
    """By how many leads a segment grew, or shrank, in the last seven days; None while that is not known."""
    if len(found) < 2:
        return None
    week = found[-1][0] - timedelta(days=7)
    return found[-1][1] - next((leads for day, leads in found if day >= week), found[-1][1])


def _says(spec: dict[str, Any], names: Any) -> str:
    lines = segment_lines(spec, names)
    return lines["criteria"].says if "criteria" in lines else "Leads that people put in"


def _leads_url(row: Any) -> str:
    """The leads list, filtered by the criteria: the part after its address; "" where they do not tell who is in."""
    if kind_of(row.spec) is not Kind.DYNAMIC:
        return ""
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
