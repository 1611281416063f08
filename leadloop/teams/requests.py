"""Requests as guarded views get them: somebody is signed in, and htmx may have asked."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from leadloop.teams.models import User


class SignedInRequest(HttpRequest):
    """What `web.access` lets through; for types only, Django makes the plain kind."""

    user: User
    htmx: HtmxDetails
