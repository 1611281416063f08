"""The loop: what becomes of submissions, in batches, with their neighbours, and again."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from leadloop import loop, steps
from leadloop.intake.models import Submission, Tally, Verdict, Waiting
from leadloop.leads.models import Lead, Notification, Standing, Touch
from leadloop.matching.models import MatchKey
from leadloop.nurture.models import Recycle
from leadloop.routing.models import Assignment, Desk, Pool, Seat
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_rep
from tests.proofs import everything_holds

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def pool() -> Pool:
    return make_install()


def owners_of(leads: list[Lead]) -> list[int | None]:
    return [Standing.objects.get(pk=lead.pk).owner_id for lead in leads]


# ------------------------------------------------------------------------------------------------- one submission, its way


def test_a_submission_becomes_a_lead_with_score_stage_owner_and_a_story(pool):
    ann = make_rep("Ann", pool=pool)
    sent = {
        "name": "Ada Lovelace",
        "email": "ADA@Engines.co.uk",
        "phone": "+44 20 7946 0958",
        "title": "Founder",
        "message": "A quote, please",
    }

    [taken] = loop.capture([arrival(sent, source="Fair")], now=NOON)

    lead = Lead.objects.select_related("standing", "source").get()
    standing = lead.standing
    assert (taken.outcome, taken.case.lead_id) == ("created", lead.pk)
    assert (lead.first_name, lead.last_name, lead.email, lead.phone) == ("Ada", "Lovelace", "ada@engines.co.uk", "+442079460958")
    assert (lead.source.name, lead.company_domain, lead.title) == ("Fair", "engines.co.uk", "Founder")
    assert (standing.stage, standing.owner_id, standing.pool_id, standing.mql_at) == ("mql", ann.pk, pool.pk, NOON)
    assert (standing.score, standing.waits_since, standing.due_at) == (66, NOON, NOON + timedelta(minutes=5))
    assert list(MatchKey.objects.order_by("key").values_list("key", flat=True)) == ["e:ada@engines.co.uk", "p:+442079460958"]
    touch = Touch.objects.get()
    assert (touch.kind, touch.submission_id, touch.data["route"]["rule"]) == ("captured", taken.submission_id, "fallback")
    assert touch.data["score"]["reasons"] == [["business_mail", 15], ["phone", 10], ["decides", 20], ["message", 5], ["heat", 6]]
    assert list(Notification.objects.values_list("person", "kind", "lead_id", "text")) == [
        (ann.pk, "assigned", lead.pk, "A new lead is yours")
    ]
    assert json.loads(Submission.objects.get().payload) == sent
    assert everything_holds() == []


def test_a_submission_is_kept_raw_and_counted_even_if_it_says_nothing_we_know(pool):
    loop.capture([arrival({"shoe_size": 44})], now=NOON)

    assert Submission.objects.get().payload == '{"shoe_size": 44}'
    assert list(Verdict.objects.values_list("outcome", flat=True)) == ["created"]
    assert list(Tally.objects.values_list("door", "received")) == [("api", 1)]
    assert everything_holds() == []


def test_without_rules_a_lead_waits_for_nobody_and_nothing_breaks():
    [taken] = loop.capture([arrival()], now=NOON)

    standing = Standing.objects.get(pk=taken.case.lead_id)
    assert (standing.stage, standing.score, standing.owner_id, standing.pool_id) == ("new", None, None, None)
    assert everything_holds() == []


def test_later_means_kept_now_and_judged_by_the_next_worker(pool):
    taken = loop.capture([arrival(later=True), arrival(), arrival(later=True)], now=NOON)

    assert [one.outcome for one in taken] == ["waiting", "created", "waiting"]
    assert sorted(Waiting.objects.values_list("pk", flat=True)) == [taken[0].submission_id, taken[2].submission_id]
    assert loop.run_due(now=NOON, limit=10) == 2
    assert loop.run_due(now=NOON, limit=10) == 0
    assert [one.outcome for one in Verdict.objects.order_by("pk")] == ["created"] * 3
    assert everything_holds() == []


def test_judging_later_means_the_same_as_judging_now(pool):
    make_rep("Ann", pool=pool)
    moment = NOON - timedelta(days=3)
    british = arrival({"name": "Ada Lovelace", "phone": "020 7946 0958", "employees": "50-200"}, happened_at=moment)._replace(country="GB")

    loop.capture([british], now=NOON)
    now = Lead.objects.select_related("standing").get()
    MatchKey.objects.all().delete()
    loop.capture([british._replace(later=True)], now=NOON)
    loop.run_due(now=NOON, limit=10)
    later = Lead.objects.select_related("standing").exclude(pk=now.pk).get()

    compared = ("first_name", "last_name", "phone", "country", "employees", "flaws", "custom", "source_id")
    assert [getattr(later, name) for name in compared] == [getattr(now, name) for name in compared]
    assert (later.standing.received_at, later.standing.heat, later.standing.score) == (moment, now.standing.heat, now.standing.score)


def test_run_due_takes_the_oldest_first_and_no_more_than_its_limit(pool):
    taken = loop.capture([arrival(later=True) for _ in range(5)], now=NOON)

    assert loop.run_due(now=NOON, limit=2) == 2
    assert sorted(Verdict.objects.values_list("pk", flat=True)) == [one.submission_id for one in taken[:2]]


def test_moments_of_long_ago_are_as_good_as_others(pool):
    make_rep("Ann", pool=pool)
    moment = datetime(1900, 1, 1, 0, 0, tzinfo=UTC)

    [taken] = loop.capture([arrival(happened_at=moment)], now=NOON)

    assert Standing.objects.get(pk=taken.case.lead_id).received_at == moment
    assert everything_holds() == []


# ----------------------------------------------------------------------------------------------------- merge inside a batch


def test_one_person_many_times_in_one_batch_is_one_lead(pool):
    ann = make_rep("Ann", pool=pool)
    payloads = [
        {"name": "Ada Lovelace", "email": "ada@engines.com"},
        {"email": "ADA@ENGINES.COM", "company": "Engines"},
        {"phone": "+14155550100", "name": "Ada Lovelace", "email": "Ada@Engines.com "},
        {"phone": "(415) 555-0100", "title": "Countess"},
    ]
    taken = loop.capture([arrival(one) for one in payloads], now=NOON)

    lead = Lead.objects.get()
    assert [one.outcome for one in taken] == ["created", "matched", "matched", "matched"]
    assert (lead.email, lead.company, lead.phone, lead.title) == ("ada@engines.com", "Engines", "+14155550100", "Countess")
    assert Touch.objects.filter(kind="captured").count() == 4
    assert list(Assignment.objects.values_list("person", "how")) == [(ann.pk, "turn")]
    assert Standing.objects.get().touches == 4
    assert everything_holds() == []


def test_a_thousand_submissions_of_one_person_are_one_lead_with_a_thousand_touches(pool):
    ann = make_rep("Ann", pool=pool)

    taken = loop.capture([arrival({"email": "ada@engines.com", "message": f"number {number}"}) for number in range(1000)], now=NOON)

    assert (Lead.objects.count(), Touch.objects.count(), Verdict.objects.count()) == (1, 1000, 1000)
    assert {one.outcome for one in taken[1:]} == {"matched"}
    assert Lead.objects.get().message == "number 0"
    assert Desk.objects.get(person=ann).open_count == 1
    assert everything_holds() == []


def test_two_people_at_a_shared_mailbox_stay_two(pool):
    taken = loop.capture(
        [
            arrival({"name": "Ada Lovelace", "email": "info@engines.com"}),
            arrival({"name": "Mary Somerville", "email": "info@engines.com"}),
            arrival({"name": "ADA LOVELACE", "email": "INFO@engines.com"}),
        ],
        now=NOON,
    )
    assert [one.outcome for one in taken] == ["created", "created", "matched"]
    assert taken[2].case.lead_id == taken[0].case.lead_id
    assert everything_holds() == []


def test_two_people_with_one_telephone_stay_two(pool):
    taken = loop.capture(
        [
            arrival({"name": "Ada Lovelace", "phone": "+14155550100"}),
            arrival({"name": "Mary Somerville", "phone": "+14155550100"}),
            arrival({"email": "ada@engines.com", "phone": "+14155550100"}),
            arrival({"email": "mary@engines.com", "phone": "+14155550100"}),
        ],
        now=NOON,
    )
    assert [one.outcome for one in taken] == ["created", "created", "matched", "matched"]
    assert [one.case.lead_id for one in taken[2:]] == [one.case.lead_id for one in taken[:2]]  # each to the oldest without another address
    assert everything_holds() == []


def test_what_is_known_stays_and_blanks_are_filled(pool):
    make_rep("Ann", pool=pool)
    lead = make_lead({"name": "Ada Lovelace", "email": "ada@engines.com", "custom": {"colour": "red"}})

    loop.capture(
        [arrival({"name": "Ada Byron", "email": "ada@engines.com", "company": "Engines", "custom": {"colour": "blue", "size": "L"}})],
        now=NOON + HOUR,
    )

    lead.refresh_from_db()
    assert (lead.last_name, lead.company, lead.custom) == ("Lovelace", "Engines", {"colour": "red", "size": "L"})
    assert Touch.objects.order_by("-pk").first().data["filled"] == ["company", "custom"]
    assert everything_holds() == []


# --------------------------------------------------------------------------------------------------------- asking again


def test_a_lead_that_asks_again_is_news_for_its_owner_and_waits_from_now(pool):
    ann = make_rep("Ann", pool=pool)
    lead = make_lead({"email": "ada@engines.com"})
    steps.accept([lead.pk], steps.by(ann, now=NOON)).or_raise()
    steps.log([lead.pk], steps.by(ann, now=NOON), kind="called").or_raise()
    Notification.objects.all().delete()

    loop.capture([arrival({"email": "ada@engines.com"})], now=NOON + HOUR)

    standing = Standing.objects.get()
    assert (standing.stage, standing.owner_id, standing.due_at) == ("working", ann.pk, NOON + HOUR)
    assert list(Notification.objects.values_list("person", "kind")) == [(ann.pk, "asked_again"), (ann.pk, "hot")]
    assert Assignment.objects.count() == 1
    assert everything_holds() == []


@pytest.mark.parametrize("end", ["disqualify", "recycle", "lose"])
def test_a_lead_that_rests_goes_back_to_the_person_who_had_it_when_it_asks_again(pool, end):
    ann, ben = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    lead = make_lead({"email": "ada@engines.com"})
    actor = steps.by(ann, now=NOON)
    ended = {
        "disqualify": lambda: steps.disqualify([lead.pk], actor, reason="no_need"),
        "recycle": lambda: steps.recycle([lead.pk], actor, reason="not_now", due_at=NOON + timedelta(days=90)),
        "lose": lambda: (steps.convert(lead.pk, actor, deal=steps.Deal()), steps.lose([lead.pk], actor, reason="price"))[1],
    }
    ended[end]().or_raise()

    loop.capture([arrival({"email": "ada@engines.com"})], now=NOON + HOUR)

    standing = Standing.objects.get()
    assert (standing.stage, standing.owner_id, standing.closed_at) == ("new", ann.pk, None)
    assert Assignment.objects.filter(ended_at=None).values_list("person", "how").get() == (ann.pk, "kept")
    assert [seat.turns for seat in Seat.objects.order_by("person_id")] == [1, 0]
    assert Notification.objects.filter(person=ann, kind="asked_again").count() == 1
    assert not Notification.objects.filter(person=ben).exists()
    assert everything_holds() == []


@pytest.mark.parametrize("why", ["away", "has left", "desk is full"])
def test_a_lead_that_wakes_is_dealt_anew_when_its_person_cannot_have_it(pool, why):
    ann, ben = make_rep("Ann", pool=pool, cap=1), make_rep("Ben", pool=pool)
    lead = make_lead({"email": "ada@engines.com"})
    steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need").or_raise()
    if why == "away":
        Desk.objects.filter(person=ann).update(present=False)
    elif why == "has left":
        ann.is_active = False
        ann.save(update_fields=["is_active"])
    else:
        steps.assign([make_lead().pk], steps.by(None, now=NOON), person=ann).or_raise()

    loop.capture([arrival({"email": "ada@engines.com"})], now=NOON + HOUR)

    assert Standing.objects.get(pk=lead.pk).owner_id == ben.pk
    assert Assignment.objects.filter(lead=lead, ended_at=None).values_list("person", "how").get() == (ben.pk, "turn")
    assert everything_holds() == []


def test_a_batch_of_woken_leads_never_fills_a_desk_beyond_its_cap(pool):
    ann = make_rep("Ann", pool=pool, cap=5)
    leads = make_leads(5)
    steps.disqualify([lead.pk for lead in leads], steps.by(ann, now=NOON), reason="no_need").or_raise()
    Desk.objects.filter(person=ann).update(open_cap=3)

    loop.capture([arrival({"email": lead.email}) for lead in leads], now=NOON + HOUR)

    assert owners_of(leads) == [ann.pk] * 3 + [None] * 2
    assert Desk.objects.get(person=ann).open_count == 3
    assert everything_holds() == []


def test_junk_that_asks_again_stays_junk(pool):
    ann = make_rep("Ann", pool=pool)
    lead = make_lead({"email": "ada@engines.com"})
    steps.mark_junk([lead.pk], steps.by(ann, now=NOON), reason="spam").or_raise()

    loop.capture([arrival({"email": "ada@engines.com"})], now=NOON + HOUR)

    assert Standing.objects.get().stage == "junk"
    assert Touch.objects.count() == 3
    assert everything_holds() == []


# ------------------------------------------------------------------------------------------------------------ waking by date


def test_a_lead_comes_back_from_nurture_on_its_date_once_and_to_its_person(pool):
    ann, _ = make_rep("Ann", pool=pool), make_rep("Ben", pool=pool)
    lead = make_lead()
    back = NOON + timedelta(days=30)
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=back).or_raise()

    assert loop.wake_due(now=back - HOUR, limit=10) == 0
    assert loop.wake_due(now=back, limit=10) == 1
    assert loop.wake_due(now=back, limit=10) == 0

    standing = Standing.objects.get()
    assert (standing.stage, standing.owner_id, standing.waits_since, standing.entered_at) == ("new", ann.pk, back, back)
    assert Recycle.objects.values_list("ended_at", "ended_how").get() == (back, "woken")
    assert list(Touch.objects.order_by("pk").values_list("kind", flat=True)) == ["captured", "recycled", "returned"]
    assert everything_holds() == []


def test_what_meets_the_definition_only_once_becomes_an_mql_only_once(pool):
    ann = make_rep("Ann", pool=pool)
    lead = make_lead({"name": "Ada", "email": "ada@engines.com", "phone": "+14155550100", "title": "CEO"})
    steps.recycle([lead.pk], steps.by(ann, now=NOON), reason="not_now", due_at=NOON + HOUR).or_raise()

    loop.wake_due(now=NOON + HOUR, limit=10)

    standing = Standing.objects.get()
    assert (standing.stage, standing.mql_at) == ("mql", NOON)
