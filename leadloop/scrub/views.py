"""The pages of scrubs and of erasing: look, begin, follow, take back; and one person, by lead, address or number."""

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads import criteria_form
from leadloop.leads.domain import criteria
from leadloop.leads.domain.lifecycle import open_steps
from leadloop.leads.models import Standing
from leadloop.leads.sample import reference_names
from leadloop.scrub import actions
from leadloop.scrub.domain.presets import ACTIONS, CUSTOM, FOR_GOOD, PRESETS, confirmation
from leadloop.scrub.erasing import erase, find
from leadloop.scrub.forms import ActionForm, ErasureForm, PersonForm, WishForm
from leadloop.scrub.models import Erasure, Scrub, Scrubbed
from leadloop.scrub.tasks import carry_on
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import roles
from leadloop.web.csv_cells import csv_response
from leadloop.web.returning import SeeOther, say

SCRUBBERS = ("manager", "admin")
SHOWN = 50
DONE = {"recycle": "recycled", "disqualify": "disqualified", "anonymise": "anonymised", "delete": "deleted"}


@require_safe
@roles(*SCRUBBERS)
def show_scrubs(request: HttpRequest) -> HttpResponse:
    """Every scrub and every erasing, the newest first. Two queries."""
    scrubs = [
        {"row": row, "says": _says(row), "done": DONE[row.action]} for row in Scrub.objects.select_related("author").order_by("-pk")[:SHOWN]
    ]
    erasures = Erasure.objects.filter(scrub=None).select_related("author").order_by("-pk")[:SHOWN]
    return render(request, "scrub/scrubs.html", {"scrubs": scrubs, "erasures": erasures, "presets": PRESETS})


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*SCRUBBERS)
def new_scrub(request: SignedInRequest) -> HttpResponse:
    """Whom it would mean, exactly; then what is done with them. Nothing changes by looking."""
    posted = request.method == "POST"
    wish_form = WishForm(request.POST if posted else None, initial={"preset": request.GET.get("preset", "old")})
    builder = criteria_form.for_rule(request, None, at_once=True)
    context = {"form": wish_form, "builder": builder, "presets": PRESETS, "action_form": ActionForm()}
    if not posted or builder.asked or not wish_form.is_valid():
        return render(request, "scrub/new.html", context, status=422 if posted and not builder.asked else 200)
    asked = builder.spec_or_none() if wish_form.cleaned_data["preset"] == CUSTOM else {}
    if asked is None:
        return render(request, "scrub/new.html", context, status=422)
    wish = actions.Wish(wish_form.cleaned_data["preset"], wish_form.cleaned_data["days"] or 0, asked or None)
    if "do" not in request.POST:
        return _looked(request, wish, context)
    form = ActionForm(request.POST)
    if not form.is_valid():
        return _looked(request, wish, context | {"action_form": form}, status=422)
    try:
        row = _begin(request, wish, form)
    except LeadLoopError as error:
        form.add_error("typed" if error.code == "not_confirmed" else None, str(error))
        return _looked(request, wish, context | {"action_form": form}, status=error.status)
    return SeeOther(reverse("scrub:scrub", args=[row.pk]))


@require_safe
@roles(*SCRUBBERS)
def show_scrub(request: HttpRequest, scrub_id: int) -> HttpResponse:
    """One scrub: whom, what, who, why, how far, and which leads it left as they were."""
    return render(request, "scrub/scrub.html", _told(get_object_or_404(Scrub.objects.select_related("author", "undone_by"), pk=scrub_id)))


@require_safe
@roles(*SCRUBBERS)
def show_progress(request: HttpRequest, scrub_id: int) -> HttpResponse:
    """The part that says how far it is; polls itself while it runs."""
    return render(request, "scrub/_state.html", _told(get_object_or_404(Scrub, pk=scrub_id)))


@require_safe
@roles(*SCRUBBERS)
def download_leads(request: HttpRequest, scrub_id: int) -> HttpResponse:
    """The list of its leads, as numbers, and how it went with each."""
    del request
    row = get_object_or_404(Scrub, pk=scrub_id)
    leads = row.leads.order_by("lead_id").values_list("lead_id", "state", "problem")
    return csv_response(f"scrub-{row.pk}", ["Lead", "State", "Why not"], leads.iterator())


@require_POST
@roles(*SCRUBBERS)
def undo_scrub(request: SignedInRequest, scrub_id: int) -> HttpResponse:
    """Every lead as it was, where nothing else happened since."""
    row, now = get_object_or_404(Scrub, pk=scrub_id), utc_now()
    try:
        with transaction.atomic():
            actions.begin_undo(row, steps.by(request.user, now=now))
            actions.give_to_worker(row, carry_on, now=now)
    except LeadLoopError as error:
        say(request, str(error), tone="error")
    return SeeOther(reverse("scrub:scrub", args=[row.pk]))


@require_POST
@roles(*SCRUBBERS)
def go_on(request: HttpRequest, scrub_id: int) -> HttpResponse:
    """A scrub that broke off goes on where it had come to."""
    del request
    with transaction.atomic():
        row = get_object_or_404(Scrub, pk=scrub_id)
        Scrub.objects.filter(pk=row.pk, state=Scrub.State.BROKEN).update(
            state=Scrub.State.UNDOING if row.undone_by_id else Scrub.State.RUNNING
        )
        actions.give_to_worker(row, carry_on, now=utc_now())
    return SeeOther(reverse("scrub:scrub", args=[row.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*SCRUBBERS)
def erase_lead(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """One person, by the lead: everywhere, for good."""
    standing = get_object_or_404(Standing.objects.visible_to(request.user).select_related("lead"), pk=lead_id)
    form = ErasureForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "lead": standing.lead, "title": f"Erase {standing.lead.display_name}"}
        return render(request, "scrub/erase.html", context, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    erase([lead_id], steps.by(request.user, now=utc_now()), how=given["how"], why=given["why"])
    say(request, f"Lead {lead_id} says nothing any more of who it was.")
    return SeeOther(reverse("work:lead", args=[lead_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@roles(*SCRUBBERS)
def erase_person(request: SignedInRequest) -> HttpResponse:
    """One person, by address or number: every lead, and what there is besides; known here or not, they are kept out from now on."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "scrub/erase.html", {"form": form, "title": "Erase a person"}, status=422 if form.is_bound else 200)
    given = form.cleaned_data
    points = [f"e:{given['email']}"] * bool(given["email"]) + [f"p:{given['phone']}"] * bool(given["phone"])
    ids = find(email=given["email"], phone=given["phone"])
    erased = erase(ids, steps.by(request.user, now=utc_now()), how=given["how"], why=given["why"], points=points)
    leads = f"{len(erased.leads)} lead{'' if len(erased.leads) == 1 else 's'}" if erased.leads else "No lead of ours"
    say(request, f"{leads} and everything else that said who it was: erased. The address or number is kept out from now on.")
    return SeeOther(reverse("scrub:scrubs"))


def _looked(request: HttpRequest, wish: actions.Wish, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    found = actions.preview(wish, now=utc_now())
    verbs = {"recycle": "recycle", "disqualify": "disqualify"}
    able = {key: sum(count for stage, count in found.stages.items() if verb in open_steps(stage)) for key, verb in verbs.items()}
    context |= {
        "preview": found,
        "says": criteria.in_words(wish.spec(), reference_names()),
        "able": able,
        "words": [confirmation(action, found.total) for action in sorted(FOR_GOOD)],
        "looked": PRESETS[wish.preset],
    }
    return render(request, "scrub/new.html", context, status=status)


def _begin(request: SignedInRequest, wish: actions.Wish, form: ActionForm) -> Scrub:
    given, now = form.cleaned_data, utc_now()
    seen = request.POST.get("seen", "")
    until = timezone.make_aware(datetime.combine(given["until"], time(9))) if given["action"] == "recycle" else None
    with transaction.atomic():
        row = actions.begin(
            wish,
            given["action"],
            steps.by(request.user, now=now),
            why=given["why"],
            seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 12 else 0,
            typed=given["typed"],
            until=until,
        )
        actions.give_to_worker(row, carry_on, now=now)
    return row


def _told(row: Scrub) -> dict[str, Any]:
    refused = row.leads.filter(state=Scrubbed.State.REFUSED) | row.leads.exclude(problem="")
    return {
        "row": row,
        "says": _says(row),
        "action": ACTIONS[row.action].partition(":")[0],
        "done": DONE[row.action],
        "running": row.state in (Scrub.State.RUNNING, Scrub.State.UNDOING),
        "dealt": row.undone if row.state == Scrub.State.UNDOING else row.done + row.refused,
        "for_good": row.action in FOR_GOOD,
        "kept": list(refused.select_related("lead").order_by("lead_id")[:SHOWN]),
        "zone": settings.REPORT_ZONE,
    }


def _says(row: Scrub) -> str:
    """Whom it meant, in words; criteria of another time may name what is gone."""
    preset = PRESETS.get(row.asked.get("preset", ""))
    if preset and row.asked.get("preset") != CUSTOM:
        return f"{preset.title} {row.asked['days']} days" if row.asked.get("days") and preset.days else preset.title
    try:
        return criteria.in_words(row.asked.get("criteria") or {"any": []}, reference_names())
    except criteria.CriteriaInvalid:
        return "Criteria that can no longer be read"
