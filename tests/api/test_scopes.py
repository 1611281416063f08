"""Every operation of the API, by its document: no key 401, a key that lacks the scope 403, each as problem+json; nothing else is open."""

import pytest
from django.test import Client

from leadloop.api.main import api
from leadloop.capture import keys
from leadloop.capture.domain.scopes import SCOPES
from tests.make import NOON, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db


SCOPE_OF = {
    "send_leads": "leads:write",
    "list_leads": "leads:read",
    "get_lead": "leads:read",
    "list_touches": "leads:read",
    "explain_routing": "leads:read",
    "get_submission": "leads:read",
    "take_steps": "steps:write",
    "report_funnel": "reports:read",
    "report_speed": "reports:read",
    "report_people": "reports:read",
    "report_agreement": "reports:read",
    "list_reasons": "leads:read",
    "erase_person": "people:erase",
    "list_segments": "segments:read",
    "list_members": "segments:read",
    "say_members": "segments:write",
    "why_member": "segments:read",
    "list_absences": "absences:read",
    "add_absence": "absences:write",
    "end_absence": "absences:write",
    "create_simulation": "reports:read",
    "get_simulation": "reports:read",
}
"""What each operation asks for: one that is new has to be written down here."""


def operations() -> list[tuple[str, str, str]]:
    """(method, path, the scope it should ask for) of all."""
    paths = api.get_openapi_schema()["paths"]
    return [
        (method, path, SCOPE_OF.get(one["operationId"], one["operationId"]))
        for path, methods in paths.items()
        for method, one in methods.items()
    ]


OPERATIONS = pytest.mark.parametrize(("method", "path", "scope"), operations(), ids=lambda one: one)


def ask(method: str, path: str, client: Client | None = None, **headers: str):
    address = path.replace("{name}", "x")
    for part in ("{lead}", "{submission}", "{erasure}", "{scrub}", "{absence_id}", "{number}"):
        address = address.replace(part, "1")
    assert "{" not in address, address
    return (client or Client(headers=headers)).generic(method.upper(), address, b"{}", content_type="application/json")


def key(*scopes: str) -> str:
    keys._cache.clear()
    return "Bearer " + keys.new_key("Program", scopes=list(scopes), source=None, author=None, now=NOON)[1]


def test_every_operation_is_known_with_its_scope():
    assert [path for _, path, scope in operations() if scope not in SCOPES] == []
    assert len(operations()) == len(SCOPE_OF)


@OPERATIONS
def test_without_a_key_there_is_nothing(method, path, scope):
    make_install()
    lead = make_lead({"name": "Ada Lovelace", "email": "ada@x.io"})
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}):
        answer = ask(method, path.replace("{lead}", str(lead.pk)), **headers)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert "Ada" not in answer.content.decode()


@OPERATIONS
def test_a_key_with_every_other_scope_is_refused(method, path, scope):
    make_install()
    lead = make_lead({"name": "Ada Lovelace", "email": "ada@x.io"})

    answer = ask(method, path.replace("{lead}", str(lead.pk)), Authorization=key(*(one for one in SCOPES if one != scope)))

    assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (403, "application/problem+json", "scope_missing")


@OPERATIONS
def test_an_administrator_without_a_key_opens_nothing(method, path, scope):
    client = Client()
    client.force_login(make_person("Ida", "admin"))
    assert ask(method, path, client).status_code == 401


@OPERATIONS
def test_the_scope_alone_opens_it(method, path, scope):
    assert ask(method, path, Authorization=key(scope)).status_code not in (401, 403)
