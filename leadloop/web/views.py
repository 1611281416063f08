"""The style guide: every component once, with its states."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leadloop.db.clock import utc_now
from leadloop.web import samples
from leadloop.web.access import signed_in


@require_safe
@signed_in
def show_styleguide(request: HttpRequest) -> HttpResponse:
    """No queries beyond the session's: everything shown is made up."""
    if "toast" in request.GET:
        messages.success(request, "Ada Lovelace is yours.", extra_tags="undo:/styleguide/")
    return render(request, "styleguide/page.html", samples.everything(now=utc_now()))
