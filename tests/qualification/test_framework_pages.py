"""Frameworks by their pages: used as they are, written anew, and in force in the same minute."""

import pytest

from leadloop.db.versions import Status, current_epoch
from leadloop.leads import fields
from leadloop.qualification.answering import published_frameworks
from leadloop.qualification.models import Framework
from tests.make import NOON, make_install, make_leads
from tests.rules import seen, signed_in

pytestmark = pytest.mark.django_db
ROWS = {"q-TOTAL_FORMS": 2, "q-INITIAL_FORMS": 0, "q-MIN_NUM_FORMS": 0, "q-MAX_NUM_FORMS": 20, "c-match": "all", "c-0-field": ""}
ASKED = {
    "q-0-label": "Who decides?",
    "q-0-kind": "choice",
    "q-0-weight": 2,
    "q-0-choices": "She does = 100\nSomebody else = 10",
    "q-0-ORDER": 2,
    "q-1-label": "How much?",
    "q-1-kind": "money",
    "q-1-good": "5000",
    "q-1-ORDER": 1,
}


@pytest.fixture
def mia():
    make_install()
    return signed_in("mia", "marketer")


def write(client, url="/qualification/new/", **more):
    return client.post(url, {"title": "Loans", "seen": "none", **ROWS, **ASKED, **more})


def publish(client, home):
    return client.post(f"{home}publication/", {"seen": seen(client, f"{home}preview/")})


def test_a_framework_of_the_house_is_asked_and_read_by_rules_once_it_is_published(mia):
    make_leads(1)
    assert write(mia).status_code == 303
    assert "would be asked this" in mia.get("/qualification/loans/preview/").content.decode()
    assert "custom.loans_who_decides" not in fields.in_force()

    publish(mia, "/qualification/loans/")

    loans = next(one for one in published_frameworks(current_epoch()) if one.name == "loans")
    assert [(one.id, one.weight, one.good) for one in loans.questions] == [("how_much", 1, 500_000), ("who_decides", 2, None)]
    assert {"custom.loans_who_decides", "custom.loans_how_much", "custom.loans_score", "custom.loans_complete"} <= set(fields.in_force())


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"q-0-choices": "Only one"}, {"q-0-weight": 0}, {"q-0-label": "", "q-1-label": ""}, {"q-0-choices": "A\nUnknown"}],
)
def test_what_does_not_stand_is_refused_with_what_was_typed(mia, wrong):
    answer = write(mia, **wrong)

    assert (answer.status_code, "She does" in answer.content.decode() or "q-0-choices" in wrong) == (422, True)
    assert not Framework.objects.filter(name="loans").exists()


def test_a_question_keeps_its_kind_since_leads_have_answers_of_it(mia):
    write(mia)
    publish(mia, "/qualification/loans/")
    mia.post("/qualification/loans/draft/start/")
    draft = "/qualification/loans/draft/"

    answer = write(mia, draft, **{"q-0-id": "who_decides", "q-0-kind": "text", "q-1-id": "how_much"}, seen=seen(mia, draft))

    assert (answer.status_code, "takes another kind of answer already" in answer.content.decode()) == (422, True)


def test_a_field_that_was_declared_since_the_draft_keeps_the_framework_from_being_published(mia):
    write(mia)
    stamp = seen(mia, "/qualification/loans/preview/")
    fields.declare([{"name": "loans_who_decides", "label": "Who", "type": "date"}], now=NOON)

    page = mia.get("/qualification/loans/preview/").content.decode()
    answer = mia.post("/qualification/loans/publication/", {"seen": stamp}, follow=True)

    assert "takes another kind of answer already" in page
    assert "takes another kind of answer already" in answer.content.decode()
    assert not Framework.objects.published().filter(name="loans").exists()


def test_one_that_people_know_is_there_at_a_click(mia):
    assert "CHAMP" in mia.get("/qualification/").content.decode()

    for _ in range(2):
        mia.post("/qualification/known/champ/")

    assert Framework.objects.filter(name="champ", status=Status.DRAFT).count() == 1
    assert mia.post("/qualification/known/voodoo/").status_code == 404


@pytest.mark.parametrize("page", ["", "new/", "bant/", "bant/draft/", "bant/preview/", "bant/versions/"])
def test_pages_are_for_those_who_make_rules(mia, page):
    assert mia.get(f"/qualification/{page}").status_code in (200, 303)
    assert signed_in("ann", "rep").get(f"/qualification/{page}").status_code == 404
