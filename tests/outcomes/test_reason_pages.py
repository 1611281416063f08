"""Reasons as people keep them: offered, rewritten, retired without losing what they said."""

import pytest

from leadloop import steps
from leadloop.outcomes import reasons
from leadloop.outcomes.domain.reasons import STARTER
from leadloop.outcomes.errors import BadReason, NoteNeeded
from leadloop.outcomes.models import Disposition, Reason
from tests.make import NOON, make_install, make_lead, make_rep
from tests.rules import client_of, said, signed_in


@pytest.fixture
def manager(db):
    return signed_in("Mia", "manager")


def codes(end: str) -> list[str]:
    return [one.code for one in reasons.offered(end)]


def test_an_install_begins_with_the_starter_reasons(db):
    assert {end: {one.code: one.label for one in reasons.offered(end)} for end in STARTER} == {
        end: dict(known) for end, known in STARTER.items()
    }


def test_a_new_reason_comes_last_and_gets_a_code_for_good(manager):
    manager.post("/reasons/new/disqualified/", {"label": "Too far away", "needs_note": "on"})
    row = Reason.objects.get(label="Too far away")
    manager.post(f"/reasons/{row.pk}/", {"label": "Out of our reach"})

    assert (codes("disqualified")[-1], reasons.labels()["disqualified"]["too_far_away"]) == ("too_far_away", "Out of our reach")


def test_two_reasons_of_a_list_do_not_read_alike(manager):
    answer = manager.post("/reasons/new/junk/", {"label": "SPAM"})

    assert (answer.status_code, "already" in answer.content.decode(), len(codes("junk"))) == (422, True, 6)


def test_a_retired_reason_is_chosen_no_more_and_still_says_what_it_said(manager):
    ann = make_rep("Ann", pool=make_install())
    lead = make_lead()
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    row = Reason.objects.get(end="disqualified", code="no_need")
    answer = manager.post(f"/reasons/{row.pk}/retirement/")

    assert "no_need" not in codes("disqualified")
    assert "No need" in manager.get(f"/leads/{lead.pk}/").content.decode()
    assert (said(answer), Disposition.objects.get().reason) == (["“No need” is retired. Leads that have it keep it."], "no_need")
    with pytest.raises(BadReason):
        reasons.check("disqualified", "no_need", "")
    assert "No need" not in client_of(ann).get(f"/leads/{make_lead().pk}/disqualify/").content.decode()

    manager.post(f"/reasons/{row.pk}/return/")
    assert "no_need" in codes("disqualified")


def test_reasons_stand_in_the_order_that_people_give_them(manager):
    second = Reason.objects.get(end="lost", code="competitor")
    manager.post(f"/reasons/{second.pk}/place/", {"to": "up"})
    manager.post(f"/reasons/{second.pk}/place/", {"to": "up"})

    assert codes("lost")[:2] == ["competitor", "price"]


def test_a_reason_may_ask_for_a_note_and_say_when_a_lead_comes_back(manager):
    Reason.objects.filter(end="disqualified", code="other").update(needs_note=True)
    Reason.objects.filter(end="recycled", code="contract").update(revisit_days=10)
    ann = make_rep("Ann", pool=make_install())
    lead, browser = make_lead(), client_of(ann)

    refused = browser.post(f"/leads/{lead.pk}/disqualify/", {"reason": "other"})
    taken = browser.post(f"/leads/{lead.pk}/recycle/", {"reason": "contract"})

    assert (refused.status_code, "needs a note" in refused.content.decode(), taken.status_code) == (422, True, 303)
    rest = lead.recycles.get()
    assert 9 <= (rest.due_at - rest.created_at).days <= 10
    with pytest.raises(NoteNeeded):
        reasons.check("disqualified", "other", " ")


def test_the_page_says_how_often_each_was_said(manager):
    make_rep("Ann", pool=make_install())
    steps.disqualify([make_lead().pk, make_lead().pk], steps.by(None, now=NOON), reason="no_need")

    assert "2 leads" in manager.get("/reasons/").content.decode()


@pytest.mark.parametrize("role", ["rep", "marketer"])
def test_reasons_are_the_managers(db, role):
    assert signed_in("Max", role).get("/reasons/").status_code == 404
