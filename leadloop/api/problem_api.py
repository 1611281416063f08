"""A NinjaAPI whose every error is problem+json, and whose OpenAPI says so for every operation."""

import logging
import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from leadloop.db.outages import OUTAGES, refusal_of
from leadloop.kernel.errors import LeadLoopError
from leadloop.web.problems import CONTENT_TYPE, SCHEMA, Problem

log = logging.getLogger("leadloop.api")
DOCUMENTED = {
    400: "Malformed request",
    401: "Missing or wrong key",
    403: "The key lacks the scope",
    404: "No such thing",
    409: "Does not fit the present state",
    413: "Too large",
    415: "Not JSON",
    422: "Not valid; `errors` names the fields",
    429: "Too many requests",
    500: "Our fault",
    503: "Busy; see Retry-After",
}


class ProblemApi(NinjaAPI):
    """Adds the error answers to each operation of the schema."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(*args, **kwargs)
        schema["components"].setdefault("schemas", {})["Problem"] = SCHEMA
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, text in DOCUMENTED.items():
                    content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
                    operation["responses"].setdefault(str(status), {"description": text, "content": content})
        return schema


def answer(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The problem as a response."""
    request_id = getattr(request, "request_id", "")
    response = HttpResponse(problem.body(request_id), status=problem.status, content_type=CONTENT_TYPE)
    if problem.retry_after is not None:
        response["Retry-After"] = str(problem.retry_after)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def add_handlers(api: NinjaAPI) -> None:
    """Turn what views and ninja raise into problems."""

    def of_problem(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(error, request)

    def of_refusal(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(Problem.of(error), request)

    def of_outage(request: HttpRequest, error: Any) -> HttpResponse:
        log.error("the store did not answer", exc_info=error)
        return answer(Problem.of(refusal_of(error)), request)

    def of_schema(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(Problem(422, "invalid", "The request is not valid.", errors=_fields(error.errors)), request)

    def of_http(request: HttpRequest, error: Any) -> HttpResponse:
        code = "malformed_json" if error.status_code == 400 else "error"
        return answer(Problem(error.status_code, code, str(error)), request)

    def of_nothing(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(Problem(404, "not_found", "There is nothing here."), request)

    def of_stranger(request: HttpRequest, error: Any) -> HttpResponse:
        return answer(Problem(401, "key_unknown", "The API key is missing, wrong, expired or revoked."), request)

    handlers: list[tuple[type[Exception], Any]] = [
        (Problem, of_problem),
        (LeadLoopError, of_refusal),
        *((kind, of_outage) for kind in OUTAGES),
        (ValidationError, of_schema),
        (HttpError, of_http),
        (Http404, of_nothing),
        (AuthenticationError, of_stranger),
    ]
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)


def _fields(errors: list[dict[str, Any]]) -> dict[str, str]:
    """Messages by path, without the name of the parameter that ninja puts in front of body fields."""
    found = {}
    for error in errors:
        parts = [part for part in error["loc"][1:] if part != "payload"]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
        found[re.sub(r"[^\w.\[\]-]", "?", path)[:200] or "body"] = str(error["msg"])
    return found
