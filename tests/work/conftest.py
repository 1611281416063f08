"""The desk's people: two reps with seats, a manager, a marketer, and their browsers."""

import pytest
from django.test import Client

from leadloop.leads.models import Lead, Standing
from leadloop.leads.temperature import thermometer
from leadloop.routing.actions import published_route
from leadloop.routing.models import Pool
from leadloop.scoring.actions import published_definition, published_models
from leadloop.segments.actions import published_segments
from leadloop.teams.models import User
from tests.make import make_install, make_lead, make_person, make_rep


@pytest.fixture(autouse=True)
def _rules_of_this_test() -> None:
    """Compiled rules are kept by epoch, and each test begins with the same one."""
    for kept in (published_route, published_models, published_definition, thermometer, published_segments):
        kept.cache_clear()


@pytest.fixture
def pool(db) -> Pool:
    return make_install()


@pytest.fixture
def ann(pool) -> User:
    """The only rep who is there: every lead is hers."""
    return make_rep("Ann", pool=pool)


@pytest.fixture
def bob(pool) -> User:
    """A rep without a seat: no lead of others is his to see."""
    return make_rep("Bob")


@pytest.fixture
def mia(pool) -> User:
    return make_person("Mia", "manager")


@pytest.fixture
def manager(db) -> User:
    """Of an install without leads, rules and pools."""
    return make_person("Maya", "manager")


@pytest.fixture
def page(manager) -> Client:
    """The manager's browser."""
    return signed_in(manager)


@pytest.fixture
def lead(ann) -> Lead:
    """One of Ann's."""
    return make_lead()


def signed_in(person: User, **headers: str) -> Client:
    """A browser in which the person has signed in."""
    client = Client(headers=headers)
    client.force_login(person)
    return client


def on_rail(person: User) -> Client:
    """The same, as htmx asks from the rail."""
    return signed_in(person, **{"HX-Request": "true", "HX-Current-URL": "http://testserver/"})


def standing_of(lead: Lead) -> Standing:
    return Standing.objects.get(pk=lead.pk)
