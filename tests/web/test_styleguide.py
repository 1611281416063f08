"""The style guide and the frame around every page."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import include, path

from tests.make import make_person

urlpatterns = [path("", include("leadloop.web.urls")), path("accounts/", include("allauth.account.urls"))]


@pytest.fixture
def guide(client, db, settings):
    settings.ROOT_URLCONF = __name__
    client.force_login(make_person("Grace"))
    return client.get("/styleguide/").content.decode()


def test_styleguide_shows_every_component_without_leftovers(guide):
    assert re.findall(r".{0,60}(?:{{|<c-|c-slot|None</).{0,20}", guide) == []


def test_styleguide_holds_nothing_that_the_policy_forbids(guide):
    assert re.findall(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*(?:src=|application/json))', guide) == []


def test_every_id_is_there_once(guide):
    ids = re.findall(r'\sid="([^"]+)"', guide)
    assert sorted(ids) == sorted(set(ids))


def test_strangers_are_sent_to_sign_in(client, db, settings):
    settings.ROOT_URLCONF = __name__
    assert client.get("/styleguide/")["Location"] == "/accounts/login/?next=/styleguide/"


@pytest.mark.parametrize("page", ["400", "403", "403_csrf", "404", "413", "429", "500", "503"])
def test_error_pages_need_no_request(page):
    assert "Leadloop</title>" in render_to_string(f"{page}.html")


@pytest.mark.parametrize("page", ["login", "password/reset", "password/reset/done", "password/reset/key/done"])
def test_pages_of_the_entrance_open_for_strangers(client, db, settings, page):
    settings.ROOT_URLCONF = __name__
    answer = client.get(f"/accounts/{page}/")
    assert (answer.status_code, "entrance-card" in answer.content.decode()) == (200, True)
