"""Who may send a long body: asked before a byte of it is read, so that strangers fill no disk."""

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.http.cookie import parse_cookie

from leadloop.capture.views_imports import show_imports
from leadloop.db.outages import store_needed
from leadloop.kernel.errors import Unavailable


def may_upload(cookies: str) -> bool:
    """Whether these cookies are those of a session whose person may import; not while the store does not answer. Two queries."""
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
    try:
        person = store_needed(lambda: get_user(request))
    except Unavailable:
        return False
    return getattr(person, "role", "") in show_imports.allowed_roles  # type: ignore[attr-defined]  # set by its decorator
