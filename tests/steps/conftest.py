"""An install with Ann, whose every lead is, and proof after each step that all books agree."""

from datetime import timedelta

import pytest

from leadloop.leads.models import Lead, Standing
from leadloop.routing.models import Pool, Route
from leadloop.steps import Steps
from leadloop.teams.models import User
from tests.make import NOON, make_install, make_lead, make_rep
from tests.proofs import everything_holds, publish_rules

LATER = NOON + timedelta(hours=2)


@pytest.fixture(autouse=True)
def always_proved(db):
    """Whatever a test does, `leadloop verify` finds nothing afterwards."""
    yield
    assert everything_holds() == []


@pytest.fixture
def pool() -> Pool:
    return make_install()


@pytest.fixture
def ann(pool) -> User:
    return make_rep("Ann", pool=pool)


@pytest.fixture
def lead(ann) -> Lead:
    return make_lead({"name": "Ada Lovelace", "email": "ada@engines.com", "company": "Engines"})


def standing_of(lead: Lead) -> Standing:
    return Standing.objects.get(pk=lead.pk)


def only(step: Steps, lead: Lead) -> type:
    """The kind of refusal that this lead met."""
    assert (step.done, list(step.refused)) == ([], [lead.pk])
    return type(step.refused[lead.pk])


def let_leads_wait(pool: Pool) -> None:
    """From now on leads wait in the pool to be claimed."""
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "wait"}})
