"""Junk on its way in: rules and suppressed contact points set new leads aside, and nothing is dropped or told."""

from datetime import timedelta

import pytest

from leadloop import loop, steps
from leadloop.consent.models import Suppression
from leadloop.consent.suppression import digest_of, suppress, suppressed
from leadloop.leads.models import Notification, Standing, Touch
from leadloop.outcomes.models import Disposition, JunkRules
from tests.make import NOON, arrival, make_install, make_lead, make_rep
from tests.proofs import driver_statements, everything_holds, publish_rules

LATER = NOON + timedelta(hours=2)
SPAM = {"name": "Bo Spam", "email": "bo@spam.example", "message": "Buy backlinks now"}
BACKLINKS = {"id": "backlinks", "label": "Sells backlinks", "when": {"field": "message", "op": "contains", "value": "backlinks"}}


@pytest.fixture(autouse=True)
def always_proved(db):
    yield
    assert everything_holds() == []


@pytest.fixture
def ann(db):
    return make_rep("Ann", pool=make_install())


def stage_of(lead) -> str:
    return Standing.objects.get(pk=lead.pk).stage


def rules(*wanted, passes=None) -> None:
    publish_rules(JunkRules, "junk", {"rules": list(wanted), "passes": passes})


def test_a_rule_sets_a_new_lead_aside_with_rule_and_version_and_nobody_gets_it(ann):
    rules(BACKLINKS)

    lead = make_lead(SPAM)

    assert (stage_of(lead), lead.standing.owner_id, lead.standing.mql_at, lead.standing.closed_at) == ("junk", None, None, NOON)
    assert list(Disposition.objects.values_list("stage", "reason", "rule", "author")) == [("junk", "rule", "1:backlinks", None)]
    assert Touch.objects.get(lead=lead).data["junk"] == {"why": "rule", "version": 1, "rule": "backlinks"}
    assert not Notification.objects.exists()


def test_others_of_the_batch_go_their_way(ann):
    rules(BACKLINKS)

    taken = loop.capture([arrival(SPAM), arrival()], now=NOON)

    assert [one.outcome for one in taken] == ["created", "created"]
    assert [one.case.standing["owner_id"] for one in taken] == [None, ann.pk]


def test_a_lead_that_somebody_works_on_is_not_set_aside_by_a_later_inquiry(ann):
    rules(BACKLINKS)
    lead = make_lead({"name": "Ada", "email": "ada@engines.com"})

    make_lead({"name": "Ada", "email": "ada@engines.com", "message": "I need backlinks"}, now=LATER)

    assert stage_of(lead) != "junk"


def test_without_rules_and_marks_the_look_for_junk_asks_nothing(ann):
    make_lead()
    with driver_statements() as before:
        make_lead()
    steps.mark_junk([make_lead(SPAM).pk], steps.by(ann, now=NOON), reason="spam")
    make_lead()
    with driver_statements() as after:
        make_lead()

    assert len(after) == len(before) + 1  # one look at the digests; none while there is no mark


def test_who_was_marked_comes_into_review_under_another_name_and_source(ann):
    steps.mark_junk([make_lead(SPAM | {"phone": "+14155550123"}).pk], steps.by(ann, now=NOON), reason="spam")

    again = make_lead({"name": "Cy Other", "phone": "+1 415 555 0123", "email": "cy@other.example"}, now=LATER, source="Fair")

    assert (stage_of(again), again.standing.owner_id) == ("junk", None)
    assert Disposition.objects.get(lead=again).reason == "suppressed"


def test_a_mark_expires(ann, settings):
    steps.mark_junk([make_lead(SPAM | {"phone": "+14155550123"}).pk], steps.by(ann, now=NOON), reason="spam")
    later = NOON + settings.JUNK_SUPPRESSION + timedelta(seconds=1)

    again = make_lead({"name": "Cy Other", "phone": "+1 415 555 0123", "email": "cy@other.example"}, now=later)

    assert stage_of(again) != "junk"


def test_an_install_may_suppress_nobody(ann, settings):
    settings.JUNK_SUPPRESSION = timedelta(0)
    steps.mark_junk([make_lead(SPAM).pk], steps.by(ann, now=NOON), reason="spam")

    assert not Suppression.objects.exists()


def test_what_is_kept_does_not_say_whose_it_is(ann, settings):
    steps.mark_junk([make_lead(SPAM).pk], steps.by(ann, now=NOON), reason="spam")

    [row] = Suppression.objects.all()
    assert (row.digest, row.expires_at) == (digest_of("e:bo@spam.example"), NOON + settings.JUNK_SUPPRESSION)
    assert "spam.example" not in str(vars(row))


def test_released_junk_is_routed_and_may_come_back(ann, settings):
    rules(BACKLINKS)
    lead = make_lead(SPAM | {"phone": "+14155550123"})
    suppress({lead.pk: ["p:+14155550123"]}, kind="junk", author=None, now=NOON, expires_at=None)

    steps.reopen([lead.pk], steps.by(None, now=LATER)).or_raise()

    standing = Standing.objects.get(pk=lead.pk)
    assert (standing.owner_id, standing.waits_since, standing.due_at) == (ann.pk, LATER, LATER + timedelta(minutes=5))
    assert Touch.objects.filter(lead=lead).last().data["route"]["rule"] == "fallback"
    assert suppressed(["p:+14155550123"], now=LATER) == {}
    assert Disposition.objects.get().reopened_at == LATER


def test_junk_stays_junk_unless_it_passes_what_the_rulebook_asks_for(ann):
    lead = make_lead(SPAM)
    steps.mark_junk([lead.pk], steps.by(ann, now=NOON), reason="spam").or_raise()

    make_lead(SPAM, now=LATER)
    assert stage_of(lead) == "junk"

    rules(BACKLINKS, passes={"field": "phone", "op": "is_not_blank"})
    make_lead(SPAM, now=LATER)
    assert stage_of(lead) == "junk"

    make_lead(SPAM | {"phone": "+14155550123"}, now=LATER)
    assert stage_of(lead) == "junk"  # it leaves a phone number, and still sells backlinks

    rules(passes={"field": "phone", "op": "is_not_blank"})
    make_lead(SPAM, now=LATER)
    assert (stage_of(lead), Standing.objects.get(pk=lead.pk).owner_id) == ("mql", ann.pk)
    assert suppressed(["e:bo@spam.example"], now=LATER) == {}


@pytest.mark.parametrize(
    ("consents", "stage", "lifted"),
    [
        ([], "junk", ""),
        ([{"purpose": "marketing", "channel": "email", "granted": True, "text": "Send me news"}], "new", "permission"),
        ([{"purpose": "marketing", "channel": "email", "granted": False, "text": "Send me news"}], "junk", ""),
    ],
    ids=["no word", "a fresh permission", "a refusal"],
)
def test_who_was_erased_comes_back_only_with_a_fresh_permission(ann, consents, stage, lifted):
    suppress({make_lead().pk: ["e:bo@spam.example"]}, kind="erased", author=None, now=NOON, expires_at=None)

    lead = make_lead(SPAM | {"message": "", "consents": consents}, now=LATER)

    assert (stage_of(lead), Suppression.objects.get().lifted_how) == (stage, lifted)
    assert Touch.objects.get(lead=lead).data["junk"]["why"] == (lifted or "erased")
