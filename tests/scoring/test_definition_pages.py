"""The definition by its pages: an agreement that two sides sign."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import loop
from leadloop.db.clock import utc_now
from leadloop.db.versions import Status
from leadloop.leads.models import Standing
from leadloop.scoring.models import Definition
from tests.make import make_install, make_lead, make_leads, make_person
from tests.rules import client_of, criteria, said, seen, signed_in

pytestmark = pytest.mark.django_db
TEXT = "A qualified lead has given us a phone number that works."
PAGES = [
    "/agreement/",
    "/agreement/new/",
    "/agreement/terms/mql/",
    "/agreement/terms/mql/draft/",
    "/agreement/terms/mql/preview/",
    "/agreement/terms/mql/versions/",
    "/agreement/terms/mql/versions/1/",
]
READ_BY_ALL = ("/agreement/", "/agreement/terms/mql/", "/agreement/terms/mql/versions/", "/agreement/terms/mql/versions/1/")


@pytest.fixture(autouse=True)
def pool():
    return make_install()


@pytest.fixture
def mia():
    client = signed_in("mia", "marketer")
    client.post("/agreement/terms/mql/draft/start/")
    return client


@pytest.fixture
def max_():
    return signed_in("max", "manager")


def draft():
    return Definition.objects.get(status=Status.DRAFT)


def write(client, **more):
    given = {
        "title": "Marketing qualified lead",
        "text": TEXT,
        "sla_minutes": 10,
        "seen": seen(client, "/agreement/terms/mql/draft/"),
        **criteria("phone", "is_not_blank"),
        **more,
    }
    return client.post("/agreement/terms/mql/draft/", given)


def sign(client, side):
    return client.post(f"/agreement/terms/mql/draft/signatures/{side}/", {"seen": seen(client, "/agreement/terms/mql/draft/")})


def publish(client, scope="new"):
    return client.post("/agreement/terms/mql/publication/", {"seen": seen(client, "/agreement/terms/mql/preview/"), "scope": scope})


def signed():
    return {side: by["name"] for side, by in draft().spec.get("signatures", {}).items()}


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_for_those_who_make_rules_with_a_constant_number_of_questions(page, mia):
    counts = []
    for number in (1, 2):
        make_leads(number)
        with CaptureQueriesContext(connection) as asked:
            assert mia.get(page).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 14
    assert (signed_in("ann", "rep").get(page).status_code == 200) is (page in READ_BY_ALL)


def test_an_agreement_takes_effect_when_both_sides_signed(mia, max_):
    write(mia)
    assert signed() == {}
    assert "Nobody has signed for marketing" in said(publish(mia))[-1]
    sign(mia, "marketing")
    assert "Nobody has signed for sales" in said(publish(mia))[-1]
    sign(max_, "sales")
    assert signed() == {"marketing": "mia", "sales": "max"}

    publish(mia)

    row = Definition.objects.published().get()
    assert (row.version, row.spec["text"], row.spec["sla_minutes"]) == (2, TEXT, 10)


def test_every_change_takes_the_signatures_off_and_saving_the_same_does_not(mia, max_):
    write(mia)
    sign(max_, "sales")
    write(mia)
    assert signed() == {"sales": "max"}

    write(mia, sla_minutes=11)
    assert signed() == {}


@pytest.mark.parametrize(
    ("role", "side", "expected"),
    [
        ("marketer", "sales", {}),
        ("manager", "marketing", {}),
        ("admin", "sales", {"sales": "zoe"}),
        ("admin", "marketing", {"marketing": "zoe"}),
    ],
)
def test_each_side_is_signed_by_its_own_role(mia, role, side, expected):
    write(mia)

    sign(signed_in("zoe", role), side)

    assert signed() == expected


def test_nobody_signs_for_both_sides(mia):
    write(mia)
    ada = signed_in("ada", "admin")
    sign(ada, "sales")

    answer = sign(ada, "marketing")

    assert (signed(), said(answer)[-1]) == ({"sales": "ada"}, "You signed for the other side; an agreement takes two people.")


def test_a_signature_is_for_the_text_that_was_seen(mia, max_):
    write(mia)
    stamp = seen(max_, "/agreement/terms/mql/draft/")
    write(mia, sla_minutes=1)

    answer = max_.post("/agreement/terms/mql/draft/signatures/sales/", {"seen": stamp})

    assert (signed(), said(answer)[-1].startswith("Not signed.")) == ({}, True)


def test_a_stale_change_keeps_what_was_typed(mia, max_):
    stamp = seen(mia, "/agreement/terms/mql/draft/")
    write(max_)

    answer = write(mia, text="What Mia typed all morning long", seen=stamp)

    assert (answer.status_code, "What Mia typed all morning long" in answer.content.decode(), draft().spec["text"]) == (409, True, TEXT)


@pytest.mark.parametrize("wrong", [{"text": "short"}, {"sla_minutes": 0}, {"c-0-field": ""}, criteria("country", "is", "Germany")])
def test_a_draft_that_does_not_stand_is_refused_with_what_was_typed(mia, wrong):
    before = draft().spec

    answer = write(mia, **{"text": "Typed with great care", **wrong})

    assert (answer.status_code, draft().spec) == (422, before)


def test_preview_equals_what_publishing_does_to_the_same_leads(mia, max_):
    with_phone = [make_lead({"phone": f"+1415555{number:04}", "first_name": "Ada"}) for number in range(3)]
    make_lead({"email": "bob@gmail.com", "first_name": "Bob"})
    write(mia)
    sign(mia, "marketing")
    sign(max_, "sales")
    shown = mia.get("/agreement/terms/mql/preview/").context
    assert set(shown["preview"].enters) == {lead.pk for lead in with_phone}

    publish(mia)
    loop.rescore(list(Standing.objects.values_list("lead_id", flat=True)), now=utc_now())

    assert set(Standing.objects.filter(stage="mql").values_list("lead_id", flat=True)) == set(shown["preview"].enters)
    assert shown["becoming"] == 3


def test_roll_back_keeps_the_signatures_and_says_so(mia, max_):
    write(mia)
    sign(mia, "marketing")
    sign(max_, "sales")
    publish(mia)

    max_.post("/agreement/terms/mql/versions/1/restore/")

    row = Definition.objects.published().get()
    assert (row.version, row.note) == (3, "rolled back to version 1; signatures of Starter set and Starter set kept")


def test_a_person_who_left_cannot_sign(mia):
    write(mia)
    max_ = make_person("max", "manager")
    client = client_of(max_)
    stamp = seen(client, "/agreement/terms/mql/draft/")
    max_.is_active = False
    max_.save(update_fields=["is_active"])

    assert client.post("/agreement/terms/mql/draft/signatures/sales/", {"seen": stamp}).status_code == 302
    assert signed() == {}
