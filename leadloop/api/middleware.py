"""Below /api/ every error is problem+json, also those that Django answers before or instead of an operation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from leadloop.api.problem_api import answer
from leadloop.web.problems import Problem

WORDS = {
    400: ("malformed", "The request is malformed."),
    404: ("not_found", "There is nothing here."),
    405: ("wrong_method", "This address does not take that method."),
}


class ApiProblems:
    """Rewords plain error pages; what is a problem already stays as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith("/api/v1/") or "json" in response.get("Content-Type", ""):
            return response
        code, detail = WORDS.get(response.status_code, ("error", "Something went wrong on our side."))
        problem = answer(Problem(response.status_code, code, detail), request)
        if "Allow" in response:
            problem["Allow"] = response["Allow"]
        return problem
