"""Idempotency-Key: the first answer is kept with the work it answers."""

from datetime import timedelta

import pytest

from leadloop.capture import repeats
from leadloop.capture.models import IdempotencyRecord
from leadloop.capture.repeats import OTHER_BODY, Answer, RepeatKey
from tests.make import NOON

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
