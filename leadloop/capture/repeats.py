"""Idempotency-Key: the first answer is kept with the work it answers, and given again to the same request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from django.db import transaction

from leadloop.capture.models import IdempotencyRecord
from leadloop.db import bulk
from leadloop.db.outages import retried
from leadloop.leads.actions import moment
from leadloop.web.limits import IDEMPOTENCY_HOURS

COLUMNS = ("credential", "route", "key", "digest", "status", "body", "created_at")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body; `replayed` if it is the answer to an earlier request."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class RepeatKey:
    """Whose key for which route, and the digest of the request that first used it."""

    credential: str
    route: str
    key: str
    digest: str

    @property
    def name(self) -> tuple[str, str, str]:
        return (self.credential, self.route, self.key)


OTHER_BODY = Answer(422, b"")
"""Stands for: this key was used with another request."""


class Repeatable(Protocol):
    """A request that may be a repeat."""

    repeat: RepeatKey | None
    answer: Answer | BaseException | None


Request = TypeVar("Request", bound=Repeatable)


def unanswered(requests: Sequence[Request]) -> list[Request]:
    """The requests that must be done: not answered before, and the first of their key in this batch. At most one query.

    Runs inside the loop's lock: whoever used the key before has committed, so nothing is ever "still running".
    """
    stored = _stored({request.repeat.name for request in requests if request.repeat})
    fresh: list[Request] = []
    first: set[tuple[str, str, str]] = set()
    for request in requests:
        repeat = request.repeat
        if repeat is None:
            fresh.append(request)
        elif repeat.name in stored:
            digest, answer = stored[repeat.name]
            request.answer = answer if digest == repeat.digest else OTHER_BODY
        elif repeat.name not in first:
            first.add(repeat.name)
            fresh.append(request)
    return fresh


def _stored(names: set[tuple[str, str, str]]) -> dict[tuple[str, str, str], tuple[str, Answer]]:
    """Digest and answer by name, perhaps of more than was asked for. By all columns of the primary key: by less it would read every row."""
    if not names:
        return {}
    parts = [bulk.any_of(column, sorted(set(values))) for column, values in zip(COLUMNS[:3], zip(*names, strict=True), strict=True)]
    where, params = " and ".join(condition for condition, _ in parts), [value for _, given in parts for value in given]
    rows = bulk.fetch(f"select credential, route, key, digest, status, body from capture_idempotencyrecord where {where}", params)  # noqa: S608 - constant text
    return {(row[0], row[1], row[2]): (row[3], Answer(row[4], row[5].encode(), replayed=True)) for row in rows}


def answer_repeats(requests: Sequence[Request]) -> None:
    """Give the repeats inside one batch the answer of the first of their key."""
    first: dict[tuple[str, str, str], Request] = {}
    for request in requests:
        if request.repeat and isinstance(request.answer, Answer) and not request.answer.replayed and request.answer is not OTHER_BODY:
            first.setdefault(request.repeat.name, request)
    for request in requests:
        if request.repeat and request.answer is None:
            origin = first[request.repeat.name]
            same = origin.repeat is not None and origin.repeat.digest == request.repeat.digest
            request.answer = replace(origin.answer, replayed=True) if same and isinstance(origin.answer, Answer) else OTHER_BODY


def remember(requests: Sequence[Request], *, now: datetime) -> None:
    """Keep the answers of requests that came with a key. One statement."""
    rows = [
        (*request.repeat.name, request.repeat.digest, request.answer.status, request.answer.body.decode(), moment(now))
        for request in requests
        if request.repeat and isinstance(request.answer, Answer)
    ]
    bulk.insert(IdempotencyRecord, COLUMNS, rows)


@dataclass(slots=True, eq=False)
class _Single:
    """One request outside the batcher."""

    repeat: RepeatKey | None
    answer: Answer | BaseException | None = None


@retried
def once(repeat: RepeatKey, work: Callable[[], Answer], *, now: datetime) -> Answer:
    """Do `work` and keep its answer in one transaction, or give the answer that was kept; `OTHER_BODY` for another request."""
    request = _Single(repeat)
    with transaction.atomic():
        bulk.lock_loop()
        if unanswered([request]):
            request.answer = work()
            remember([request], now=now)
    if not isinstance(request.answer, Answer):
        raise TypeError("a request without an answer")
    return request.answer


def forget_old(*, now: datetime) -> int:
    """Keys older than 48 hours may be used anew; returns how many went."""
    gone, _ = IdempotencyRecord.objects.filter(created_at__lt=now - timedelta(hours=IDEMPOTENCY_HOURS)).delete()
    return gone
