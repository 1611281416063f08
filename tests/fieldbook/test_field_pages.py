"""Settings > Fields: managers declare, change and retire; marketers look; nothing is rewritten in silence."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leadloop.capture.import_declared import make_new
from leadloop.leads import fields
from leadloop.leads.models import CustomField
from tests.leads.test_fields import COVER, publish_score, rule
from tests.make import NOON, make_install, make_lead, make_person

pytestmark = pytest.mark.django_db


def browser(role):
    client = Client()
    client.force_login(make_person(f"{role}s", role))
    return client


@pytest.fixture
def mia(db):
    make_install()
    return browser("manager")


def post(client, url, **data):
    return client.post(url, data, follow=True)


MONEY = {"type": "money", "label": "Sum insured", "group": "Policy", "limit_currency": "EUR", "limit_min": "0", "sensitivity": "plain"}


def test_a_manager_adds_a_field_and_everybody_can_use_it_at_once(mia):
    page = post(mia, "/settings/fields/new/", **MONEY)

    assert (page.status_code, page.redirect_chain[0][0]) == (200, "/settings/fields/sum_insured/")
    spec = fields.declared_now()["sum_insured"]
    assert (spec.name, spec.kind, dict(spec.limits)) == ("sum_insured", "money", {"currency": "EUR", "min": 0})
    assert "Sum insured" in mia.get("/leads/filter/").content.decode()


def test_a_declaration_that_does_not_stand_is_shown_again_with_what_was_typed(mia):
    before = CustomField.objects.count()
    page = mia.post("/settings/fields/new/", {"type": "choice", "label": "Cover", "choices": "Life\nlife", "sensitivity": "plain"})

    assert (page.status_code, CustomField.objects.count()) == (422, before)
    assert "The choice “life” is there twice." in page.content.decode()
    assert "Life\nlife" in page.content.decode()


def test_taking_a_choice_away_says_which_leads_have_it(mia):
    fields.declare([COVER], now=NOON)
    make_lead({"email": "a@x.io", "custom": {"cover": "Life"}})
    publish_score(rule("custom.cover", "is", value="Life"), title="Our score")

    page = post(mia, "/settings/fields/cover/", label="Cover", choices="Car", sensitivity="plain").content.decode()

    assert "1 lead has “Life”, which is no choice any more; it stays." in page
    assert "Look at the rules that read it: Our score." in page


def test_a_field_in_use_is_not_retired_and_the_page_says_by_what(mia):
    fields.declare([COVER], now=NOON)
    publish_score(rule("custom.cover", "is", value="Life"), title="Our score")

    page = post(mia, "/settings/fields/cover/retirement/").content.decode()

    assert "Published rules read cover: Our score (score model). Change them first." in page
    assert "cover" in fields.declared_now()


def test_a_retired_field_comes_back_as_it_was(mia):
    fields.declare([COVER], now=NOON)
    assert "is retired" in post(mia, "/settings/fields/cover/retirement/").content.decode()
    assert "Bring it back" in mia.get("/settings/fields/cover/").content.decode()

    post(mia, "/settings/fields/cover/restoration/")
    assert fields.declared_now()["cover"].choices == ("Life", "Car")


def test_marketers_look_and_reps_do_not(mia):
    fields.declare([COVER], now=NOON)
    marketer, rep = browser("marketer"), browser("rep")

    assert [marketer.get(url).status_code for url in ("/settings/fields/", "/settings/fields/cover/")] == [200, 200]
    assert [marketer.get("/settings/fields/new/").status_code, marketer.post("/settings/fields/cover/", {"label": "X"}).status_code] == [
        404,
        404,
    ]
    assert [rep.get(url).status_code for url in ("/settings/fields/", "/settings/fields/cover/")] == [404, 404]


def test_the_list_costs_the_same_for_one_field_and_for_three(mia, django_assert_num_queries):
    fields.declare([COVER], now=NOON)
    with CaptureQueriesContext(connection) as one:
        mia.get("/settings/fields/")
    fields.declare([COVER | {"name": f"cover_{n}"} for n in range(2)], now=NOON)
    with django_assert_num_queries(len(one)):
        mia.get("/settings/fields/")


def test_the_page_shows_what_leads_hold_and_what_does_not_fit(mia):
    fields.declare([COVER], now=NOON)
    make_lead({"email": "a@x.io", "custom": {"cover": "Life"}})
    make_lead({"email": "b@x.io", "custom": {"cover": "Boat"}})

    page = mia.get("/settings/fields/cover/").content.decode()

    assert "2 of the newest 2 leads have a value" in page
    assert page.index("<td>Life</td>") < page.index("Do not fit") < page.index("<td>Boat</td>")


ILLNESS = {"name": "illness", "label": "Illness", "type": "text", "sensitivity": "sensitive"}


@pytest.mark.parametrize(("role", "status", "left"), [("manager", 422, "sensitive"), ("admin", 303, "plain")])
def test_only_who_may_see_sensitive_data_says_that_a_field_is_not_sensitive(db, role, status, left):
    make_install()
    fields.declare([ILLNESS], now=NOON)

    page = browser(role).post("/settings/fields/illness/", {"label": "Illness", "sensitivity": "plain"})

    assert (page.status_code, fields.declared_now()["illness"].sensitivity) == (status, left)
    assert ("Only who may see sensitive data" in page.content.decode()) == (role == "manager")


def test_a_sensitive_field_that_was_retired_does_not_come_back_plain_by_a_file_or_a_pack(db):
    make_install()
    fields.declare([ILLNESS], now=NOON)
    fields.retire(["illness"], now=NOON)

    make_new({"Illness": "new.illness"}, [{"Illness": "none"}], now=NOON)

    assert fields.declared_now()["illness"].is_sensitive
