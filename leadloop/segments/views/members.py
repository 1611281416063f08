"""Who is in a segment: the list with search, one lead in or out by hand with undo, and what moved whom when."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from leadloop.db.clock import utc_now
from leadloop.kernel.contact_points import email_address
from leadloop.leads import search
from leadloop.leads.models import Lead, Standing
from leadloop.leads.sample import reference_names
from leadloop.segments import hand
from leadloop.segments.counting import member_counts
from leadloop.segments.domain.rule import kind_of
from leadloop.segments.errors import ByCriteriaAlone, NotInForce
from leadloop.segments.forms import LeadForm
from leadloop.segments.hand import Hand
from leadloop.segments.models import Change, Mark, Member, Override, Segment, Why
from leadloop.segments.views.rules import BOOK, EDITORS
from leadloop.segments.why import reasons
from leadloop.web.access import roles, signed_in
from leadloop.web.rulebook import see

PAGE = 50
MOST_FOUND = 500
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)
LATEST = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MICRO


@require_safe
@roles(*EDITORS)
def show_members(request: HttpRequest, name: str) -> HttpResponse:
    """The members, newest lead first, a page by key; with words, those of them that a search finds. Who was put out, beside them."""
    context, version = _page(request, name, "members")
    words, last = request.GET.get("q", "").replace("\0", "").strip()[:200], _number(request.GET.get("after", ""))
    members = Member.objects.filter(segment=name)
    if words:
        standings = Standing.objects.filter(Exists(members.filter(lead_id=OuterRef("pk"))))
        members = members.filter(lead_id__in=search.find(words, standings, limit=MOST_FOUND))
    if last:
        members = members.filter(lead_id__lt=last)
    found = list(members.order_by("-lead_id")[: PAGE + 1])
    said = Override.objects.filter(segment=name).select_related("person")
    marks = {one.lead_id: one for one in said.filter(lead_id__in=[row.lead_id for row in found])}
    standings_by_id = Standing.objects.select_related("lead", "owner").in_bulk([row.lead_id for row in found])
    context |= {
        "rows": [(standings_by_id[row.lead_id], row, marks.get(row.lead_id)) for row in found[:PAGE] if row.lead_id in standings_by_id],
        "older_url": f"?after={found[PAGE - 1].lead_id}" + (f"&q={words}" if words else "") if len(found) > PAGE else "",
        "first_url": "?" if last else "",
        "words": words,
        "count": member_counts([name])[name],
        "form": LeadForm(),
        "by_hand": kind_of(version.spec).value != "dynamic",
        "out": list(said.filter(inside=False).select_related("lead").order_by("-set_at")[:PAGE]),
    }
    return render(request, "segments/members.html", context)


@require_safe
@roles(*EDITORS)
def show_history(request: HttpRequest, name: str) -> HttpResponse:
    """Who came in and who went out, newest first, a page by key."""
    context, _ = _page(request, name, "history")
    last = _number(request.GET.get("after", ""))
    rows = Change.objects.filter(segment=name).select_related("lead", "person").order_by("-pk")
    found = list((rows.filter(pk__lt=last) if last else rows)[: PAGE + 1])
    context |= {
        "rows": found[:PAGE],
        "older_url": f"?after={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        "first_url": "?" if last else "",
    }
    return render(request, "segments/history.html", context)


@require_safe
@signed_in
def show_why(request: HttpRequest, name: str, lead_id: int) -> HttpResponse:
    """Why a lead is in a segment, or not; for whoever may see the lead."""
    standing = Standing.objects.visible_to(request.user).select_related("lead").filter(pk=lead_id).first()  # type: ignore[arg-type]  # signed in
    version = Segment.objects.published().filter(name=name).first()
    sees = bool(getattr(request.user, "may_see_sensitive", False))
    found = reasons(lead_id, version, now=utc_now(), names=reference_names(), sees_sensitive=sees) if standing and version else None
    if found is None or standing is None:
        raise Http404
    may_edit = request.user.role in EDITORS  # type: ignore[union-attr]  # signed in
    context = {"it": found, "lead": standing.lead, "segment": version, "may_edit": may_edit, "by_hand": found.rule.by_hand}
    return render(request, "segments/why.html", context)


@require_POST
@roles(*EDITORS)
def say(request: HttpRequest, name: str, word: str) -> HttpResponse:
    """Put leads in, keep them out, or leave them to the criteria; by hand, with an undo."""
    verb, done = _VERBS[word]
    now, form = utc_now(), LeadForm(request.POST)
    note = request.POST.get("note", "").strip()[:200]
    ids = [int(one) for one in request.POST.getlist("id") if _number(one)][:PAGE]
    if not ids and form.is_valid():
        ids = _meant(form.cleaned_data["lead"])
        if not ids:
            messages.warning(request, f"No lead answers to “{form.cleaned_data['lead']}”, or more than one does.")
    back = _back(request, name)
    if not ids:
        return see(back)
    try:
        said = verb(name, ids, Hand(request.user, Why.CLEARED if word == "criteria" else Why.HAND, note), now=now)  # type: ignore[arg-type]  # signed in
    except (ByCriteriaAlone, NotInForce) as error:
        messages.error(request, str(error))
        return see(back)
    if not said.marked:
        messages.info(request, "Nothing was changed: it was said before.")
        return see(back)
    undo = BOOK.at("take_back", name, moment=(now - EPOCH) // MICRO)
    messages.success(request, f"{_leads(len(said.marked))} {done}.", extra_tags=f"undo:{undo}")
    return see(back)


@require_POST
@roles(*EDITORS)
def take_back(request: HttpRequest, name: str, moment: int) -> HttpResponse:
    """Undo what this person said at that moment, but for leads of whom something else was said since."""
    if moment > LATEST:
        raise Http404
    at = EPOCH + moment * MICRO
    ids = list(Mark.objects.filter(segment=name, happened_at=at, person=request.user.pk).values_list("lead_id", flat=True)[: hand.CHUNK])
    said = hand.take_back(name, ids, Hand(request.user, Why.UNDONE), said_at=at, now=utc_now())  # type: ignore[arg-type]  # signed in
    messages.info(request, f"Undone: {_leads(len(said.marked))} as before." if said.marked else "There is nothing to undo any more.")
    return see(_back(request, name))


_VERBS = {
    "in": (hand.put_in, "put in by hand"),
    "out": (hand.keep_out, "taken out by hand"),
    "criteria": (hand.clear, "left to the criteria again"),
}


def _page(request: HttpRequest, name: str, tab: str) -> tuple[dict[str, Any], Segment]:
    """The frame of a page that only a segment in force has."""
    context = BOOK.page(request, name, tab)
    if context["published"] is None:
        raise Http404
    return context, context["published"]


def _meant(text: str) -> list[int]:
    """The one lead that a person names by number, e-mail or telephone number; [] for none or several."""
    text = text.strip()
    if number := _number(text.removeprefix("#")):
        found = list(Lead.objects.filter(pk=number).values_list("pk", flat=True))
        if found:
            return found
    email = email_address(text) if "@" in text else None
    rows = Lead.objects.filter(email=email) if email else Lead.objects.filter(pk__in=search.find(text, Standing.objects.all(), limit=2))
    found = list(rows.order_by("-pk").values_list("pk", flat=True)[:2])
    return found if len(found) == 1 else []


def _back(request: HttpRequest, name: str) -> str:
    """To the reasons of a lead, where it was said there, else to the members."""
    lead = _number(request.POST.get("back", ""))
    return BOOK.at("why", name, lead_id=lead) if lead else BOOK.at("members", name)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _leads(count: int) -> str:
    return f"{count:,} lead{'' if count == 1 else 's'}"
