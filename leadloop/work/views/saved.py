"""Saved views of the list: save, rename, delete, and take a deletion back."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_POST

from leadloop.db.clock import utc_now
from leadloop.kernel.errors import Refused
from leadloop.web.access import signed_in
from leadloop.web.returning import SeeOther, say
from leadloop.work import saved_views
from leadloop.work.asking import asked_by
from leadloop.work.forms_lists import ViewForm

UNDO = "view_undo"


@require_POST
@signed_in
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows under a name."""
    asked = asked_by(request.user, dict(QueryDict(request.POST.get("query", "")[:30_000]).lists()))  # type: ignore[arg-type]  # signed in
    form = ViewForm(request.POST)
    if not form.is_valid():
        say(request, "Give the view a name of at most 80 characters.", tone="error")
        return SeeOther(reverse("work:leads") + asked.address())
    given = form.cleaned_data
    try:
        view = saved_views.save_view(request.user, asked, name=given["name"], shared=given["shared"], now=utc_now())  # type: ignore[arg-type]  # signed in
    except Refused as error:
        say(request, str(error), tone="error")
    else:
        say(request, f"Saved as “{view.name}”.")
    return SeeOther(reverse("work:leads") + asked.address())


@require_POST
@signed_in
def rename_view(request: HttpRequest, view_id: int) -> HttpResponse:
    form = ViewForm(request.POST)
    if not form.is_valid():
        say(request, "Give the view a name of at most 80 characters.", tone="error")
        return SeeOther(reverse("work:leads"))
    view = saved_views.rename_view(request.user, view_id, name=form.cleaned_data["name"])  # type: ignore[arg-type]  # signed in
    say(request, f"The view is called “{view.name}” now.")
    return SeeOther(reverse("work:leads") + asked_by(request.user, view.query).address())  # type: ignore[arg-type]  # signed in


@require_POST
@signed_in
def delete_view(request: HttpRequest, view_id: int) -> HttpResponse:
    kept = saved_views.delete_view(request.user, view_id)  # type: ignore[arg-type]  # signed in
    request.session[UNDO] = kept
    say(request, f"The view “{kept['name']}” is gone.", undo=reverse("work:restore_view"))
    return SeeOther(reverse("work:leads"))


@require_POST
@signed_in
def restore_view(request: HttpRequest) -> HttpResponse:
    kept = request.session.pop(UNDO, None)
    if kept is None:
        raise Http404
    saved_views.restore_view(kept, now=utc_now())
    say(request, f"“{kept['name']}” is back.")
    return SeeOther(reverse("work:leads") + asked_by(request.user, kept["query"]).address())  # type: ignore[arg-type]  # signed in
