"""Answers that qualify a lead are masked as the fields are that hold them, and each look at one is written down."""

from io import StringIO

import pytest
from django.core.management import call_command

from leadloop import steps
from leadloop.capture.keys import new_key
from leadloop.db.clock import utc_now
from leadloop.db.versions import current_epoch
from leadloop.leads import fields
from leadloop.leads.models import SensitiveRead, Touch
from leadloop.qualification.answering import hide_results, published_frameworks, put_in_force
from leadloop.qualification.models import Answer, Framework
from tests.make import NOON, make_person
from tests.proofs import publish_rules
from tests.work.conftest import signed_in

WORD, PROOF = "Hospice fund", "Told by the surgeon"


@pytest.fixture
def bant(lead):
    """A framework with a question whose answer is written."""
    asked = [
        {"id": "wish", "label": "What is it for?", "kind": "text", "weight": 3},
        {"id": "budget", "label": "Is there a budget?", "kind": "yes_no", "weight": 1},
    ]
    publish_rules(Framework, "bant", {"questions": asked})
    [found] = published_frameworks(current_epoch())
    put_in_force(found, now=NOON)
    return found


@pytest.fixture
def told(lead, ann, bant):
    """Ann's lead, with an answer to a question whose field became sensitive afterwards."""
    given = {"wish": WORD, "budget": "Yes"}
    steps.answer([lead.pk], steps.by(ann, now=utc_now()), framework=bant, given=given, evidence=PROOF).or_raise()
    hide()
    return lead


def hide():
    spec = {"name": "bant_wish", "label": "What is it for?", "type": "text", "sensitivity": "sensitive"}
    fields.declare([spec], now=NOON)
    hide_results(["bant_wish"], now=NOON)


@pytest.mark.parametrize("role", ["rep", "manager", "admin"])
def test_a_masked_answer_is_on_no_page_before_somebody_asks(told, ann, role):
    client = signed_in(ann if role == "rep" else make_person("Some", role))
    pages = [client.get(url).content.decode() for url in (f"/leads/{told.pk}/", f"/leads/{told.pk}/answers/", f"/leads/{told.pk}/touches/")]

    assert [(WORD in page, "Qualification score" in page) for page in pages] == [(False, False)] * 3
    assert [page.count(PROOF) for page in pages] == [2, 2, 0]  # of the plain answer, by the question and in the history
    assert ("(\u2022\u2022\u2022), and sensitive" in pages[0], SensitiveRead.objects.count()) == (True, 0)


def test_who_may_see_it_asks_and_that_is_written_down(told, ann):
    ann.sees_sensitive = True
    ann.save(update_fields=["sees_sensitive"])

    page = signed_in(ann).post(f"/leads/{told.pk}/sensitive/").content.decode()

    assert (WORD in page, "Qualification score" in page) == (True, True)
    [(lead_id, names)] = SensitiveRead.objects.values_list("lead_id", "names")
    assert (lead_id, set(names)) == (told.pk, {"bant_wish", "bant_score", "bant_complete"})


def test_an_answer_taken_back_is_masked_in_the_history_and_its_look_written_down(told, ann, bant):
    steps.answer([told.pk], steps.by(ann, now=utc_now()), framework=bant, given={"wish": None}).or_raise()
    admin = signed_in(make_person("Ida", "admin"))

    assert WORD not in admin.get(f"/leads/{told.pk}/").content.decode()
    assert WORD in admin.post(f"/leads/{told.pk}/sensitive/").content.decode()
    assert "bant_wish" in SensitiveRead.objects.get().names


def test_a_guess_is_kept_like_any_other_answer_and_not_told_to_be_right(told, ann):
    page = signed_in(ann).post(f"/leads/{told.pk}/answers/", {"answer-wish": WORD}, follow=True).content.decode()

    assert ("Nothing new" in page, Answer.objects.filter(question="wish").count()) == (False, 2)


def test_no_touch_tells_it_to_programs_and_terminals(told, ann, bant):
    steps.answer([told.pk], steps.by(ann, now=utc_now()), framework=bant, given={"wish": f"{WORD} again"}).or_raise()
    _, secret = new_key("Robot", scopes=["leads:read"], source=None, author=None, now=utc_now())
    out = StringIO()
    call_command("trace", str(told.pk), "--json", stdout=out)
    touches = signed_in(ann, Authorization=f"Bearer {secret}").get(f"/api/v1/leads/{told.pk}/touches").content.decode()

    assert (WORD in out.getvalue(), WORD in touches) == (False, False)
    assert f"{WORD} again" not in str(list(Touch.objects.values_list("data", flat=True)))
    assert "answers" in touches
