"""Every step on a lead: a question as dialog or page where one is needed, then the verb, then back to where the person was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.models import Standing, Touch
from leadloop.outcomes.domain.reasons import END_OF_STAGE
from leadloop.outcomes.models import Conversion
from leadloop.qualification.errors import NotYetQualified
from leadloop.routing.errors import AlreadyClaimed
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say, toast
from leadloop.work import actions
from leadloop.work.forms import AmountForm, ConvertForm, LogForm, RejectForm, RewriteForm, WinForm
from leadloop.work.forms_deal import CorrectForm
from leadloop.work.models import Task
from leadloop.work.offered import STEPS, Step, address_of_lead
from leadloop.work.views.rail import rail_part


def lead_or_404(request: SignedInRequest, lead_id: int) -> Standing:
    """The lead's standing, if this person may see it; before anything else is decided."""
    visible = Standing.objects.visible_to(request.user).select_related("lead", "source", "owner")
    return get_object_or_404(visible, pk=lead_id)


def somebody_was_faster(request: SignedInRequest, lead_id: int) -> bool:
    """The lead waited in a pool of this rep's and has an owner now: not theirs to see any more, but theirs to hear of."""
    user = request.user
    taken = Standing.objects.filter(pk=lead_id, pool_id__in=user.seats.values("pool_id"), owner__isnull=False).exclude(owner=user)
    return bool(user.role == "rep" and request.method == "POST" and taken.exists())


@signed_in
def take_step(request: SignedInRequest, lead_id: int, step: str) -> HttpResponse:
    """GET asks, where there is something to ask; POST does it."""
    if step == "claim" and somebody_was_faster(request, lead_id):
        return refuse(request, lead_id, AlreadyClaimed(), now=utc_now())
    standing = theirs_to_undo(request, lead_id) if step == "undo" else lead_or_404(request, lead_id)
    spec = STEPS[step]
    asking = request.method in ("GET", "HEAD")
    if request.method != "POST" and not (asking and spec.form):
        return HttpResponseNotAllowed(["GET", "POST"] if spec.form else ["POST"])
    form = _form(spec, standing, None if asking else request.GET if step == "undo" else request.POST)
    if asking or not form.is_valid():
        return _ask(request, step, standing, form, status=200 if asking else 422)
    now = utc_now()
    name = standing.lead.display_name
    try:
        spec.run(standing, steps.by(request.user, now=now), form)
    except NotYetQualified as error:
        if spec.late_form:
            return _ask(request, step, standing, form, status=422, failing=error.failing)
        return refuse(request, lead_id, error, now=now)
    except LeadLoopError as error:
        return refuse(request, lead_id, error, now=now)
    undo = _way_back(request, lead_id, spec) if spec.undo else ""
    return answer(request, lead_id, spec.done.format(name=name), undo=undo, now=now)


def theirs_to_undo(request: SignedInRequest, lead_id: int) -> Standing:
    """As `lead_or_404`, also for a lead that this person has just given away."""
    last = Touch.objects.filter(lead_id=lead_id).order_by("-id").first()
    if request.method == "POST" and last is not None and last.actor_id == request.user.pk:
        return get_object_or_404(Standing.objects.select_related("lead", "source", "owner"), pk=lead_id)
    return lead_or_404(request, lead_id)


def _way_back(request: SignedInRequest, lead_id: int, spec: Step) -> str:
    """The address that takes the step back: this one and no later."""
    given = {"from": "rail"} if from_rail(request) else {}
    if spec.undo == "undo":
        last = Touch.objects.filter(lead_id=lead_id).order_by("-id").values_list("pk", flat=True).first()
        given["of"] = str(last)
    query = f"?{urlencode(given)}" if given else ""
    return f"{address_of_lead(lead_id)}{spec.undo}/{query}"


@signed_in
def finish_task(request: SignedInRequest, lead_id: int, task_id: int) -> HttpResponse:
    """A planned step is done."""
    standing = lead_or_404(request, lead_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    task = get_object_or_404(Task, pk=task_id, lead_id=standing.pk)
    now = utc_now()
    try:
        actions.finish_step(task, steps.by(request.user, now=now))
    except LeadLoopError as error:
        return refuse(request, lead_id, error, now=now)
    return answer(request, lead_id, f"Done: {task.text}", now=now)


def answer(request: SignedInRequest, lead_id: int, text: str, *, undo: str = "", now: datetime) -> HttpResponse:
    """Back with a word: to the rail as a part, or to a page."""
    if request.htmx and from_rail(request):
        return toast(rail_part(request, now=now), text, undo=undo)
    say(request, text, undo=undo)
    return SeeOther(_back(request, lead_id))


def refuse(request: SignedInRequest, lead_id: int, error: LeadLoopError, *, now: datetime) -> HttpResponse:
    """Say why not, beside the present state of things."""
    if request.htmx and from_rail(request):
        response = rail_part(request, now=now)
        response.status_code = error.status
        return toast(response, str(error), tone="red")
    say(request, str(error), tone="error")
    return SeeOther(_back(request, lead_id))


def from_rail(request: SignedInRequest) -> bool:
    """Whether the step was taken on the rail: htmx says so itself, a plain form by `from`."""
    if request.htmx:
        return urlsplit(request.htmx.current_url or "").path == reverse("work:rail")
    return (request.POST.get("from") or request.GET.get("from")) == "rail"


def _back(request: SignedInRequest, lead_id: int) -> str:
    still = Standing.objects.visible_to(request.user).filter(pk=lead_id).exists()
    return address_of_lead(lead_id) if still and not from_rail(request) else reverse("work:rail")


def _form(spec: Step, standing: Standing, data: Any) -> forms.Form:
    lead = standing.lead
    if spec.form is None:
        return (spec.late_form or forms.Form)(data if data is not None else {})
    if spec.form is RejectForm:
        return RejectForm(data, returned=steps.returned())
    if issubclass(spec.form, LogForm):
        return spec.form(data, lead=lead)
    if spec.form is ConvertForm:
        name = " - ".join(part for part in (lead.company or lead.full_name, lead.product) if part)
        return ConvertForm(data, initial={"name": name, **AmountForm.initial_of(lead.budget_cents, lead.currency)})
    if spec.form is WinForm:
        live = Conversion.objects.filter(lead=lead, undone_at=None).select_related("opportunity").first()
        deal = live.opportunity if live else None
        cents, currency = (deal.amount_cents, deal.currency) if deal else (None, "")
        return WinForm(data, initial=AmountForm.initial_of(cents, currency))
    if spec.form is RewriteForm:
        return RewriteForm(data, end=END_OF_STAGE.get(standing.stage, ""))
    if spec.form is CorrectForm:
        return CorrectForm(data, initial=CorrectForm.initial_for(standing))
    return spec.form(data)


def _ask(
    request: SignedInRequest, step: str, standing: Standing, form: forms.Form, *, status: int, failing: Sequence[str] = ()
) -> HttpResponse:
    """The step's question; `failing` are conditions that keep the lead from it."""
    spec = STEPS[step]
    rail = from_rail(request)
    context = {
        "standing": standing,
        "lead": standing.lead,
        "form": form,
        "step": spec,
        "url": f"{address_of_lead(standing.pk)}{step}/",
        "question": (spec.question or spec.title).format(name=standing.lead.display_name),
        "rail": rail,
        "failing": failing,
        "back": reverse("work:rail") if rail else address_of_lead(standing.pk),
    }
    if not request.htmx:
        return render(request, "work/step.html", context, status=status)
    response = render(request, "work/_step_dialog.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#step", "innerHTML"
    return response
