"""People by their pages: added, changed, let go, let back in."""

import re

import pytest
from django.contrib.auth import authenticate
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop.routing.models import Desk
from leadloop.teams.models import User
from tests.make import make_install, make_person, make_rep
from tests.rules import client_of, said, signed_in

pytestmark = pytest.mark.django_db
NEW = {"email": "Zoe@Leadloop.test", "name": "Zoe", "role": "rep", "zone": "Europe/Berlin"}


@pytest.fixture
def max_():
    return signed_in("max", "manager")


def password_on(answer):
    return re.search(r'id="password">([^<]+)<', answer.content.decode())[1]


@pytest.mark.parametrize("role", ["rep", "marketer"])
def test_people_are_not_there_for_those_who_do_not_steer(role):
    client, ann = signed_in("mia", role), make_person("Ann")

    for url in ("/people/", "/people/new/", f"/people/{ann.pk}/"):
        assert client.get(url).status_code == 404
    for url in ("/people/new/", f"/people/{ann.pk}/deactivation/", f"/people/{ann.pk}/password/", f"/people/{ann.pk}/comeback/"):
        assert client.post(url, NEW).status_code == 404
    assert (User.objects.count(), User.objects.get(pk=ann.pk).is_active) == (2, True)


def test_a_new_person_signs_in_by_the_password_that_was_shown_once(max_):
    answer = max_.post("/people/new/", NEW)

    password = password_on(answer)
    assert answer.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert authenticate(email="zoe@leadloop.test", password=password).name == "Zoe"
    assert password not in max_.get("/people/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"email": "max@leadloop.test"}, {"email": "nobody"}, {"name": " "}, {"role": "admin"}, {"role": "owner"}, {"zone": "Mars/Base"}],
)
def test_a_person_that_does_not_stand_is_refused_with_what_was_typed(max_, wrong):
    answer = max_.post("/people/new/", NEW | wrong)

    assert (answer.status_code, User.objects.count(), "Europe/Berlin" in answer.content.decode()) == (422, 1, True)


def test_the_list_asks_as_much_for_three_people_as_for_one(max_):
    pool = make_install()
    found = []
    for names in (["Ann"], ["Ben", "Cleo"]):
        for name in names:
            make_rep(name, pool=pool)
        with CaptureQueriesContext(connection) as asked:
            max_.get("/people/")
        found.append(len(asked))
    assert found[0] == found[1] <= 7


def test_whoever_is_let_go_is_signed_out_at_once_and_may_come_back(max_):
    ann = make_rep("Ann", pool=make_install())
    client = client_of(ann)
    assert client.get("/profile/").status_code == 200

    max_.post(f"/people/{ann.pk}/deactivation/")
    assert client.get("/profile/").status_code == 302
    assert "Let back in" in max_.get("/people/").content.decode()

    max_.post(f"/people/{ann.pk}/comeback/")
    assert User.objects.get(pk=ann.pk).is_active


def test_nobody_lets_themselves_go_and_somebody_stays_who_steers(max_):
    max_row = User.objects.get(email="max@leadloop.test")
    ada = make_person("Ada", "admin")

    assert "yourself" in said(max_.post(f"/people/{max_row.pk}/deactivation/"))[-1]
    assert "Only an administrator" in said(max_.post(f"/people/{ada.pk}/deactivation/"))[-1]
    answer = client_of(ada).post(f"/people/{ada.pk}/", {"name": "Ada", "role": "manager", "zone": "UTC"})
    assert (answer.status_code, "the last one who can steer" in answer.content.decode()) == (422, True)
    assert set(User.objects.values_list("name", "role", "is_active")) == {("max", "manager", True), ("Ada", "admin", True)}


def test_a_manager_does_not_change_an_administrator(max_):
    ada = make_person("Ada", "admin", password="a long old password")

    page = max_.get(f"/people/{ada.pk}/").content.decode()
    max_.post(f"/people/{ada.pk}/", {"name": "Hacked", "role": "rep", "zone": "UTC"})
    max_.post(f"/people/{ada.pk}/password/")

    assert "Only an administrator can change an administrator" in page
    assert (User.objects.get(pk=ada.pk).name, authenticate(email="ada@leadloop.test", password="a long old password")) == ("Ada", ada)


def test_a_new_password_ends_every_session(max_):
    ann = make_person("Ann", password="a long old password")
    client = client_of(ann)

    password = password_on(max_.post(f"/people/{ann.pk}/password/"))

    assert client.get("/profile/").status_code == 302
    assert authenticate(email="ann@leadloop.test", password=password) == ann


def test_a_person_is_changed(max_):
    ann = make_person("Ann")

    max_.post(f"/people/{ann.pk}/", {"name": "Ann B.", "role": "marketer", "zone": "Asia/Tokyo"})

    assert User.objects.values_list("name", "role", "zone").get(pk=ann.pk) == ("Ann B.", "marketer", "Asia/Tokyo")


def test_everybody_changes_their_own_profile_but_not_their_role():
    ann = make_person("Ann")

    client_of(ann).post("/profile/", {"name": "Ann B.", "zone": "Asia/Tokyo", "role": "admin"})

    assert User.objects.values_list("name", "role", "zone").get(pk=ann.pk) == ("Ann B.", "rep", "Asia/Tokyo")


def test_the_profile_says_whether_leads_come(max_):
    ann = make_rep("Ann", pool=make_install())
    client = client_of(ann)
    assert "New leads come to you in turn" in client.get("/profile/").content.decode()

    Desk.objects.update(present=False)

    assert "nothing piles up" in client.get("/profile/").content.decode()
