"""Around every page: an id for each request, and refusals turned into answers."""

import logging
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from leadloop.db.outages import OUTAGES, refusal_of
from leadloop.kernel.errors import LeadLoopError, Unavailable

log = logging.getLogger("leadloop.pages")
Answer = Callable[[HttpRequest], HttpResponse]


class RequestIds:
    """Gives each request an id that its answer, its error page and its log lines carry."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex[:16]  # type: ignore[attr-defined]  # ours
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]  # ours
        return response


class PrivatePages:
    """What a signed-in person sees is kept by no cache, and not shown again from the browser's own after they sign out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response


class Refusals:
    """Renders what a verb refused as a page with its status and, where it helps, when to come back."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OUTAGES):
            log.error("the store did not answer", exc_info=error)
            error = refusal_of(error)
            response = HttpResponse(render_to_string("web/refused.html", {"error": error, "status": error.status}), status=error.status)
        elif isinstance(error, LeadLoopError):
            response = render(request, "web/refused.html", {"error": error, "status": error.status}, status=error.status)
        else:
            return None
        if isinstance(error, Unavailable):
            response["Retry-After"] = str(error.retry_after)
        return response
