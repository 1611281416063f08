"""What tests of rule pages share: somebody at a browser, and the stamp that a form carries."""

import re
from typing import Any

from django.test import Client

from leadloop.teams.models import User
from tests.make import make_person


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def signed_in(name: str, role: str) -> Client:
    """A browser at which somebody new of this role has signed in."""
    return client_of(make_person(name, role))


def seen(client: Client, url: str) -> str:
    """The stamp of the draft as the page at `url` shows it."""
    found = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())
    assert found, url
    return found[1]


def criteria(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """One row of the condition builder as a browser sends it."""
    row = {"c-match": "all", "c-0-field": field, "c-0-op": op}
    return row if value is None else {**row, "c-0-value": value}


def said(response: Any) -> list[str]:
    """What the answer to a change tells the person."""
    return [str(message) for message in response.wsgi_request._messages]
