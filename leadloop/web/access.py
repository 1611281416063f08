"""Who may open a page: a decorator that every view of the product carries."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
EVERYBODY = ("rep", "marketer", "manager", "admin")


def roles(*allowed: str) -> Callable[[View], View]:
    """Only signed-in people of these roles; for others the page does not exist. Marks the view for the inventory test."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.role not in allowed:  # type: ignore[union-attr]  # signed in, one line above
                raise Http404
            return view(request, *args, **kwargs)

        guarded.allowed_roles = allowed  # type: ignore[attr-defined]  # read by the inventory test
        return guarded

    return wrap


signed_in = roles(*EVERYBODY)
