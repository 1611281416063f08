"""A scrub: exactly whom it means, in chunks that each commit, and back again where that can be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leadloop import steps
from leadloop.db.models import Job
from leadloop.leads.models import Lead, Standing
from leadloop.nurture.models import Recycle
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Disposition
from leadloop.scrub import actions
from leadloop.scrub.actions import Wish
from leadloop.scrub.errors import MovedOn, NotConfirmed, NothingChosen, NotUndone
from leadloop.scrub.models import Erasure, Scrub, Scrubbed
from leadloop.scrub.tasks import broke_off
from tests.make import NOON, make_install, make_lead, make_leads, make_person, make_rep
from tests.proofs import everything_holds
from tests.rules import client_of

OLD = NOON - timedelta(days=800)
LATER = NOON + timedelta(hours=1)
EVERYBODY = Wish("custom", asked={"field": "received_at", "op": "before", "value": "2100-01-01T00:00:00Z"})


@pytest.fixture(autouse=True)
def always_proved(db):
    yield
    assert everything_holds() == []


@pytest.fixture
def ann(db):
    return make_rep("Ann", pool=make_install(now=OLD))


@pytest.fixture
def mia(db):
    return make_person("Mia", "manager")


def ids_of(wish: Wish, *, now=NOON) -> list[int]:
    return sorted(actions.meant(wish, now=now).values_list("pk", flat=True))


def run(row: Scrub, *, now=LATER) -> Scrub:
    while actions.run(row.pk, now=now):
        pass
    row.refresh_from_db()
    return row


def begin(mia, action: str, *, wish: Wish = EVERYBODY, seen: int, typed: str = "", **more) -> Scrub:
    return actions.begin(wish, action, steps.by(mia, now=LATER), why="spring", seen=seen, typed=typed, **more)


def test_each_preset_means_whom_it_says(ann):
    old, fresh = make_lead(now=OLD), make_lead()
    sold = make_lead(now=OLD)
    steps.convert(sold.pk, steps.by(None, now=OLD), deal=Deal())
    dead = make_lead({"name": "Bo Bad", "email": "no address"})
    called = make_lead(now=OLD)
    steps.log([called.pk], steps.by(None, now=OLD), kind="called").or_raise()
    junk, new_junk = make_lead(now=OLD), make_lead()
    steps.mark_junk([junk.pk], steps.by(None, now=OLD), reason="spam").or_raise()
    steps.mark_junk([new_junk.pk], steps.by(None, now=NOON), reason="spam").or_raise()
    ended = make_lead(now=OLD)
    steps.disqualify([ended.pk], steps.by(None, now=OLD), reason="no_need").or_raise()

    assert ids_of(Wish("old", 730)) == [old.pk, called.pk, junk.pk, ended.pk]
    assert ids_of(Wish("dead")) == [dead.pk]
    assert ids_of(Wish("untouched", 180)) == [old.pk]
    assert ids_of(Wish("junk", 90)) == [junk.pk]
    assert ids_of(Wish("ended", 730)) == [ended.pk]
    assert fresh.pk in ids_of(EVERYBODY)


def test_duplicates_are_all_but_the_oldest_that_share_an_address_or_number(ann):
    first = make_lead({"name": "Ada One", "phone": "+14155550100"})
    second = make_lead({"name": "Bo Two", "phone": "+14155550100"})
    make_lead({"name": "Cy Three", "phone": "+14155550199"})

    assert (first.pk < second.pk, ids_of(Wish("duplicates"))) == (True, [second.pk])


def test_the_preview_counts_exactly_and_changes_nothing(ann, django_assert_num_queries):
    make_leads(3)
    with django_assert_num_queries(2):
        found = actions.preview(EVERYBODY, now=NOON)

    assert (found.total, sum(found.stages.values()), len(found.oldest)) == (3, 3, 3)
    assert not Scrub.objects.exists()


def test_a_scrub_is_done_in_chunks_that_each_commit_and_goes_on_after_a_kill(ann, mia):
    leads = make_leads(5)
    row = begin(mia, "disqualify", seen=5)
    assert Standing.objects.filter(stage="disqualified").count() == 0

    assert [actions.run(row.pk, now=LATER, size=2), Scrubbed.objects.filter(state="done").count()] == [2, 2]
    run(row)

    assert (row.state, row.done, row.refused, row.author, row.why, row.finished_at) == ("finished", 5, 0, mia, "spring", LATER)
    assert set(Disposition.objects.values_list("reason", "note", "author")) == {("scrub", "spring", mia.pk)}
    assert sorted(row.leads.values_list("lead_id", flat=True)) == [lead.pk for lead in leads]


def test_recycled_leads_come_back_on_the_day(ann, mia):
    make_lead()
    until = NOON + timedelta(days=90)

    run(begin(mia, "recycle", seen=1, until=until))

    assert [(one.due_at, one.reason) for one in Recycle.objects.all()] == [(until, "scrub")]


def test_leads_that_cannot_take_the_step_are_left_and_listed(ann, mia):
    sold = make_lead()
    steps.convert(sold.pk, steps.by(None, now=NOON), deal=Deal())

    row = run(begin(mia, "disqualify", seen=1))

    assert (row.done, row.refused) == (0, 1)
    [one] = row.leads.all()
    assert (one.state, "opportunity" in one.problem) == ("refused", True)


def test_a_chunk_takes_as_many_queries_for_many_refused_as_for_one(ann, mia):
    def queries(number: int) -> int:
        for lead in make_leads(number):
            steps.convert(lead.pk, steps.by(None, now=NOON), deal=Deal())
        wish = Wish("custom", asked={"field": "stage", "op": "is", "value": "converted"})
        row = begin(mia, "disqualify", wish=wish, seen=len(ids_of(wish)))
        with CaptureQueriesContext(connection) as counted:
            actions.run(row.pk, now=LATER)
        assert row.leads.filter(state="refused").count() == row.total
        return len(counted)

    assert queries(1) == queries(4)


def test_an_undone_scrub_puts_everybody_back_but_those_to_whom_something_happened(ann, mia):
    one, other = make_leads(2)
    row = run(begin(mia, "disqualify", seen=2))
    steps.reopen([other.pk], steps.by(None, now=LATER)).or_raise()

    actions.begin_undo(row, steps.by(mia, now=LATER + timedelta(days=3)))
    run(row, now=LATER + timedelta(days=3))

    assert (row.state, row.undone, row.undone_by) == ("undone", 1, mia)
    assert Standing.objects.get(pk=one.pk).due_at == one.standing.due_at
    assert row.leads.get(lead=other).problem


def test_what_goes_for_good_is_typed_out_and_cannot_be_undone(ann, mia):
    make_leads(2)
    with pytest.raises(NotConfirmed):
        begin(mia, "delete", seen=2, typed="DELETE 3")

    row = run(begin(mia, "delete", seen=2, typed=" delete 2 "))

    assert (row.done, Erasure.objects.filter(scrub=row, how="deleted").count(), Lead.objects.exclude(email="").count()) == (2, 2, 0)
    with pytest.raises(NotUndone):
        actions.begin_undo(row, steps.by(mia, now=LATER))
    assert ids_of(EVERYBODY) == []


def test_a_scrub_of_other_leads_than_were_seen_is_refused(ann, mia):
    make_lead()
    with pytest.raises(MovedOn):
        begin(mia, "disqualify", seen=2)
    with pytest.raises(NothingChosen):
        begin(mia, "disqualify", wish=Wish("dead"), seen=0)


def test_a_scrub_whose_workers_died_says_so_and_goes_on(ann, mia):
    make_lead()
    row = begin(mia, "disqualify", seen=1)
    broke_off(row.pk)
    assert actions.run(row.pk, now=LATER) == 0

    client_of(mia).post(f"/scrub/{row.pk}/going-on/")

    assert Job.objects.filter(name="leadloop.scrub.tasks.carry_on", args=[row.pk]).count() == 1
    assert run(row).state == "finished"


def test_pages_look_begin_follow_list_and_undo(ann, mia):
    lead = make_lead()
    browser = client_of(mia)
    asked = {"preset": "custom", "c-match": "all", "c-0-field": "email", "c-0-op": "is_not_blank"}

    looked = browser.post("/scrub/new/", asked | {"look": "1"})
    assert (looked.status_code, looked.context["preview"].total) == (200, 1)
    refused = browser.post("/scrub/new/", asked | {"do": "1", "seen": "1", "action": "delete", "why": "x", "typed": "no"})
    assert refused.status_code == 422
    begun = browser.post("/scrub/new/", asked | {"do": "1", "seen": "1", "action": "disqualify", "why": "spring"})
    row = Scrub.objects.get()
    assert (begun.status_code, begun["Location"]) == (303, f"/scrub/{row.pk}/")
    assert "hx-get" in browser.get(f"/scrub/{row.pk}/").content.decode()

    run(row)

    assert "Undo all of it" in browser.get(f"/scrub/{row.pk}/").content.decode()
    assert f"{lead.pk},done," in browser.get(f"/scrub/{row.pk}/leads.csv").content.decode()
    assert "spring" in browser.get("/scrub/").content.decode()
    browser.post(f"/scrub/{row.pk}/undo/")
    assert run(row).state == "undone"


def test_pages_erase_a_lead_and_an_address(ann, mia):
    lead, other = make_lead({"name": "Zoe Quxley", "email": "zoe@quxley.example"}), make_lead({"email": "bo@b.example", "name": "Bo"})
    browser = client_of(mia)

    assert browser.post(f"/leads/{lead.pk}/erasure/", {"how": "deleted", "why": "r-1", "typed": "no"}).status_code == 422
    assert browser.post(f"/leads/{lead.pk}/erasure/", {"how": "deleted", "why": "r-1", "typed": "erase"}).status_code == 303
    person = {"email": "Bo@b.example", "how": "anonymised", "why": "r-2", "typed": "ERASE"}
    assert browser.post("/scrub/person/", person).status_code == 303
    assert browser.post("/scrub/person/", person | {"email": ""}).status_code == 422

    assert list(Lead.objects.order_by("pk").values_list("pk", "email")) == [(lead.pk, ""), (other.pk, "")]
    assert "Lead" in browser.get(f"/leads/{lead.pk}/").content.decode()
    assert "Personal data erased" in browser.get(f"/leads/{lead.pk}/").content.decode()
