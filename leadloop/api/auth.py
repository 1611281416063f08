"""Keys at the API's door."""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from leadloop.capture.keys import check_key
from leadloop.capture.senders import check_pace
from leadloop.db.clock import utc_now
from leadloop.intake.refusals import REFUSALS
from leadloop.web.problems import Problem


class KeyAuth(HttpBearer):
    """Lets a key in that may do `scope`; each scope is a security scheme of its own in the schema's text."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key; raises KeyUnknown, ScopeMissing or a Problem, which become 401, 403 and 429."""
        key = check_key(token, self.scope, now=utc_now())
        try:
            check_pace(key)
        except Problem as problem:
            REFUSALS.note("api", problem.code)
            raise
        return key
