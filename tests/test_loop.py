"""The loop: what becomes of submissions, in batches, with their neighbours, and again."""

import json
import sqlite3
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from leadloop import loop, starter, steps
from leadloop.audit.verify import verify
from leadloop.db.versions import publish, save_draft
from leadloop.intake import actions as intake
from leadloop.intake.models import Outcome, Submission, Tally, Verdict, Waiting
from leadloop.leads.models import Lead, Notification, Standing, Touch
from leadloop.matching.models import MatchKey
from leadloop.nurture.models import Recycle
from leadloop.routing.models import Assignment, Desk, Pool, Route, Seat
from leadloop.scoring.models import ScoreModel
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def pool() -> Pool:
    return make_install()


def everything_holds() -> list[str]:
    """What `leadloop verify` would complain about."""
    return [finding.says for proved in verify(now=NOON + timedelta(days=400), most=5) for finding in proved.findings]


def publish_rules(model, name: str, spec: dict) -> None:
    publish(save_draft(model, name=name, title=name, spec=spec, author=None, now=NOON), author=None, now=NOON)


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
    assert list(Notification.objects.values_list("person", "kind")) == [(ann.pk, "asked_again")]
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


# --------------------------------------------------------------------------------------------------- routes through many pools


def test_leads_of_several_pools_in_one_batch_each_get_the_decision_made_for_them(pool):
    east, west = (Pool.objects.create(name=name, created_at=NOON, sla_minutes=minutes) for name, minutes in (("East", 10), ("West", 20)))
    ann, ben, cleo = make_rep("Ann", pool=west), make_rep("Ben", pool=east), make_rep("Cleo", pool=pool)
    rules = [
        {"id": "west", "when": {"field": "region", "op": "is", "value": "CA"}, "pool": west.pk, "how": "turn"},
        {"id": "east", "when": {"field": "region", "op": "is", "value": "NY"}, "pool": east.pk, "how": "turn"},
        {"id": "claim", "when": {"field": "region", "op": "is", "value": "TX"}, "pool": pool.pk, "how": "wait"},
    ]
    publish_rules(Route, "main", {"rules": rules, "fallback": {"pool": pool.pk, "how": "turn"}})
    regions = ["CA", "NY", "", "TX", "NY", "CA", "TX", ""]

    taken = loop.capture([arrival({"email": f"p{number}@a.com", "region": region}) for number, region in enumerate(regions)], now=NOON)

    expected = {
        "CA": ("west", ann.pk, west.pk, 20),
        "NY": ("east", ben.pk, east.pk, 10),
        "TX": ("claim", None, pool.pk, 5),
        "": ("fallback", cleo.pk, pool.pk, 5),
    }
    found = []
    for one in taken:
        standing, touch = Standing.objects.get(pk=one.case.lead_id), Touch.objects.get(lead=one.case.lead_id)
        minutes = (standing.due_at - NOON) // timedelta(minutes=1)
        found.append((touch.data["route"]["rule"], standing.owner_id, standing.pool_id, minutes))
    assert found == [expected[region] for region in regions]
    assert everything_holds() == []


def test_one_person_in_two_pools_never_gets_more_than_the_cap_in_one_batch(pool):
    other = Pool.objects.create(name="Other", created_at=NOON)
    ann = make_rep("Ann", pool=pool, cap=3)
    Seat.objects.create(pool=other, person=ann)
    rule = {"id": "ca", "when": {"field": "region", "op": "is", "value": "CA"}, "pool": other.pk, "how": "turn"}
    publish_rules(Route, "main", {"rules": [rule], "fallback": {"pool": pool.pk, "how": "turn"}})

    loop.capture([arrival({"email": f"p{number}@a.com", "region": "CA" if number % 2 else ""}) for number in range(8)], now=NOON)

    assert Desk.objects.get(person=ann).open_count == 3
    assert Standing.objects.filter(owner=ann).count() == 3
    assert sorted(Standing.objects.filter(owner=None).values_list("pool_id", flat=True)) == sorted([pool.pk] + [other.pk] * 4)
    assert everything_holds() == []


def test_a_route_to_a_pool_that_is_gone_loses_no_lead(pool):
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": 987654, "how": "turn"}})

    taken = loop.capture([arrival(), arrival()], now=NOON)

    assert [one.outcome for one in taken] == ["quarantined", "quarantined"]
    assert Verdict.objects.filter(outcome=Outcome.QUARANTINED).exclude(reason="").count() == 2
    assert everything_holds() == []


# ----------------------------------------------------------------------------------------------------------------- quarantine


def frail_route(pool: Pool) -> None:
    """A rule that fails at run time, and only for leads from nowhere: it names a pool that is gone."""
    rule = {"id": "nowhere", "when": {"field": "region", "op": "is", "value": "Nowhere"}, "pool": 987654, "how": "turn"}
    publish_rules(Route, "main", {"rules": [rule], "fallback": {"pool": pool.pk, "how": "turn"}})


def good_route(pool: Pool) -> None:
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "turn"}})


@pytest.mark.parametrize("later", [False, True], ids=["at the door", "by a worker"])
def test_a_rule_that_fails_sets_aside_its_own_submission_and_no_other(pool, later):
    make_rep("Ann", pool=pool)
    frail_route(pool)

    taken = loop.capture(
        [arrival(later=later), arrival({"email": "bad@a.com", "region": "Nowhere"}, later=later), arrival(later=later)], now=NOON
    )
    loop.run_due(now=NOON, limit=10)

    verdicts = list(Verdict.objects.order_by("pk").values_list("pk", "outcome", "reason"))
    numbers = [one.submission_id for one in taken]
    assert verdicts == [
        (numbers[0], "created", ""),
        (numbers[1], "quarantined", "LookupError: the route names a pool that is not there: 987654"),
        (numbers[2], "created", ""),
    ]
    assert (Lead.objects.count(), Waiting.objects.count(), Assignment.objects.count()) == (2, 0, 2)
    assert everything_holds() == []


def test_replay_puts_through_what_was_set_aside_once_the_rule_is_mended(pool):
    ann = make_rep("Ann", pool=pool)
    frail_route(pool)
    [taken] = loop.capture([arrival({"email": "bad@a.com", "region": "Nowhere"})], now=NOON)

    assert loop.replay([taken.submission_id], now=NOON) == 0  # the rule is as it was
    assert Verdict.objects.get().outcome == "quarantined"
    good_route(pool)
    assert loop.replay([taken.submission_id, 424242], now=NOON + HOUR) == 1
    assert loop.replay([taken.submission_id], now=NOON + HOUR) == 0

    assert (Verdict.objects.get().outcome, Standing.objects.get().owner_id, Waiting.objects.count()) == ("created", ann.pk, 0)
    assert everything_holds() == []


def test_a_reason_that_no_store_takes_is_written_readably(pool):
    [taken] = loop.capture([arrival(later=True)], now=NOON)
    intake.drop_waiting([taken.submission_id])

    intake.quarantine([taken.submission_id], reason="KeyError: 'a\x00b\ud800c'" + "x" * 500)

    assert Verdict.objects.get().reason == ("KeyError: 'a?b?c'" + "x" * 500)[:300]


# ------------------------------------------------------------------------------------------------------------ the cost of it


@contextmanager
def driver_statements():
    """Counts what is sent to the database below Django, bulk writes included, without touching either; blocks of ids apart."""
    seen: list[str] = []

    def watch(frame, event, arg):
        name, file = frame.f_code.co_name, frame.f_code.co_filename
        if event == "c_call" and getattr(arg, "__name__", "") in ("execute", "executemany"):
            if isinstance(arg.__self__, sqlite3.Cursor | sqlite3.Connection):
                seen.append(arg.__name__)
        elif event == "call" and file.endswith("psycopg/cursor.py") and name == "execute":
            if "nextval" not in str(frame.f_locals["query"]):
                seen.append(name)
        elif event == "call" and file.endswith("psycopg/_copy.py") and name == "__enter__":
            seen.append("copy")

    sys.setprofile(watch)
    try:
        yield seen
    finally:
        sys.setprofile(None)


def statements_of_a_batch(size: int) -> int:
    """New leads and known ones, people with turns, a segment, a reply: everything but the first of its kind."""
    known = make_leads(size)
    loop.capture([arrival()], now=NOON)
    items = intake.receive(mixed := [arrival() for _ in range(size)] + [arrival({"email": lead.email, "company": "New"}) for lead in known])
    with driver_statements() as seen:
        loop.advance(list(zip(items, mixed, strict=True)), now=NOON)
    return len(seen)


def test_a_batch_of_any_size_costs_the_same_number_of_statements(pool):
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=pool, cap=5000)

    statements_of_a_batch(1)  # what is compiled once
    counts = [statements_of_a_batch(size) for size in (1, 10, 200)]

    assert counts == [{"sqlite": 21, "postgresql": 19}[connection.vendor]] * 3


# ---------------------------------------------------------------------------------------------------------- rules in new words


def test_rescoring_changes_and_tells_only_what_the_new_rules_change(pool):
    ann = make_rep("Ann", pool=pool)
    plain, founder = (
        make_lead({"email": "a@engines.com"}),
        make_lead({"email": "b@engines.com", "title": "Founder", "phone": "+14155550199"}),
    )
    publish_rules(
        ScoreModel,
        "main",
        starter.SCORE | {"base": 20, "rules": [rule for rule in starter.SCORE["rules"] if rule["id"] != "business_mail"]},
    )

    changed = loop.rescore([plain.pk, founder.pk], now=NOON)
    again = loop.rescore([plain.pk, founder.pk], now=NOON)

    assert (changed, again) == (2, 0)
    assert list(Touch.objects.filter(kind="rescored").order_by("lead").values_list("lead", flat=True)) == [plain.pk, founder.pk]
    assert owners_of([plain, founder]) == [ann.pk, ann.pk]
    assert everything_holds() == []


def test_news_of_a_batch_is_one_row_a_person(pool):
    ann, mia = make_rep("Ann", pool=pool), make_person("Mia", "manager")

    make_leads(7)

    assert list(Notification.objects.values_list("person", "kind", "lead_id", "count", "text")) == [
        (ann.pk, "assigned", None, 7, "7 new leads are yours")
    ]
    assert not Notification.objects.filter(person=mia).exists()
