"""Answering the questions that qualify a lead."""

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.sensitive import all_sensitive
from leadloop.teams.requests import SignedInRequest
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work.answers import panel_of
from leadloop.work.forms_answers import said_about
from leadloop.work.offered import address_of_lead
from leadloop.work.views.steps import lead_or_404


@signed_in
def save_answers(request: SignedInRequest, lead_id: int) -> HttpResponse:
    """GET shows the questions alone; POST keeps what is new and goes back to the lead."""
    standing = lead_or_404(request, lead_id)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    epoch = current_epoch()
    posted = request.POST if request.method == "POST" else None
    panel = panel_of(standing, all_sensitive(epoch), said=said_about(lead_id), epoch=epoch, posted=posted)
    if panel is None:
        raise Http404
    form = panel.form
    if request.method != "POST" or not form.is_valid():
        context = {"panel": panel, "lead": standing.lead, "standing": standing}
        return render(request, "work/answers.html", context, status=422 if form.is_bound else 200)
    given, touch = form.given(), form.cleaned_data["touch"]
    if not given:
        say(request, "Nothing new was answered.")
        return SeeOther(f"{address_of_lead(lead_id)}#answers")
    why = {"evidence": form.cleaned_data["evidence"], "touch_id": touch}
    try:
        steps.answer([lead_id], steps.by(request.user, now=utc_now()), framework=panel.framework, given=given, **why).or_raise()
        say(request, f"{len(given)} answer{'' if len(given) == 1 else 's'} kept.")
    except LeadLoopError as error:
        say(request, str(error), tone="error")
    return SeeOther(f"{address_of_lead(lead_id)}#answers")
