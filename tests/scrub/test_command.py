"""`leadloop erase`, and the same by the API."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leadloop.capture import keys
from leadloop.db.clock import utc_now
from leadloop.leads.models import Lead
from leadloop.scrub.models import Erasure
from tests.make import make_install, make_lead

ZOE = {"name": "Zoe Quxley", "email": "zoe@quxley.example", "phone": "+14155550177"}


@pytest.fixture
def zoe(db) -> Lead:
    make_install()
    return make_lead(ZOE)


def run(*words: str) -> str:
    out = StringIO()
    call_command("erase", *words, stdout=out)
    return out.getvalue()


def test_without_yes_it_only_says_whom(zoe):
    assert f"This would erase 1 lead: [{zoe.pk}]" in run("--email", "Zoe@quxley.example")
    assert not Erasure.objects.exists()


@pytest.mark.parametrize(
    "whom", [["--email", "zoe@quxley.example"], ["--phone", "(415) 555-0177"], ["{pk}"]], ids=["mail", "phone", "lead"]
)
def test_it_erases_by_lead_address_or_number(zoe, whom):
    said = run(*(word.format(pk=zoe.pk) for word in whom), "--why", "r-1", "--delete", "--yes")

    zoe.refresh_from_db()
    assert ("Erased 1 lead; " in said, zoe.email, Erasure.objects.get().how) == (True, "", "deleted")


@pytest.mark.parametrize(
    "words", [[], ["--email", "nonsense"], ["424242", "--yes", "--why", "x"], ["--email", "a@b.example", "--yes"]], ids=str
)
def test_it_refuses_what_it_cannot_do(zoe, words):
    with pytest.raises(CommandError):
        run(*words)


@pytest.fixture
def ask(client, zoe):
    _, secret = keys.new_key(
        "p", scopes=["people:erase", "leads:read"], source=None, author=None, now=utc_now(), expires_at=utc_now() + timedelta(1)
    )

    def post(body: dict):
        return client.post(
            "/api/v1/erasures", json.dumps(body), content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
        )

    post.reasons = lambda: client.get("/api/v1/reasons", headers={"Authorization": f"Bearer {secret}"}).json()["reasons"]
    return post


def test_a_program_erases_by_address(ask, zoe):
    told = ask({"email": "zoe@quxley.example", "why": "r-2"}).json()

    zoe.refresh_from_db()
    assert (told["leads"], told["places"]["submissions"], zoe.email) == ([zoe.pk], 1, "")


@pytest.mark.parametrize(
    ("body", "status"),
    [({"why": "x"}, 422), ({"email": "nonsense", "why": "x"}, 422), ({"lead": 424242, "why": "x"}, 404), ({"lead": 1}, 422)],
)
def test_a_program_is_told_what_it_got_wrong(ask, body, status):
    assert ask(body).status_code == status


def test_a_program_reads_the_reasons(ask):
    assert {"end": "junk", "code": "spam", "label": "Spam", "needs_note": False, "revisit_days": None, "retired": False} in ask.reasons()
