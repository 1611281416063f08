"""Idempotency-Key: the first answer is kept with the work it answers."""

from datetime import timedelta

import pytest

from leadloop.capture import repeats
from leadloop.capture.models import IdempotencyRecord
from leadloop.capture.repeats import OTHER_BODY, Answer, RepeatKey
from leadloop.db import bulk
from tests.make import NOON
from tests.proofs import loop_is_locked

pytestmark = pytest.mark.django_db
KEY = RepeatKey("key:1", "POST /x", "k", "digest")


def once(key: RepeatKey, body: bytes = b"{}", *, now=NOON) -> Answer:
    return repeats.once(key, lambda: Answer(200, body), now=now)


def test_the_same_request_gets_the_first_answer_and_the_work_is_not_done_again():
    assert once(KEY, b'"first"') == Answer(200, b'"first"')
    assert once(KEY, b'"second"') == Answer(200, b'"first"', replayed=True)


def test_another_request_under_the_same_key_is_told_so():
    once(KEY)
    assert once(RepeatKey("key:1", "POST /x", "k", "another")) is OTHER_BODY


@pytest.mark.parametrize(
    "other",
    [
        RepeatKey("key:2", "POST /x", "k", "digest"),
        RepeatKey("key:1", "POST /y", "k", "digest"),
        RepeatKey("key:1", "POST /x", "K", "digest"),
    ],
)
def test_keys_of_others_routes_and_other_spellings_are_other_keys(other):
    once(KEY, b'"first"')
    assert once(other, b'"second"') == Answer(200, b'"second"')


def test_work_that_fails_keeps_no_answer():
    def fail() -> Answer:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the work's own
        repeats.once(KEY, fail, now=NOON)
    assert once(KEY, b'"second"') == Answer(200, b'"second"')


def test_a_key_may_be_used_anew_after_two_days():
    once(KEY, b'"first"')
    assert repeats.forget_old(now=NOON + timedelta(hours=48)) == 0
    assert repeats.forget_old(now=NOON + timedelta(hours=48, seconds=1)) == 1
    assert (IdempotencyRecord.objects.count(), once(KEY, b'"second"')) == (0, Answer(200, b'"second"'))


def test_each_part_of_a_call_is_done_once_and_in_order():
    works = [lambda number=number: Answer(200, b"%d" % number) for number in (1, 2, 3)]
    first, again = repeats.once_each(KEY, works, now=NOON), repeats.once_each(KEY, works[::-1], now=NOON)
    assert first == [Answer(200, b"1"), Answer(200, b"2"), Answer(200, b"3")]
    assert again == [Answer(200, b"1", replayed=True), Answer(200, b"2", replayed=True), Answer(200, b"3", replayed=True)]


def test_a_call_that_broke_off_goes_on_where_it_had_come_to():
    done = []

    def work() -> Answer:
        done.append(len(done))
        return Answer(200, b"%d" % len(done))

    def fail() -> Answer:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the work's own
        repeats.once_each(KEY, [work, fail, work], now=NOON)
    assert repeats.once_each(KEY, [work, work, work], now=NOON) == [Answer(200, b"1", replayed=True), Answer(200, b"2"), Answer(200, b"3")]
    assert len(done) == 3


def test_another_call_under_the_same_key_does_nothing():
    done = []

    def work() -> Answer:
        done.append(1)
        return Answer(200, b"")

    repeats.once_each(KEY, [work], now=NOON)
    assert repeats.once_each(RepeatKey("key:1", "POST /x", "k", "another"), [work, work], now=NOON) == [OTHER_BODY]
    assert len(done) == 1


@pytest.mark.django_db(transaction=True)
def test_work_under_a_key_holds_up_no_capture():
    if not bulk.is_postgres():
        pytest.skip("SQLite lets one writer in at a time")
    locked = []

    def work() -> Answer:
        locked.append(loop_is_locked())
        return Answer(200, b"{}")

    repeats.once(KEY, work, now=NOON)
    repeats.once_each(KEY, [work, work], now=NOON)
    assert locked == [False] * 3
