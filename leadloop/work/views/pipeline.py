"""The board of opportunities, and their end."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leadloop import steps
from leadloop.db.clock import utc_now
from leadloop.kernel.errors import LeadLoopError
from leadloop.outcomes.models import Opportunity
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work.forms import AmountForm, LoseForm, WinForm
from leadloop.work.pipeline import board, lead_ids_of, visible_opportunities

FORMS = {"win": WinForm, "lose": LoseForm}
TITLES = {"win": ("Won", "trophy", "{name} is won"), "lose": ("Lost", "mood-sad", "Why was {name} lost?")}


@require_GET
@signed_in
def show_opportunities(request: HttpRequest) -> HttpResponse:
    """Columns of cards, or the same as a table."""
    columns = board(request.user, now=utc_now())  # type: ignore[arg-type]  # signed in
    as_table = request.GET.get("as") == "table"
    url = reverse("work:opportunities")
    tabs = [{"label": "Board", "url": url, "current": not as_table}, {"label": "Table", "url": f"{url}?as=table", "current": as_table}]
    context = {
        "columns": columns,
        "tabs": tabs,
        "empty": not any(column.count for column in columns),
        "cards": [card for column in columns for card in column.cards],
        "may_close": request.user.role != "marketer",  # type: ignore[union-attr]  # signed in
    }
    return render(request, "work/opportunities_table.html" if as_table else "work/opportunities.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def close_opportunity(request: HttpRequest, deal_id: int, step: str) -> HttpResponse:
    """GET asks for the amount or the reason, POST closes by the lead's own step."""
    deal = get_object_or_404(visible_opportunities(request.user), pk=deal_id)  # type: ignore[arg-type]  # signed in
    lead_id = lead_ids_of([deal.pk]).get(deal.pk)
    if lead_id is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = FORMS[step](posted, initial=AmountForm.initial_of(deal.amount_cents, deal.currency))
    if request.method == "GET" or not form.is_valid():
        return _ask(request, deal, step, form)
    actor = steps.by(request.user, now=utc_now())  # type: ignore[arg-type]  # signed in
    try:
        if isinstance(form, WinForm):
            cents = form.amount_cents
            steps.win([lead_id], actor, amount_cents=cents, currency="" if cents is None else form.cleaned_data["currency"]).or_raise()
            say(request, f"{deal.name} is won. Well done.")
        else:
            steps.lose([lead_id], actor, reason=form.cleaned_data["reason"]).or_raise()
            say(request, f"{deal.name} is lost.", undo=reverse("work:reopen", args=[lead_id]))
    except LeadLoopError as error:
        say(request, str(error), tone="error")
    return SeeOther(reverse("work:opportunities"))


def _ask(request: HttpRequest, deal: Opportunity, step: str, form: WinForm | LoseForm) -> HttpResponse:
    title, icon, question = TITLES[step]
    context = {
        "deal": deal,
        "form": form,
        "title": title,
        "icon": icon,
        "question": question.format(name=deal.name),
        "url": reverse(f"work:opportunity_{step}", args=[deal.pk]),
        "amounts": step == "win",
    }
    template = "work/_opportunity_close.html" if request.htmx else "work/opportunity_close.html"  # type: ignore[attr-defined]  # set by a library
    return render(request, template, context, status=422 if form.is_bound else 200)
