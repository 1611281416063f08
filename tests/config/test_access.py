"""Every address of the product says who may open it, or stands on a short list of those that are for everybody."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from leadloop.web.access import EVERYBODY
from tests.make import make_install, make_person

PUBLIC = ("livez", "readyz", "metrics", "f/", "api/")
"""Doors for strangers, and what monitoring and programs ask; the API checks keys itself."""
SIGNING_IN = ("allauth.account.", "leadloop.web.accounts")
"""Modules of the views for signing in, which share `accounts/` with pages of the desk."""
EXAMPLES = {"": "a", "slug": "a", "str": "a", "path": "a", "uuid": "00000000-0000-0000-0000-000000000000"}
"""By kind of parameter; all others are numbers."""


def views(patterns=None, prefix: str = "") -> list[tuple[str, object]]:
    """(path with examples for its parameters, view) of every route."""
    found = []
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found += views(one.url_patterns, route)
        elif isinstance(one, URLPattern):
            found.append((route, one.callback))
    return found


ROUTES = views()
PRIVATE = [
    (route, view)
    for route, view in ROUTES
    if not route.removeprefix("^").startswith(PUBLIC) and not getattr(view, "view_class", view).__module__.startswith(SIGNING_IN)
]


def example(route: str) -> str:
    """A path that the route takes."""
    while "<" in route:
        before, _, rest = route.partition("<")
        inside, _, after = rest.partition(">")
        route = before + EXAMPLES.get(inside.rpartition(":")[0], "1") + after
    return "/" + route.removeprefix("^").removesuffix("$")


def test_every_private_view_names_the_roles_that_may_open_it():
    nameless = sorted(route for route, view in PRIVATE if not getattr(view, "allowed_roles", None))
    assert nameless == []


def test_the_roles_that_are_named_exist():
    named = {role for _, view in PRIVATE for role in getattr(view, "allowed_roles", ())}
    assert named <= set(EVERYBODY)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_nothing_of_any_private_address(method):
    make_install()
    client = Client(raise_request_exception=True)
    seen = {example(route): getattr(client, method)(example(route)).status_code for route, _ in PRIVATE}
    assert {path: status for path, status in seen.items() if status not in (301, 302, 303, 401, 403, 404, 405)} == {}


@pytest.mark.django_db
def test_who_is_not_of_the_named_roles_finds_nothing():
    make_install()
    wrong = []
    for role in EVERYBODY:
        client = Client()
        client.force_login(make_person(f"The{role}", role))
        for route, view in PRIVATE:
            allowed = getattr(view, "allowed_roles", EVERYBODY)
            if role not in allowed:
                status = client.get(example(route)).status_code
                if status not in (404, 405):
                    wrong.append((role, route, status))
    assert wrong == []


@pytest.mark.django_db
def test_no_private_address_changes_anything_when_it_is_only_looked_at():
    """GET and HEAD of an address that changes things is refused, whoever asks."""
    make_install()
    client = Client()
    client.force_login(make_person("Root", "admin"))
    statuses = {example(route): client.head(example(route)).status_code for route, _ in PRIVATE}
    assert {path: status for path, status in statuses.items() if status >= 500} == {}
