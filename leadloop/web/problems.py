"""Errors of the API as RFC 9457 problem+json: what went wrong, where, and under which request id."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from leadloop.kernel.errors import LeadLoopError, Unavailable

CONTENT_TYPE = "application/problem+json"
_encode = msgspec.json.Encoder().encode


class Problem(Exception):
    """An answer that is an error: status, stable code, and messages by field (`leads[3].email`)."""

    def __init__(
        self, status: int, code: str, detail: str, *, errors: Mapping[str, str] | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors = dict(errors or {})
        self.retry_after = retry_after

    @classmethod
    def of(cls, error: LeadLoopError) -> "Problem":
        """The same refusal, for a program."""
        return cls(
            error.status,
            error.code,
            str(error),
            errors=error.errors,
            retry_after=error.retry_after if isinstance(error, Unavailable) else None,
        )

    def body(self, request_id: str) -> bytes:
        """The document; see `SCHEMA` for its shape."""
        document: dict[str, Any] = {
            "type": f"urn:leadloop:problem:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "request_id": request_id,
        }
        if self.errors:
            document["errors"] = self.errors
        return _encode(document)


SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
