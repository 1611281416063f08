"""Erased is erased: in every table, every file, every session; and what counts still counts."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from leadloop import loop, steps
from leadloop.analytics import funnel
from leadloop.capture import importing, uploads
from leadloop.capture.models import IdempotencyRecord, Import, RefusedRow
from leadloop.consent.actions import may_contact
from leadloop.consent.models import Suppression
from leadloop.db.models import Job
from leadloop.db.versions import save_draft
from leadloop.intake import actions as intake
from leadloop.intake.models import Submission, Verdict
from leadloop.leads import search
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Disposition, JunkRules, Opportunity
from leadloop.routing.errors import NotYours
from leadloop.scoring.models import ModelScore
from leadloop.scrub.erasing import erase, find
from leadloop.scrub.models import Erasure
from leadloop.scrub.registry import FILES, REGISTRY, unclassified
from leadloop.segments.models import Segment
from leadloop.work import actions as work
from leadloop.work.models import SavedView, Task
from tests.make import NOON, arrival, make_install, make_lead, make_person, make_rep
from tests.proofs import everything_holds, publish_rules
from tests.scrub.rooms import PLACES, make_rules, write_everywhere

LATER = NOON + timedelta(days=2)
MAIL, PHONE, NAME = "zoe.quxley@engines.com", "+14155550177", "Zoë Quxley"
WORDS = ("quxley", "4155550177", "zoë", "zo\\u00eb")
ZOE = {
    "name": NAME,
    "email": "Zoe.Quxley@engines.com",
    "phone": "(415) 555-0177",
    "company": "Quxley Engines",
    "message": f"Call me, {NAME}",
    "country": "US",
    "consents": [{"purpose": "marketing", "channel": "email", "granted": False, "text": "Send me news", "ip": "203.0.113.9"}],
    "custom": {"nickname": "Quxley"},
}


@pytest.fixture(autouse=True)
def always_proved(db):
    yield
    assert everything_holds() == []


@pytest.fixture
def pool(db):
    return make_install()


@pytest.fixture
def ann(pool):
    return make_rep("Ann", pool=pool)


@pytest.fixture
def mia(db):
    return make_person("Mia", "manager")


def dump() -> dict[str, str]:
    """Every row of every table, as text."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'select * from "{table}"')
            found[table] = "\n".join(repr(row) for row in cursor.fetchall())
    found["sessions in words"] = json.dumps([row.get_decoded() for row in Session.objects.all()], ensure_ascii=False)
    return found


def told_by(words=WORDS) -> list[str]:
    """Tables that still say something of Zoë."""
    return sorted(table for table, text in dump().items() if any(word in text.casefold() for word in words))


def everything_about_zoe(ann, mia) -> Lead:
    """A lead with a whole life, and traces of it wherever a trace can be."""
    make_rules()
    lead = make_lead(ZOE | {"campaign": "Spring fair"})
    by_ann = steps.by(ann, now=NOON)
    steps.claim([lead.pk], by_ann)
    steps.edit([lead.pk], by_ann, values={"title": "Quxley's own title"}).or_raise()
    work.log_touch(lead.pk, by_ann, kind="called", text=f"{NAME} wants a crane")
    work.plan_step(lead.pk, by_ann, person=ann, text=f"Send {NAME} an offer", due_at=LATER)
    steps.disqualify([lead.pk], by_ann, reason="no_need", note=f"{NAME} said no").or_raise()
    steps.rewrite([lead.pk], by_ann, reason="no_budget", note="Quxley is broke").or_raise()
    steps.reopen([lead.pk], by_ann).or_raise()
    write_everywhere(lead, ann, mia)
    steps.convert(lead.pk, by_ann, deal=Deal(f"{NAME} - crane", 900_00, "EUR"))
    steps.win([lead.pk], by_ann).or_raise()
    search.index_pending(limit=100)
    of = Import.objects.create(file_name="f.csv", source_id=lead.source_id, created_at=NOON)
    RefusedRow.objects.create(of=of, line=2, reason="bad", cells={"Name": NAME, "Mail": MAIL})
    IdempotencyRecord.objects.create(
        credential="key:1", route="r", key=MAIL, digest="d", status=200, body=f'{{"said": "{MAIL}"}}', created_at=NOON
    )
    Job.objects.create(
        name="x", args=[MAIL], problem=f"could not read {MAIL}", run_after=LATER, created_at=NOON, state="dead", finished_at=NOON
    )
    SavedView.objects.create(name=f"Calls of {NAME}", person=ann, query={"q": ["zoë quxley"]}, created_at=NOON)
    intake.receive([arrival({"name": NAME, "email": MAIL, "message": "again"}, later=True)])
    [held] = intake.receive([arrival({"name": NAME, "email": MAIL})])
    intake.quarantine([held], reason=f"ValueError: {MAIL}")
    client = Client()
    client.force_login(mia)
    session = client.session
    session["before"] = {"spec": {"value": MAIL}, "title": NAME, "kept": "cranes"}
    session.save()
    return lead


@pytest.mark.parametrize("how", ["anonymised", "deleted"])
def test_nothing_in_the_database_says_who_it_was(ann, mia, how):
    lead = everything_about_zoe(ann, mia)
    before, said = funnel.report(by="source").total, len(told_by())
    assert said > 20
    assert [word for word in PLACES if not told_by((word,))] == []

    erased = erase([lead.pk], steps.by(mia, now=LATER), how=how, why=f"{MAIL} asked for it")

    assert told_by() == []
    assert erased.leads == [lead.pk]
    assert funnel.report(by="source").total == before
    assert (Opportunity.objects.get().amount_cents, Opportunity.objects.get().state, Standing.objects.get(pk=lead.pk).stage) == (
        90_000,
        "won",
        "won",
    )
    row = Erasure.objects.get()
    assert (row.lead_id, row.how, row.author, row.erased_at, row.why) == (lead.pk, how, mia, LATER, "")
    assert all(row.places[place] for place in ("submissions", "touches", "consents", "keys", "notes", "deals", "elsewhere", "sessions"))


@pytest.mark.parametrize("how", ["anonymised", "deleted"])
def test_the_page_and_the_timeline_of_somebody_erased_still_open(ann, mia, how):
    lead = everything_about_zoe(ann, mia)
    erase([lead.pk], steps.by(mia, now=LATER), how=how, why="asked")
    client = Client()
    client.force_login(mia)

    page = client.get(f"/leads/{lead.pk}/")

    assert (page.status_code, [word for word in WORDS if word in page.content.decode().casefold()]) == (200, [])


def test_anonymised_leads_can_still_be_counted_and_deleted_ones_say_nothing(ann, mia):
    kept = make_lead(ZOE | {"campaign": "Spring fair"})
    gone = make_lead({"name": "Bo", "email": "bo@b.example", "country": "US", "campaign": "Spring fair"})
    by_mia = steps.by(mia, now=LATER)

    erase([kept.pk], by_mia, how="anonymised", why="asked")
    erase([gone.pk], by_mia, how="deleted", why="asked")

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.country, kept.email, kept.custom, kept.display_name) == ("US", "", {}, f"Lead {kept.pk}")
    assert (gone.country, gone.email) == ("", "")
    assert {"score", "campaign"} <= Touch.objects.filter(lead=kept).first().data.keys()
    assert set(Touch.objects.filter(lead=gone).first().data) == {"became", "source"}


def test_the_proof_of_a_refusal_outlives_the_person(ann, mia):
    erase([make_lead(ZOE).pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    assert may_contact(f"e:{MAIL}", purpose="marketing", channel="email", before=LATER) is False


def test_who_was_open_is_out_of_everybodys_hands(ann, mia):
    lead = make_lead(ZOE)

    erase([lead.pk], steps.by(mia, now=LATER), how="anonymised", why="asked")

    assert (Standing.objects.get(pk=lead.pk).stage, Disposition.objects.get().reason, ann.desk.open_count) == ("disqualified", "erased", 0)


def test_who_was_erased_does_not_come_back_by_a_file(ann, mia):
    erase([make_lead(ZOE).pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    again = make_lead({"name": NAME, "email": MAIL}, now=LATER)

    assert (Standing.objects.get(pk=again.pk).stage, Disposition.objects.get(lead=again).reason) == ("junk", "erased")


def test_erasing_twice_adds_nothing_but_a_row_that_says_so(ann, mia):
    lead = make_lead(ZOE)
    for _ in range(2):
        erase([lead.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    assert (Erasure.objects.count(), Suppression.objects.count()) == (2, 2)


def test_an_address_that_nobody_here_has_is_kept_out_all_the_same(ann, mia):
    erased = erase([], steps.by(mia, now=LATER), how="deleted", why="asked", points=["e:stranger@else.example"])

    assert (erased.leads, Erasure.objects.get().lead) == ([], None)
    lead = make_lead({"email": "stranger@else.example"}, now=LATER)
    assert Standing.objects.get(pk=lead.pk).stage == "junk"


def test_what_two_people_share_stays_with_the_one_who_stays(ann, mia):
    zoe = make_lead(ZOE)
    bob = make_lead({"name": "Bob Other", "phone": "(415) 555-0177", "email": "bob@other.example"})

    erase([zoe.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    bob.refresh_from_db()
    assert (bob.phone, find(phone=PHONE)) == (PHONE, [bob.pk])
    assert list(Suppression.objects.values_list("kind", flat=True)) == ["erased"]  # her address, not their number


def test_what_still_waited_is_set_aside_and_the_books_balance(ann, mia):
    lead = make_lead(ZOE)
    intake.receive([arrival({"email": MAIL}, later=True)])

    erase([lead.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    assert loop.run_due(now=LATER, limit=10) == 0
    assert list(Submission.objects.values_list("payload", flat=True)) == ["{}", "{}"]
    assert list(Verdict.objects.filter(outcome="quarantined").values_list("reason", flat=True)) == ["erased at the person's request"]


def test_an_uploaded_file_that_holds_the_person_goes(ann, mia):
    lead = make_lead(ZOE)
    row = importing.plan(BytesIO(f"Name,Mail\n{NAME},{MAIL}\n".encode()), file_name="a.csv", source="Fair", author=mia, now=NOON)
    other = importing.plan(BytesIO(b"Name,Mail\nBo,bo@b.example\n"), file_name="b.csv", source="Fair", author=mia, now=NOON)
    path = row.path

    erased = erase([lead.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    row.refresh_from_db()
    assert (uploads.is_kept(path), row.state, erased.places["files"], uploads.is_kept(other.path)) == (False, "failed", 1, True)


def test_a_segment_forgets_who_was_erased(ann, mia):
    publish_rules(Segment, "engines", {"criteria": {"field": "email", "op": "is_not_blank"}})
    lead = make_lead(ZOE)
    assert lead.memberships.count() == 1

    erase([lead.pk], steps.by(mia, now=LATER), how="anonymised", why="asked")

    assert lead.memberships.count() == 0


def test_why_by_each_model_stays_for_counts_and_goes_with_who_is_deleted(ann, mia):
    make_rules()
    kept, gone = make_lead(ZOE), make_lead({"name": "Bo", "email": "bo@b.example"})
    assert [ModelScore.objects.filter(lead=one).exclude(reasons="").count() for one in (kept, gone)] == [2, 2]

    erase([kept.pk], steps.by(mia, now=LATER), how="anonymised", why="asked")
    erase([gone.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    assert [ModelScore.objects.filter(lead=one).exclude(reasons="").count() for one in (kept, gone)] == [2, 0]


def test_rules_that_speak_of_the_person_are_named_and_left_to_people(ann, mia):
    lead = make_lead(ZOE)
    publish_rules(Segment, "engines", {"criteria": {"field": "email", "op": "is", "value": MAIL}})
    save_draft(JunkRules, name="junk", title=f"Not {NAME}", spec={"rules": []}, author=mia, now=NOON)

    erased = erase([lead.pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    told = ["segment “engines”, version 1: it speaks of the person", "junk rules “junk”, version 1: it speaks of the person"]
    assert sorted(erased.left) == sorted(told) == sorted(Erasure.objects.get().left)
    assert Segment.objects.get(name="engines").spec["criteria"]["value"] == MAIL


def test_a_rep_erases_nobody(ann):
    lead = make_lead(ZOE)
    with pytest.raises(NotYours):
        erase([lead.pk], steps.by(ann, now=LATER), how="deleted", why="asked")
    assert Lead.objects.get(pk=lead.pk).email == MAIL
    assert not Erasure.objects.exists()


def test_others_keep_all_they_have(ann, mia):
    bob = make_lead({"name": "Bob Other", "email": "bob@other.example", "message": "hello"})
    work.plan_step(bob.pk, steps.by(ann, now=NOON), person=ann, text="Call Bob", due_at=LATER)

    erase([make_lead(ZOE).pk], steps.by(mia, now=LATER), how="deleted", why="asked")

    bob.refresh_from_db()
    assert (bob.email, bob.message, Task.objects.get().text) == ("bob@other.example", "hello", "Call Bob")
    assert Submission.objects.filter(payload__contains="bob@other.example").exists()


def test_every_column_that_can_hold_text_is_classified():
    assert unclassified() == []


def test_the_registry_names_no_table_or_column_that_is_gone():
    known = {model._meta.label: {field.name for field in model._meta.concrete_fields} for model in apps.get_models()}
    assert {
        label: sorted(set(fields) - known.get(label, set())) for label, fields in REGISTRY.items() if set(fields) - known.get(label, set())
    } == {}
    assert set(FILES) == {"uploads/imports", "backups", "logs"}
