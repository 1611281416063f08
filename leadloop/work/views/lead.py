"""One lead: all that we know, what happened, and what comes next; and its correction."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.errors import StaleLead
from leadloop.leads.fields import declared
from leadloop.leads.models import Standing
from leadloop.leads.sensitive import all_sensitive, held, note_reads
from leadloop.qualification.answering import answered
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work.declared_edit import Declared
from leadloop.work.domain.rights import steps_for
from leadloop.work.domain.story import field_words
from leadloop.work.forms_edit import EditForm
from leadloop.work.lead_page import read_lead
from leadloop.work.timeline import read_timeline
from leadloop.work.views.steps import lead_or_404


@signed_in
def show_lead(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """The page of a lead."""
    standing = lead_or_404(request, lead_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    user: Any = request.user
    return render(request, "work/lead.html", {"it": read_lead(standing, user, now=utc_now())})


@signed_in
@never_cache
def reveal_lead(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """The page with the sensitive values on it, for who may see them; that this person looked is written down first."""
    standing = lead_or_404(request, lead_id)
    user: Any = request.user
    if not user.may_see_sensitive:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    with transaction.atomic():
        sensitive = all_sensitive()
        names = {*held(standing.lead.custom, sensitive), *answered(lead_id, sensitive)}
        note_reads([(lead_id, sorted(names))], where="page", person=user, now=utc_now())
    return render(request, "work/lead.html", {"it": read_lead(standing, user, now=utc_now(), revealed=True)})


@signed_in
def list_touches(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """Older touches of the timeline: a part for htmx, else a page."""
    standing = lead_or_404(request, lead_id)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    before = request.GET.get("before", "")
    timeline = read_timeline(
        standing.pk, request.user, before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else 0
    )
    template = "work/_touches.html" if request.htmx else "work/touches.html"
    return render(request, template, {"timeline": timeline, "lead": standing.lead})


@signed_in
def edit_lead(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """Correct what we know. Who saw an older version is shown what changed, and keeps what was typed."""
    standing = lead_or_404(request, lead_id)
    user: Any = request.user
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    may = "edit" in steps_for(standing.stage, owner=standing.owner_id, person=user.pk, role=user.role)
    if request.method != "POST":
        known = _declared(standing)
        form = EditForm(initial=EditForm.initial_of(standing.lead, version=standing.version, declared=known), declared=known)
        return render(request, "work/edit.html", {"form": form, "standing": standing, "lead": standing.lead, "may": may})
    form = EditForm(request.POST, declared=_declared(standing))
    if not form.is_valid():
        return render(request, "work/edit.html", {"form": form, "standing": standing, "lead": standing.lead, "may": may}, status=422)
    now = utc_now()
    try:
        steps.edit([lead_id], steps.by(user, now=now), values=form.values(), version=form.cleaned_data["version"]).or_raise()
    except StaleLead:
        return _stale(request, lead_or_404(request, lead_id), form, may=may)
    except LeadLoopError as error:
        say(request, str(error), tone="error")
        return SeeOther(reverse("work:lead", args=[lead_id]))
    say(request, f"{standing.lead.display_name} is corrected.")
    return SeeOther(reverse("work:lead", args=[lead_id]))


def _declared(standing: Standing) -> Declared:
    """Declared fields for the form. One query."""
    epoch = current_epoch()
    return Declared(declared(epoch), standing.lead.custom, all_sensitive(epoch), standing.lead.country)


def _stale(request: SignedInRequest, standing: Standing, form: EditForm, *, may: bool) -> HttpResponse:
    """The form again with what was typed, what the lead says now beside it, and the version that is now seen."""
    typed = form.cleaned_data
    known = _declared(standing)
    stored = EditForm.initial_of(standing.lead, version=standing.version)
    differs = [
        (field_words(name), typed[name], stored[name])
        for name in stored
        if name != "version" and (typed[name] or "") != (stored[name] or "")
    ]
    differs += known.differing(typed)
    again = request.POST.copy()
    again["version"] = str(standing.version)
    form = EditForm(again, declared=known)
    context = {"form": form, "standing": standing, "lead": standing.lead, "may": may, "differs": differs, "stale": True}
    return render(request, "work/edit.html", context, status=409)
