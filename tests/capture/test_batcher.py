"""The writer: requests that wait share a transaction, a bad one stops nobody, and an outage is a 503 that passes."""

import asyncio
import json
import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from leadloop.capture.batcher import Batcher, Entry, Overloaded
from leadloop.capture.repeats import OTHER_BODY, Answer, RepeatKey
from leadloop.db import bulk
from leadloop.intake.models import Submission, Tally
from leadloop.kernel.errors import Unavailable
from leadloop.leads.models import Lead
from leadloop.loop import Taken
from tests.make import arrival, make_install, make_rep

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer() -> Iterator[Batcher]:
    make_rep("Ann", pool=make_install())
    one = Batcher(room=1_000)
    yield one
    one.stop()


def word(taken: list[Taken]) -> Answer:
    return Answer(201, json.dumps([one.outcome for one in taken]).encode())


def entry(**more) -> Entry:
    return Entry([arrival()], word, **more)


def together(writer: Batcher, entries: list[Entry]) -> list[Answer | BaseException]:
    """The answers to requests that waited at the same moment: they gather while the writer is busy with another."""
    busy, go = threading.Event(), threading.Event()

    def hold(taken: list[Taken]) -> None:
        busy.set()
        go.wait(30)

    holder = entry(also=hold)

    async def send() -> list[Answer | BaseException]:
        first = asyncio.create_task(writer.submit_async(holder))
        while not busy.is_set():
            await asyncio.sleep(0)
        others = [asyncio.create_task(writer.submit_async(one)) for one in entries]
        await asyncio.sleep(0)
        go.set()
        return (await asyncio.gather(first, *others, return_exceptions=True))[1:]

    return asyncio.run(send())


def test_an_answer_comes_after_the_commit(writer):
    answer = writer.submit(entry())
    assert (answer, Lead.objects.count()) == (Answer(201, b'["created"]'), 1)


def test_requests_that_wait_at_the_same_moment_share_one_transaction(writer):
    kept: list[int] = []

    answers = together(writer, [entry(also=lambda _: kept.append(Submission.objects.count())) for _ in range(20)])

    assert answers == [Answer(201, b'["created"]')] * 20
    assert kept == [21] * 20  # each sees all the others, and the one that held the writer up
    assert (Lead.objects.count(), Tally.objects.get().received) == (21, 21)


def test_a_request_that_fails_stops_none_of_its_neighbours(writer):
    def fail(taken: list[Taken]) -> None:
        raise ValueError("not this one")

    answers = together(writer, [entry(), entry(also=fail), entry()])

    assert [type(answer) for answer in answers] == [Answer, ValueError, Answer]
    assert (Lead.objects.count(), Submission.objects.count(), Tally.objects.get().received) == (3, 3, 3)


def test_repeats_inside_one_batch_get_the_first_answer_and_other_bodies_none(writer):
    same, other = RepeatKey("key:1", "r", "k", "digest"), RepeatKey("key:1", "r", "k", "another")
    foreign = RepeatKey("key:2", "r", "k", "digest")

    first, again, odd, theirs = together(writer, [entry(repeat=same), entry(repeat=same), entry(repeat=other), entry(repeat=foreign)])

    assert (first, again, theirs) == (Answer(201, b'["created"]'), Answer(201, b'["created"]', replayed=True), Answer(201, b'["created"]'))
    assert odd is OTHER_BODY
    assert Lead.objects.count() == 3


def test_repeats_stay_right_when_their_batch_failed_first(writer):
    """Nothing that an attempt said counts once it is rolled back."""
    same = RepeatKey("key:1", "r", "k", "digest")
    body = lambda taken: Answer(201, str(taken[0].case.lead_id).encode())  # noqa: E731 - as the doors word it

    def fail(taken: list[Taken]) -> None:
        raise ValueError("not this one")

    entries = [Entry([arrival({"name": "Ada"})], body, repeat=same), Entry([arrival({"name": "Ada"})], body, repeat=same), entry(also=fail)]
    first, again, failed = together(writer, entries)

    [lead] = Lead.objects.filter(email="")
    assert (first.body, again.body, again.replayed, type(failed)) == (str(lead.pk).encode(), str(lead.pk).encode(), True, ValueError)


def test_more_than_fits_is_refused_before_anything_is_kept(writer):
    small = Batcher(room=2)
    with pytest.raises(Overloaded) as refused:
        small.submit(Entry([arrival() for _ in range(3)], word))
    assert (refused.value.status, refused.value.retry_after, small.depth, Submission.objects.count()) == (503, 1, 0, 0)


def test_an_outage_is_a_503_and_the_next_request_goes_through(writer):
    writer.submit(entry())
    failing = together(writer, [entry(also=break_the_store), entry()])
    after = writer.submit(entry())

    assert [type(answer) for answer in failing] == [Unavailable, Unavailable]
    assert (after.status, Lead.objects.count()) == (201, 3)  # the first, the one that held the writer up, and the last
    assert Tally.objects.get().received == Submission.objects.count() == 3


def test_a_store_that_went_away_between_two_requests_comes_back(writer):
    """PostgreSQL started again: the writer's connection is dead, and only the first request hears of it."""
    if not bulk.is_postgres():
        pytest.skip("SQLite has no server that could go away")
    writer.submit(entry())
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )

    with pytest.raises(Unavailable):
        writer.submit(entry())
    assert writer.submit(entry()).status == 201
    assert Lead.objects.count() == 2


def break_the_store(taken: list[Taken]) -> None:
    """In the writer's own connection: no room on the disk, or no server."""
    if bulk.is_postgres():
        connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")
    else:
        bulk.execute("pragma max_page_count = 1")
        while True:  # until it is
            bulk.execute("insert into intake_refusal (day, door, reason, count) values ('2026-03-02', 'api', hex(randomblob(2000)), 1)")
