"""Signing in, and what of the library's pages there is: no strangers in, nothing told of who exists, no session outlives a role."""

import logging
import re
import smtplib

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from leadloop.teams import actions
from tests.make import make_install, make_person

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LINK = re.compile(r"https?://[^/\s]+/accounts/\S+")


class NoServer(EmailBackend):
    """An install without a mail server."""

    def send_messages(self, messages):
        raise ConnectionRefusedError


class BadServer(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected


def signed_in(email: str) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": email, "password": PASSWORD}).status_code == 302
    return client


@pytest.mark.parametrize("backend", ["NoServer", "BadServer"])
@pytest.mark.parametrize("address", ["ann@leadloop.test", "nobody@leadloop.test"])
def test_without_mail_a_forgotten_password_is_said_to_be_a_managers_matter(settings, caplog, backend, address):
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"
    make_person("Ann", password=PASSWORD)

    with caplog.at_level(logging.WARNING):
        answer = Client().post("/accounts/password/reset/", {"email": address})

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "A manager can give you a new password." in answer.content.decode()
    assert address not in caplog.text


def test_the_link_in_a_letter_is_on_the_installs_own_address(settings):
    settings.ALLOWED_HOSTS, settings.PUBLIC_URL = ["leads.example", "other.example"], "https://leads.example"
    ann = make_person("Ann", password=PASSWORD)

    Client(headers={"host": "other.example"}).post("/accounts/password/reset/", {"email": ann.email})

    [letter] = mail.outbox
    [link] = LINK.findall(letter.body)
    assert link.startswith("https://leads.example/accounts/password/reset/key/")
    assert Client(headers={"host": "leads.example"}).get(link.removeprefix("https://leads.example")).status_code == 302


@pytest.mark.parametrize(
    "path", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/a-b/", "/accounts/login/code/confirm/"]
)
def test_nobody_changes_the_address_that_they_sign_in_with(path):
    ann = make_person("Ann", password=PASSWORD)
    client = signed_in(ann.email)

    assert client.get(path).status_code == 404
    assert client.post(path, {"email": "elsewhere@leadloop.test", "action_add": ""}).status_code == 404


def test_a_session_ends_with_the_role_it_began_in():
    ann, mia = make_person("Ann", password=PASSWORD), make_person("Mia", "manager")
    client = signed_in(ann.email)
    assert client.get("/profile/").status_code == 200

    actions.change_person(ann, name="Ann", role="marketer", zone="UTC", by=mia)

    assert client.get("/profile/").status_code == 302


def test_a_session_outlives_another_name():
    ann, mia = make_person("Ann", password=PASSWORD), make_person("Mia", "manager")
    client = signed_in(ann.email)
    actions.change_person(ann, name="Anna", role="rep", zone="UTC", by=mia)
    assert client.get("/profile/").status_code == 200


def test_pages_of_people_who_are_signed_in_stay_in_no_cache():
    make_install()
    client = signed_in(make_person("Ann", "manager", password=PASSWORD).email)

    for path in ("/", "/leads/", "/leads/export/", "/measure/funnel/csv/"):
        assert client.get(path)["Cache-Control"] == "no-store, private", path
    assert "no-store" in client.get("/people/new/")["Cache-Control"]
