"""What the tests of the doors share."""

import pytest

from leadloop.leads.temperature import thermometer
from leadloop.routing.actions import published_route
from leadloop.scoring.actions import published_definition, published_models
from leadloop.segments.actions import published_segments


@pytest.fixture(autouse=True)
def _rules_of_this_test() -> None:
    """Compiled rules are kept by epoch, and each test begins with the same one."""
    for kept in (published_route, published_models, published_definition, thermometer, published_segments):
        kept.cache_clear()


@pytest.fixture(autouse=True)
def _uploads_of_this_test(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"
