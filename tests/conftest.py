"""What every test may ask for, and the marker that a test's folder gives it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
LANES = ("browser", "faults", "fuzz")


def pytest_configure() -> None:
    """Every `Client()` loads the middleware, and WhiteNoise then looks at every static file: here only when one is asked for."""
    from django.conf import settings  # noqa: PLC0415 - once pytest-django knows which

    settings.WHITENOISE_AUTOREFRESH = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        parts = item.path.relative_to(ROOT).parts
        if len(parts) > 1 and parts[1] in LANES:
            item.add_marker(parts[1])


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """In place of pytest-django's: copied tables instead of migrated ones, and a test that commits is cleared up after quickly."""
    from django.db import connection  # noqa: PLC0415 - only once Django is set up
    from django.test import TransactionTestCase  # noqa: PLC0415 - as above

    from tests import tables  # noqa: PLC0415 - as above

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), tables.in_use(connection):
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: tables.empty(connection))
        with django_db_blocker.block():
            yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The recorded sets of leads: too big and too foreign to ship, so they lie beside the checkout."""
    folder = Path(os.environ.get("LEADLOOP_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        absent = f"no recorded leads at {folder}; set LEADLOOP_SHARED_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    return folder


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    """Published rules are kept by epoch and tallied doors for good; each test begins at the same epoch with no door."""
    from leadloop import loop  # noqa: PLC0415 - only once Django is set up
    from leadloop.consent import suppression  # noqa: PLC0415 - as above
    from leadloop.intake import actions as intake  # noqa: PLC0415 - as above
    from leadloop.leads import fields  # noqa: PLC0415 - as above
    from leadloop.leads.temperature import thermometer  # noqa: PLC0415 - as above
    from leadloop.learning import actions as learning  # noqa: PLC0415 - as above
    from leadloop.outcomes import junk  # noqa: PLC0415 - as above
    from leadloop.qualification import answering  # noqa: PLC0415 - as above
    from leadloop.routing import actions as routing  # noqa: PLC0415 - as above
    from leadloop.scoring import actions as scoring  # noqa: PLC0415 - as above
    from leadloop.segments import actions as segments  # noqa: PLC0415 - as above
    from leadloop.worktime import setup as worktime  # noqa: PLC0415 - as above

    intake._tallied.clear()
    rules = (
        routing.published_route,
        scoring.published_models,
        scoring.published_definition,
        scoring.published_gate,
        scoring.agreed,
        thermometer,
        segments.published_segments,
        learning.cards_in_force,
        answering.published_frameworks,
    )
    declared = (fields.ever_declared, fields.declared, fields.catalogue, fields.known)
    for kept in (worktime._setup, loop._asked, suppression.in_use, junk.published_rules, *rules, *declared):
        kept.cache_clear()
