"""How fast each sender may ask: people at hosted forms by their address, programs at the API by their key."""

import json
from functools import partial
from time import monotonic

import pytest

from leadloop.capture import senders
from leadloop.capture.keys import new_key
from leadloop.intake.models import Submission
from leadloop.starter import FORM
from leadloop.web.pace import Pace
from tests.capture.test_form_door import ADA, form, fresh, hidden, post, published, quiet_refusals, refused
from tests.make import NOON, make_install

pytestmark = pytest.mark.django_db
__all__ = ["form", "quiet_refusals"]  # fixtures of the form door

STRANGER = {"REMOTE_ADDR": "81.2.69.160"}


@pytest.fixture
def two_a_minute(monkeypatch):
    monkeypatch.setattr(senders, "POSTS", Pace(2))


def test_who_posts_too_often_keeps_what_was_typed_and_may_send_it_later(client, form, two_a_minute, monkeypatch):
    for _ in range(2):
        post(client, {**fresh(client), "name": "", "email": "ada@analytical.test"}, **STRANGER)
    said = post(client, {**fresh(client, "?utm_source=ads"), **ADA, "ll_consent_0": "on"}, **STRANGER)

    assert (said.status_code, said["Retry-After"], Submission.objects.count()) == (429, "30", 0)
    page = said.content.decode()
    assert "Nothing is lost" in page
    assert ADA["email"] in page
    assert "checked" in page
    assert refused()["too_many_requests"] == 1
    assert post(client, {**hidden(said), **ADA}, REMOTE_ADDR="81.2.69.161").status_code == 200  # somebody else
    later = monotonic() + 31
    monkeypatch.setattr(senders, "monotonic", lambda: later)
    assert post(client, {**hidden(said), **ADA, "email": "b@analytical.test"}, **STRANGER).status_code == 200
    assert Submission.objects.count() == 1  # the page that was given back has one token


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        (["2a02:6b8::1", "2a02:6b8::2", "2a02:6b8::3:4"], 429),
        (["2a02:6b8::1", "2a02:6b8::2", "2a02:6b8:0:1::3"], 200),
        (["81.2.69.160", "::ffff:81.2.69.160", "81.2.69.160"], 429),
        (["127.0.0.1"] * 3, 200),
        (["10.0.0.1"] * 3, 200),
        (["unknown"] * 3, 200),
    ],
    ids=["one home", "two homes", "one written in two ways", "a proxy on this machine", "the house", "none"],
)
def test_a_sender_is_an_address_or_a_home_and_not_a_proxy(client, form, two_a_minute, addresses, last):
    answers = [post(client, {**fresh(client), **ADA}, REMOTE_ADDR=address).status_code for address in addresses]
    assert answers == [200, 200, last]


def test_programs_that_post_too_often_hear_how_long_to_wait(client, db, two_a_minute):
    make_install()
    published({**FORM, "json": True})
    send = partial(client.post, "/f/contact/", json.dumps({"fields": ADA}), content_type="application/json", **STRANGER)
    said = [send() for _ in range(3)][-1]
    assert (said.status_code, said["Retry-After"], said["Content-Type"]) == (429, "30", "application/problem+json")
    assert said.json()["code"] == "too_many_requests"
    assert refused() == {"too_many_requests": 1}


def test_looking_at_a_form_is_not_limited(client, form, two_a_minute):
    assert {client.get("/f/contact/", **STRANGER).status_code for _ in range(5)} == {200}


def test_a_key_that_calls_too_often_hears_how_long_to_wait(client, form, monkeypatch):
    monkeypatch.setattr(senders, "CALLS", Pace(2))
    secrets = [new_key(name, scopes=["leads:read"], source=None, author=None, now=NOON)[1] for name in ("one", "other")]
    mine, others = [{"authorization": f"Bearer {secret}"} for secret in secrets]
    said = [client.get("/api/v1/leads", headers=mine) for _ in range(3)]

    assert [one.status_code for one in said] == [200, 200, 429]
    assert (said[2]["Retry-After"], said[2]["Content-Type"], said[2].json()["code"]) == (
        "30",
        "application/problem+json",
        "too_many_requests",
    )
    assert client.get("/api/v1/leads", headers=others).status_code == 200
    assert refused() == {"too_many_requests": 1}
