"""Every operation of the OpenAPI document against a real server: whatever is sent, never a 5xx, and answers as the document says."""

import contextlib
import json
import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import InvalidArgument, Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from leadloop.api.main import api
from tests.serving import HOST, Install, install

EXAMPLES = int(os.environ.get("LEADLOOP_FUZZ_EXAMPLES", "60"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def server() -> Iterator[Install]:
    with install() as one:
        one.secret = one.prepare()
        one.start()
        for number in range(30):  # something to find and to work on
            one.ask(
                "POST", "/api/v1/leads", b'{"name": "Ada", "email": "ada%d@engines.com"}' % number, Authorization=f"Bearer {one.secret}"
            )
        yield one


DOCUMENT = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))
OPERATIONS = pytest.mark.parametrize("operation", [found.ok() for found in DOCUMENT.get_all_operations()], ids=lambda one: one.label)


def fuzz(operation, send, *, examples: int) -> None:
    """Call `send` with requests of this operation, valid and nearly so; the same ones each time, unless a number is asked for."""
    how = settings(
        max_examples=examples,
        deadline=None,
        derandomize="LEADLOOP_FUZZ_EXAMPLES" not in os.environ,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        with contextlib.suppress(Unsatisfiable, InvalidArgument):  # nothing can be wrong with a request without parameters
            how(given(case=operation.as_strategy(generation_mode=mode))(send))()


@OPERATIONS
def test_whatever_is_sent_the_answer_is_as_documented(operation, server):
    def send(case) -> None:
        case.call_and_validate(
            base_url=f"http://{HOST}:{server.port}", headers={"Authorization": f"Bearer {server.secret}"}, checks=CHECKS, timeout=20
        )

    fuzz(operation, send, examples=EXAMPLES)


@OPERATIONS
def test_without_a_key_every_operation_says_401(operation, server):
    def send(case) -> None:
        said = case.call(base_url=f"http://{HOST}:{server.port}", headers={"Authorization": "Bearer wrong"}, timeout=20)
        assert said.status_code == 401, said.text

    fuzz(operation, send, examples=5)
