"""The navigation: who sees which link, and which one is current."""

from types import ModuleType

import pytest
from django.http import HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver

from leadloop.templatetags.navigation import GROUPS, links_for


def page(request, *_):
    return HttpResponse()


def room(name: str, **routes: str) -> URLResolver:
    patterns: list[URLPattern] = [path(route, page, name=key) for key, route in routes.items()]
    return path("", include((patterns, name)))


@pytest.fixture
def rooms(settings):
    """A house in which only some rooms have pages yet."""
    urls = ModuleType("urls")
    urls.urlpatterns = [
        room("work", rail="", leads="leads/"),
        room("analytics", funnel="measure/", speed="measure/speed/"),
        room("teams", people="people/"),
    ]
    settings.ROOT_URLCONF = urls


def labels(role: str, where: str = "/") -> list[str]:
    return [link.label for group in links_for(role, path=where) for link in group.links]


def current(where: str) -> list[str]:
    return [link.url for group in links_for("admin", path=where) for link in group.links if link.current]


@pytest.mark.usefixtures("rooms")
def test_links_of_rooms_without_pages_are_left_out():
    assert labels("admin") == ["Rail", "Leads", "Funnel", "Speed", "People"]


@pytest.mark.usefixtures("rooms")
def test_links_follow_the_role():
    assert (labels("rep"), labels("")) == (["Rail", "Leads"], [])


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("/", ["/"]),
        ("/leads/", ["/leads/"]),
        ("/leads/7/", ["/leads/"]),
        ("/measure/speed/", ["/measure/speed/"]),
        ("/leadsheet/", []),
        ("/other/", []),
    ],
)
def test_the_longest_address_is_the_current_one(where, expected):
    assert current(where) == expected


def test_no_two_places_have_one_name_or_one_key():
    places = [place for group in GROUPS for place in group.places]
    keys = [place.key for place in places if place.key]
    assert len({place.label for place in places}) == len(places)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("where", "opened"), [("/settings/packs/mortgage/", ["Settings"]), ("/imports/", ["Capture"]), ("/score/", [])])
def test_a_folded_group_is_open_for_whoever_is_in_it(where, opened):
    assert [group.title for group in links_for("manager", path=where) if group.icon and group.current] == opened


def test_what_everybody_uses_daily_is_never_folded_away():
    assert [group.title for group in links_for("rep", path="/") if group.icon] == []
