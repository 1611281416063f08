"""Many at once: one owner, one conversion, one lead a key, fair turns, caps that hold. Real threads on real connections."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from leadloop import loop, steps
from leadloop.capture import keys
from leadloop.capture.batcher import Batcher, Entry
from leadloop.capture.repeats import Answer, RepeatKey
from leadloop.db import bulk, queue
from leadloop.db.models import Job
from leadloop.db.outages import retried
from leadloop.kernel.errors import LeadLoopError
from leadloop.leads.models import Account, Contact, Lead, Standing, Touch
from leadloop.leads.temperature import thermometer
from leadloop.outcomes.models import Conversion, Opportunity
from leadloop.routing.actions import published_route
from leadloop.routing.errors import AlreadyClaimed, DeskFull
from leadloop.routing.models import Assignment, Desk, Pool, Route, Seat
from leadloop.scoring.actions import published_definition, published_models
from leadloop.segments import hand, rebuilding
from leadloop.segments.actions import published_segments
from leadloop.segments.models import Change, Member, Segment
from leadloop.teams.models import User
from tests.make import NOON, arrival, make_install, make_lead, make_leads, make_person, make_rep
from tests.proofs import everything_holds, publish_rules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Pool:
    for kept in (published_route, published_models, published_definition, thermometer, published_segments):
        kept.cache_clear()
    loop.intake._tallied.clear()  # the table is emptied between tests, which never happens to an install
    return make_install()


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call returned or raised; all start together, each in a thread with a connection of its own."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def one(number: int, call: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(60)
            results[number] = call()
        except Exception as error:  # noqa: BLE001 - the caller looks at it
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number, call)) for number, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def wait_in_pool(pool: Pool) -> None:
    """From now on leads wait to be claimed."""
    publish_rules(Route, "main", {"rules": [], "fallback": {"pool": pool.pk, "how": "wait"}})


@pytest.mark.parametrize("number", [2, 20])
def test_of_many_claims_at_once_one_wins(pool, number):
    reps = [make_rep(f"Rep{one}", pool=pool) for one in range(number)]
    wait_in_pool(pool)
    lead = make_lead()

    results = at_once([lambda rep=rep: steps.claim([lead.pk], steps.by(rep, now=NOON)) for rep in reps])

    winners = [rep.pk for rep, result in zip(reps, results, strict=True) if result.done]
    assert [type(result.refused.get(lead.pk)) for result in results].count(AlreadyClaimed) == number - 1
    assert winners == [Standing.objects.get().owner_id] == list(Assignment.objects.values_list("person", flat=True))
    assert Touch.objects.filter(kind="claimed").count() == 1
    assert everything_holds() == []


def test_claims_at_once_by_one_person_end_at_the_cap(pool):
    ann = make_rep("Ann", pool=pool, cap=3)
    wait_in_pool(pool)
    leads = make_leads(10)

    results = at_once([lambda lead=lead: steps.claim([lead.pk], steps.by(ann, now=NOON)) for lead in leads])

    refusals = Counter(type(error) for result in results for error in result.refused.values())
    assert (sum(len(result.done) for result in results), refusals) == (3, {DeskFull: 7})
    assert Desk.objects.get(person=ann).open_count == Standing.objects.filter(owner=ann).count() == 3
    assert everything_holds() == []


@pytest.mark.parametrize("number", [2, 8])
def test_converting_at_once_makes_one_account_one_contact_and_one_opportunity(pool, number):
    make_rep("Ann", pool=pool)
    lead = make_lead({"name": "Ada Lovelace", "email": "ada@engines.com", "company": "Engines"})

    results = at_once(
        [lambda: steps.convert(lead.pk, steps.by(None, now=NOON), deal=steps.Deal("A mill", 500_00, "USD")) for _ in range(number)]
    )

    assert len({result.pk for result in results}) == 1
    assert [model.objects.count() for model in (Account, Contact, Opportunity, Conversion)] == [1, 1, 1, 1]
    assert Touch.objects.filter(kind="converted").count() == 1
    assert everything_holds() == []


def test_leads_of_one_company_that_convert_at_once_share_its_account(pool):
    make_rep("Ann", pool=pool)
    leads = [make_lead({"name": f"Ada Number{one}", "email": f"ada{one}@engines.com", "company": "Engines"}) for one in range(8)]

    at_once([lambda lead=lead: steps.convert(lead.pk, steps.by(None, now=NOON), deal=steps.Deal()) for lead in leads])

    assert [model.objects.count() for model in (Account, Contact, Opportunity)] == [1, 8, 8]
    assert everything_holds() == []


def test_one_idempotency_key_from_ten_threads_is_one_lead_and_one_first_answer(pool):
    make_rep("Ann", pool=pool)
    writers = [Batcher(room=100) for _ in range(5)]  # as many web processes
    key = RepeatKey("key:1", "POST /api/v1/leads", "the-same", "digest")
    payload = {"name": "Ada Lovelace"}  # no key by which matching would find it again

    def send(number: int) -> Answer:
        word = lambda taken: Answer(201, str(taken[0].case.lead_id).encode())  # noqa: E731 - as the doors word it
        return writers[number % 5].submit(Entry([arrival(payload)], word, repeat=key))

    answers = at_once([lambda number=number: send(number) for number in range(10)])
    for writer in writers:
        writer.stop()

    assert Lead.objects.count() == 1
    assert Counter((answer.status, answer.body, answer.replayed) for answer in answers) == {
        (201, str(Lead.objects.get().pk).encode(), False): 1,
        (201, str(Lead.objects.get().pk).encode(), True): 9,
    }
    assert everything_holds() == []


def test_one_idempotency_key_on_steps_from_ten_threads_takes_each_step_once(pool):
    make_rep("Ann", pool=pool)
    lead = make_lead().pk
    work = [{"lead": lead, "step": "log", "text": str(number)} for number in range(5)] + [{"lead": lead, "step": "convert"}]
    send = program()

    answers = at_once([lambda: send(work, "the-same") for _ in range(10)])

    assert len({answer.content for answer in answers}) == 1
    assert [result["outcome"] for result in answers[0].json()["results"]] == ["done"] * 6
    assert [touch.data["text"] for touch in Touch.objects.filter(kind="noted").order_by("pk")] == ["0", "1", "2", "3", "4"]
    assert Opportunity.objects.count() == 1
    assert everything_holds() == []


def test_calls_of_steps_under_keys_and_captures_on_the_same_leads_end_without_a_deadlock(pool):
    """A call locks lead by lead as it goes; if it kept those locks it would meet others half-way, and captures would wait for it."""
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=pool)
    leads = [make_lead({"email": f"p{number}@engines.com"}) for number in range(9)]
    ids, send = [lead.pk for lead in leads], program()
    takes = [[{"lead": one, "step": step} for one in order for step in ("release", "log")] for order in (ids, ids[::-1])]
    ask = [arrival({"email": lead.email, "company": "Engines"}) for lead in leads]

    results = at_once(
        [lambda take=take, key=key: send(take, f"key-{key}") for key, take in enumerate(takes * 2)]
        + [lambda: loop.capture(ask[::-1], now=NOON) for _ in range(4)]
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    assert [answer.status_code for answer in results[:4]] == [200] * 4
    assert everything_holds() == []


def program() -> Callable[..., Any]:
    """Sends steps under an Idempotency-Key, as a program with a key does."""
    _, secret = keys.new_key("Program", scopes=["steps:write"], source=None, author=None, now=NOON)

    def send(work: list[dict[str, Any]], key: str) -> Any:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        return Client().post("/api/v1/steps", {"steps": work}, content_type="application/json", headers=headers)

    return send


def test_500_leads_in_parallel_over_seven_people_are_71_or_72_each(pool):
    reps = [make_rep(f"Rep{number}", pool=pool, cap=1000) for number in range(7)]
    batches = [[arrival(door=f"door {size}") for _ in range(size)] for size in (1, 9, 40, 50, 100, 51, 124, 125)]

    at_once([lambda batch=batch: loop.capture(batch, now=NOON) for batch in batches])

    shares = Counter(Standing.objects.values_list("owner", flat=True))
    assert sorted(shares.values()) == [71] * 4 + [72] * 3
    assert shares.keys() == {rep.pk for rep in reps}
    assert sorted(seat.turns for seat in Seat.objects.all()) == [71] * 4 + [72] * 3
    assert everything_holds() == []


def test_no_cap_is_exceeded_however_many_come_at_once(pool):
    reps = [make_rep(f"Rep{number}", pool=pool, cap=7) for number in range(3)]

    at_once([lambda: loop.capture([arrival() for _ in range(5)], now=NOON) for _ in range(8)])

    assert Counter(Standing.objects.values_list("owner", flat=True)) == {**{rep.pk: 7 for rep in reps}, None: 19}
    assert everything_holds() == []


def test_the_same_stranger_at_many_doors_at_once_is_one_lead(pool):
    """Three doors for each, since submissions of one door already wait for one another at its tally."""
    for number in range(8):
        payload = {"email": f"ada{number}@engines.com", "name": "Ada Lovelace"}
        at_once([lambda door=door, sent=payload: loop.capture([arrival(sent, door=door)], now=NOON) for door in ("api", "form", "file")])

    assert (Lead.objects.count(), Touch.objects.count()) == (8, 24)
    assert everything_holds() == []


def test_a_step_and_a_new_inquiry_at_the_same_moment_both_count(pool):
    """Neither may write back what it read before the other committed."""
    ann = make_rep("Ann", pool=pool)
    leads = [make_lead({"email": f"p{number}@engines.com"}) for number in range(6)]
    accept = [lambda lead=lead: steps.accept([lead.pk], steps.by(ann, now=NOON)) for lead in leads]
    ask = [lambda lead=lead: loop.capture([arrival({"email": lead.email, "company": "Engines"})], now=NOON) for lead in leads]

    results = at_once([*accept, *ask])

    assert [result for result in results if isinstance(result, Exception)] == []
    assert set(Standing.objects.values_list("stage", "touches", "version")) == {("working", 2, 3)}
    assert everything_holds() == []


def test_steps_on_the_same_leads_in_any_order_end_without_a_deadlock_or_a_loss(pool):
    for name in ("Ann", "Ben", "Cleo"):
        make_rep(name, pool=pool)
    ids = [lead.pk for lead in make_leads(12)]
    system, people = steps.by(None, now=NOON), list(User.objects.filter(role="rep"))
    calls = [
        lambda: steps.assign(ids, system, person=people[0]),
        lambda: steps.assign(ids[::-1], system, person=people[1]),
        lambda: steps.release(ids[::2], system),
        lambda: steps.release(ids[::-2], system),
        lambda: steps.log(ids[5:], system, kind="called"),
        lambda: loop.capture([arrival() for _ in range(6)], now=NOON),
    ]

    results = at_once(calls)

    assert [result for result in results if isinstance(result, Exception)] == []
    assert [error for result in results[:5] for error in result.refused.values()] == []
    assert everything_holds() == []


def test_of_two_that_wait_for_one_another_the_loser_does_it_again():
    """A real deadlock: each holds what the other wants. PostgreSQL ends one of them; nobody hears of it."""
    if not bulk.is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    first, second = make_person("Ann"), make_person("Ben")
    meet, tries = threading.Barrier(2), []

    @retried
    def rename(one: User, other: User) -> None:
        tries.append(one)
        with transaction.atomic():
            User.objects.filter(pk=one.pk).update(zone="Europe/Berlin")
            if len(tries) <= 2:
                meet.wait(30)
            User.objects.filter(pk=other.pk).update(zone="Europe/Rome")

    results = at_once([lambda: rename(first, second), lambda: rename(second, first)])

    assert results == [None, None]
    assert 3 <= len(tries) <= 4, "the loser may meet the winner once more"


def test_two_workers_share_what_waits_and_judge_nothing_twice(pool):
    loop.capture([arrival(later=True) for _ in range(60)], now=NOON)

    counts = at_once([lambda: sum(loop.run_due(now=NOON, limit=10) for _ in range(6)) for _ in range(4)])

    assert sum(counts) == Lead.objects.count() == Touch.objects.count() == 60
    assert everything_holds() == []


def test_leads_come_back_from_nurture_once_however_many_workers_look(pool):
    make_rep("Ann", pool=pool)
    ids = [lead.pk for lead in make_leads(10)]
    steps.recycle(ids, steps.by(None, now=NOON), reason="not_now", due_at=NOON)

    counts = at_once([lambda: loop.wake_due(now=NOON, limit=100) for _ in range(4)])

    assert (sorted(counts), Touch.objects.filter(kind="returned").count()) == ([0, 0, 0, 10], 10)
    assert everything_holds() == []


def test_no_two_workers_get_the_same_job():
    now = NOON
    Job.objects.bulk_create(Job(name=f"job {number}", run_after=now, created_at=now) for number in range(40))

    got = at_once(
        [lambda name=f"worker {number}": [job.pk for _ in range(10) for job in queue.claim(name, now=now)] for number in range(6)]
    )

    claimed = [pk for jobs in got for pk in jobs]
    assert sorted(claimed) == sorted(Job.objects.values_list("pk", flat=True))
    assert set(Job.objects.values_list("state", "attempts", "fence")) == {("running", 1, 1)}


def test_a_manager_who_gives_and_a_rep_who_claims_never_both_win(pool):
    ann, mia = make_rep("Ann", pool=pool), make_person("Mia", "manager")
    ben = make_rep("Ben", pool=pool)
    wait_in_pool(pool)
    leads = make_leads(5)

    at_once(
        [lambda lead=lead: steps.claim([lead.pk], steps.by(ann, now=NOON)) for lead in leads]
        + [lambda lead=lead: steps.assign([lead.pk], steps.by(mia, now=NOON), person=ben) for lead in leads]
    )

    assert set(Standing.objects.values_list("owner", flat=True)) == {ben.pk}  # the manager's word stands, first or second
    assert Assignment.objects.filter(ended_at=None).count() == 5
    assert everything_holds() == []


def test_errors_of_one_race_are_refusals_and_no_crashes(pool):
    ann = make_rep("Ann", pool=pool)
    lead = make_lead()

    results = at_once([lambda: steps.disqualify([lead.pk], steps.by(ann, now=NOON), reason="no_need") for _ in range(6)])

    assert sum(len(result.done) for result in results) == 1
    assert all(isinstance(error, LeadLoopError) for result in results for error in result.refused.values())
    assert everything_holds() == []


def test_captures_and_words_during_a_rebuilding_are_all_in_the_members_and_their_history(pool):
    make_rep("Ann", pool=pool)
    publish_rules(Segment, "north", {"kind": "mixed", "criteria": {"field": "country", "op": "is", "value": "DE"}})
    german = lambda number: arrival({"email": f"g{number}@b.de", "country": "DE" if number % 2 else "FR"})  # noqa: E731 - short
    known = [taken.case.lead_id for taken in loop.capture([german(number) for number in range(40)], now=NOON)]
    Member.objects.filter(segment="north").delete()  # as if it had just been published
    Change.objects.filter(segment="north").delete()
    version = Segment.objects.published().get(name="north")

    results = at_once(
        [
            lambda: rebuilding.rebuild(version, now=NOON),
            lambda: rebuilding.rebuild(version, now=NOON),
            lambda: loop.capture([german(number) for number in range(30, 60)], now=NOON),
            lambda: hand.keep_out("north", known[:10], hand.Hand(None), now=NOON),
            lambda: hand.put_in("north", known[10:20], hand.Hand(None), now=NOON),
            lambda: steps.edit(known[20:24], steps.by(None, now=NOON), values={"country": "DE"}),
        ]
    )

    assert [result for result in results if isinstance(result, Exception)] == []
    rebuilding.rebuild(version, now=NOON)
    assert Change.objects.filter(segment="north", why="published", happened_at__gt=NOON).count() == 0
    assert everything_holds() == []


def test_a_version_published_during_a_rebuilding_is_the_one_that_stands(pool):
    make_rep("Ann", pool=pool)
    german = {"field": "country", "op": "is", "value": "DE"}
    publish_rules(Segment, "north", {"criteria": german})
    old = Segment.objects.published().get(name="north")
    ids = [
        taken.case.lead_id for taken in loop.capture([arrival({"email": f"g{one}@b.de", "country": "DE"}) for one in range(9)], now=NOON)
    ]

    def publish_and_rebuild() -> None:
        publish_rules(Segment, "north", {"criteria": {"not": german}})
        rebuilding.rebuild(Segment.objects.published().get(name="north"), now=NOON)

    at_once(
        [
            lambda: rebuilding.rebuild(old, now=NOON),
            publish_and_rebuild,
            *(lambda one=one: steps.log([one], steps.by(None, now=NOON), kind="called", outcome="reached") for one in ids),
        ]
    )

    assert not Member.objects.filter(segment="north").exists()
    assert everything_holds() == []
