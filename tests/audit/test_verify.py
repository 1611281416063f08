"""Each proof is seen to fail on the one thing it proves, and on nothing else."""

import io
import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.models import F

from leadloop import loop, steps
from leadloop.audit.references import unguarded
from leadloop.audit.verify import PROOFS, read_books, verify
from leadloop.db.models import Job
from leadloop.db.versions import publish, save_draft
from leadloop.intake.models import Submission, Tally, Verdict, Waiting
from leadloop.leads.models import Lead, Standing, Touch
from leadloop.matching.models import MatchKey
from leadloop.nurture.models import Recycle
from leadloop.outcomes.actions import Deal
from leadloop.outcomes.models import Conversion, Disposition, Opportunity
from leadloop.qualification.models import Handed
from leadloop.routing.models import Assignment, Desk, Seat
from leadloop.segments import hand
from leadloop.segments.models import Change, Mark, Member, Segment
from tests.make import NOON, arrival, make_install, make_leads, make_rep

LATER = NOON + timedelta(days=30)


@pytest.fixture
def base(db) -> list[Lead]:
    """Leads in every stage, one submission that waits, one that is set aside; segments; somebody who asked twice."""
    pool = make_install()
    for name in ("ann", "ben"):
        make_rep(name, pool=pool, cap=20)
    steady = {"criteria": {"field": "company", "op": "is_blank"}}
    moving = {"criteria": {"field": "received_at", "op": "in_last_days", "value": 7, "zone": "UTC"}}
    for name, spec in (("steady", steady), ("moving", moving)):
        publish(save_draft(Segment, name=name, title=name, spec=spec, author=None, now=NOON), author=None, now=NOON)
    leads = make_leads(9)
    ids = [lead.pk for lead in leads]
    actor = steps.by(None, now=NOON + timedelta(hours=1), happened_at=NOON + timedelta(minutes=30))
    hand.new_list("Chosen", "chosen", author=None, now=NOON)
    hand.put_in("chosen", ids[2:5], hand.Hand(None), now=NOON)
    steps.accept(ids[1:3], actor)
    steps.log(ids[1:8], actor, kind="called", outcome="reached")
    steps.qualify(ids[2:3], actor)
    for lead_id in ids[3:6]:
        steps.convert(lead_id, actor, deal=Deal(amount_cents=100, currency="USD"))
    steps.win(ids[4:5], actor)
    steps.lose(ids[5:6], actor, reason="price")
    steps.recycle(ids[6:7], actor, reason="not_now", due_at=LATER)
    steps.disqualify(ids[7:8], actor, reason="no_need")
    steps.edit(ids[0:1], actor, values={"company": "Alderbank"})
    loop.capture(
        [arrival({"email": leads[1].email, "message": "Again"}), arrival({"email": leads[1].email, "message": "And again"})], now=LATER
    )
    loop.capture([arrival(later=True)], now=NOON)
    loop.capture([arrival({"name": "Twice", "email": "twice@x.com"}), arrival({"name": "Twice", "email": "twice@x.com"})], now=NOON)
    Verdict.objects.create(submission_id=_waiting(), outcome="quarantined", reason="ValueError: bad")
    loop.capture([arrival(later=True)], now=NOON)
    return leads


def _waiting() -> int:
    """A submission that waits no longer."""
    row = Waiting.objects.get()
    number = row.submission_id
    row.delete()
    return number


def findings() -> list[str]:
    return [finding.proof for one in verify(now=LATER, most=20) for finding in one.findings]


def test_a_base_that_was_worked_with_holds(base):
    assert findings() == []


def test_the_books_balance(base):
    books = read_books()
    assert (books.received, books.judged, books.waiting, books.set_aside) == (15, 13, 1, 1)
    assert books.received == books.judged + books.waiting + books.set_aside


def _of(model, **which):
    return model.objects.filter(**which)


def _stage(stage: str) -> int:
    return Standing.objects.filter(stage=stage).first().pk


def _last_captured() -> int:
    return Touch.objects.filter(kind="captured", submission_id__isnull=False).latest("pk").pk


def _edited() -> int:
    return Lead.objects.get(company="Alderbank").pk


def _live() -> Assignment:
    return Assignment.objects.filter(ended_at=None).first()


def _swap_holder() -> None:
    """The desks count along, so that only the holder is wrong."""
    live = _live()
    other = Desk.objects.exclude(pk=live.person_id).first()
    Desk.objects.filter(pk=live.person_id).update(open_count=F("open_count") - 1)
    Desk.objects.filter(pk=other.pk).update(open_count=F("open_count") + 1)
    Assignment.objects.filter(pk=live.pk).update(person=other.person, how="given")
    Seat.objects.filter(person=live.person_id).update(turns=F("turns") - 1)


def _drop_holder() -> None:
    live = _live()
    Desk.objects.filter(pk=live.person_id).update(open_count=F("open_count") - 1)
    Assignment.objects.filter(pk=live.pk).update(ended_at=NOON)


def _hold_closed() -> None:
    ended = Assignment.objects.filter(lead_id=_stage("disqualified")).first()
    Desk.objects.filter(pk=ended.person_id).update(open_count=F("open_count") + 1)
    Assignment.objects.filter(pk=ended.pk).update(ended_at=None)


def _one_too_many() -> None:
    """With a row of the history, so that only the criteria are against it."""
    Member.objects.create(segment="steady", lead_id=_edited(), since=NOON)
    Change.objects.create(segment="steady", lead_id=_edited(), entered=True, why="hand", version=1, happened_at=NOON)


def _unsaid() -> None:
    Handed.objects.create(lead_id=_stage("won"), source=Lead.objects.first().source, version=1, asked_at=NOON, due_at=NOON, word="accepted")


CORRUPTIONS = {
    "a standing column": (lambda: _of(Standing).update(due_at=NOON), "standings"),
    "a stage": (lambda: _of(Standing, pk=_stage("working")).update(stage="mql"), "standings"),
    "a score": (lambda: _of(Standing, pk=_stage("working")).update(score=99), "standings"),
    "the heat": (lambda: _of(Standing, pk=_stage("won")).update(heat=F("heat") + 0.001), "standings"),
    "the count of touches": (lambda: _of(Standing, pk=_stage("won")).update(touches=9), "standings"),
    "a version": (lambda: _of(Standing, pk=_stage("won")).update(version=9), "standings"),
    "when it was received": (lambda: _of(Standing, pk=_stage("won")).update(received_at=LATER), "standings"),
    "a lost touch": (lambda: _of(Touch, kind="qualified").delete(), "standings"),
    "a lost call": (lambda: _of(Touch, pk=_of(Touch, kind="called", lead=_stage("won")).get().pk).delete(), "standings"),
    "a touch that cannot be read": (lambda: _of(Touch, pk=_of(Touch, kind="accepted").first().pk).update(data=[1]), "standings"),
    "a tally": (lambda: _of(Tally).update(received=F("received") + 1), "received"),
    "a submission that nobody judged": (lambda: _of(Waiting).delete(), "judged"),
    "a submission judged twice": (lambda: Waiting.objects.create(submission_id=_of(Verdict).first().pk), "judged"),
    "a verdict without a reason": (lambda: _of(Verdict, outcome="quarantined").update(reason=""), "outcome"),
    "a touch of another submission": (lambda: _of(Touch, pk=_last_captured()).update(submission_id=_of(Verdict).first().pk), "timeline"),
    "a lead born of another": (
        lambda: _of(Lead, pk=_stage("won")).update(submission_id=_of(Verdict, outcome="matched").first().pk),
        "origin",
    ),
    "a missing standing": (lambda: _of(Standing, pk=_stage("mql" if _of(Standing, stage="mql") else "new")).delete(), "pairs"),
    "a key of no lead": (lambda: MatchKey.objects.create(key="e:ghost@x.com", lead_id=999_999), "references"),
    "a touch of no lead": (lambda: Touch.objects.create(lead_id=999_999, kind="noted", happened_at=NOON), "references"),
    "an assignment of another person": (_swap_holder, "hands"),
    "an open lead that nobody holds": (_drop_holder, "hands"),
    "a closed lead that somebody holds": (_hold_closed, "hands"),
    "a desk's count": (lambda: _of(Desk).filter(pk=_of(Desk).first().pk).update(open_count=F("open_count") + 1), "desks"),
    "a seat's turns": (lambda: _of(Seat).filter(pk=_of(Seat).first().pk).update(turns=F("turns") + 1), "turns"),
    "a conversion taken away": (lambda: _of(Conversion, lead=_stage("won")).update(undone_at=NOON), "conversions"),
    "a conversion of an open lead": (lambda: Conversion.objects.create(lead_id=_stage("working"), converted_at=NOON), "conversions"),
    "a deal in another state": (lambda: _of(Opportunity, state="won").update(state="open"), "conversions"),
    "no date of return": (lambda: _of(Recycle).update(ended_at=NOON), "nurture"),
    "a date of return too many": (
        lambda: Recycle.objects.create(lead_id=_stage("disqualified"), reason="x", created_at=NOON, due_at=LATER),
        "nurture",
    ),
    "an end that nobody noted": (lambda: _of(Disposition, stage="lost").delete(), "ends"),
    "a member too few": (lambda: [_of(kind, segment="steady", lead_id=_stage("won")).delete() for kind in (Member, Change)], "segments"),
    "a member too many": (_one_too_many, "segments"),
    "a coming that nobody wrote down": (lambda: _of(Change, segment="steady", lead_id=_stage("won")).update(entered=False), "histories"),
    "a word that counts and was not said": (lambda: _of(Mark, segment="chosen").update(word="out"), "histories"),
    "a verdict that nobody gave": (_unsaid, "verdicts"),
    "a job that its worker left": (
        lambda: Job.objects.create(name="x", state="running", run_after=NOON, created_at=NOON, lease_until=NOON, lease_owner="gone"),
        "jobs",
    ),
}


@pytest.mark.parametrize(("corrupt", "proof"), CORRUPTIONS.values(), ids=CORRUPTIONS)
def test_what_is_broken_is_found_and_nothing_else(base, corrupt, proof):
    corrupt()

    assert set(findings()) == {proof}


def test_a_score_that_its_reasons_do_not_give_is_found(base):
    touch = Touch.objects.filter(kind="captured", data__has_key="score").first()
    touch.data["score"]["reasons"].append(["invented", 3])
    touch.save(update_fields=["data"])

    assert findings() == ["scores"]


def test_every_proof_was_seen_to_fail():
    assert {proof for _, proof in CORRUPTIONS.values()} == {proof.name for proof in PROOFS}


def test_a_finding_names_ids_and_counts_all(base):
    Waiting.objects.all().delete()
    Verdict.objects.filter(outcome="quarantined").delete()

    [finding] = [finding for one in verify(now=LATER, most=1) for finding in one.findings]

    assert (finding.count, finding.examples) == (2, [{"submission": Submission.objects.order_by("pk")[11].pk}])


def test_every_number_that_is_a_reference_is_registered():
    registered = {(one.model, one.column) for one in unguarded()}
    numbers = {
        (model, field.column)
        for model in apps.get_models()
        if model.__module__.startswith("leadloop.")
        for field in model._meta.concrete_fields
        if field.column.endswith("_id") and isinstance(field, models.BigIntegerField) and not field.remote_field
    }
    assert numbers <= registered


def test_the_command_tells_and_fails(base):
    Desk.objects.update(open_count=40)
    out = io.StringIO()

    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert told["holds"] is False
    assert [finding["proof"] for finding in told["findings"]] == ["desks"]
    assert told["findings"][0]["count"] == 2


def test_the_command_is_content_with_what_holds(base):
    out = io.StringIO()
    call_command("verify", stdout=out, no_color=True)
    assert f"All {len(PROOFS)} proofs hold." in out.getvalue()


def test_a_lost_lead_that_asks_anew_can_be_converted_anew(base):
    lead = Lead.objects.get(pk=_stage("lost"))
    loop.capture([arrival({"email": lead.email, "message": "We reconsidered"})], now=LATER)
    actor = steps.by(None, now=LATER)

    steps.convert(lead.pk, actor, deal=Deal(amount_cents=5, currency="USD"))

    states = (
        Opportunity.objects.filter(pk__in=Conversion.objects.filter(lead=lead).values("opportunity"))
        .order_by("pk")
        .values_list("state", flat=True)
    )
    assert list(states) == ["lost", "open"]
    assert findings() == []
