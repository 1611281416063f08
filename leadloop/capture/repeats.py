"""Idempotency-Key: the first answer is kept with the work it answers, and given again to the same request."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
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
Name = tuple[str, str, str]
_LOCK = 7004


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
    def name(self) -> Name:
        return (self.credential, self.route, self.key)


OTHER_BODY = Answer(422, b"")
"""Stands for: this key was used with another request."""
Kept = tuple[str, Answer]
"""The digest of the request that first used a key, and its answer."""


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
    first: set[Name] = set()
    for request in requests:
        repeat = request.repeat
        if repeat is None:
            fresh.append(request)
        elif repeat.name in stored:
            request.answer = _again(repeat, stored)
        elif repeat.name not in first:
            first.add(repeat.name)
            fresh.append(request)
    return fresh


def _stored(names: set[Name]) -> dict[Name, Kept]:
    """Digest and answer by name, perhaps of more than was asked for. By all columns of the primary key: by less it would read every row."""
    if not names:
        return {}
    parts = [bulk.any_of(column, sorted(set(values))) for column, values in zip(COLUMNS[:3], zip(*names, strict=True), strict=True)]
    where, params = " and ".join(condition for condition, _ in parts), [value for _, given in parts for value in given]
    rows = bulk.fetch(f"select credential, route, key, digest, status, body from capture_idempotencyrecord where {where}", params)  # noqa: S608 - constant text
    return {(row[0], row[1], row[2]): (row[3], Answer(row[4], row[5].encode(), replayed=True)) for row in rows}


def answer_repeats(requests: Sequence[Request]) -> None:
    """Give the repeats inside one batch the answer of the first of their key."""
    first: dict[Name, Request] = {}
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
    _keep([(request.repeat, request.answer) for request in requests if request.repeat and isinstance(request.answer, Answer)], now=now)


@retried
def once(repeat: RepeatKey, work: Callable[[], Answer], *, now: datetime) -> Answer:
    """Do `work` and keep its answer in one transaction, or give the answer that was kept; `OTHER_BODY` for another request.

    Whoever sends the same key at the same moment waits for that transaction; nobody else does.
    """
    with transaction.atomic():
        _lock(repeat)
        answer = _again(repeat, _stored({repeat.name}))
        if answer is None:
            answer = work()
            _keep([(repeat, answer)], now=now)
    return answer


def once_each(call: RepeatKey, works: Sequence[Callable[[], Answer]], *, now: datetime) -> list[Answer]:
    """Do the parts of one call in order, each `once` and by itself, so that no part waits, or makes others wait, for the whole.

    A call that broke off goes on where it had come to. It ends early, with `OTHER_BODY`, where another request used the key.
    """
    parts = [replace(call, route=f"{call.route} {number}") for number in range(1, len(works) + 1)]
    stored = _stored({part.name for part in parts})
    answers: list[Answer] = []
    for part, work in zip(parts, works, strict=True):
        answers.append(_again(part, stored) or once(part, work, now=now))
        if answers[-1] is OTHER_BODY:
            break
    return answers


def _again(repeat: RepeatKey, stored: Mapping[Name, Kept]) -> Answer | None:
    """The answer that was kept for the key, if there is one."""
    if repeat.name not in stored:
        return None
    digest, answer = stored[repeat.name]
    return answer if digest == repeat.digest else OTHER_BODY


def _keep(answers: Sequence[tuple[RepeatKey, Answer]], *, now: datetime) -> None:
    rows = [(*repeat.name, repeat.digest, answer.status, answer.body.decode(), moment(now)) for repeat, answer in answers]
    bulk.insert(IdempotencyRecord, COLUMNS, rows)


def _lock(repeat: RepeatKey) -> None:
    """One at a time for this key, to the end of the transaction; two keys of one digest wait without need. SQLite has one writer anyway."""
    if bulk.is_postgres():
        digest = hashlib.sha256("\n".join(repeat.name).encode()).digest()
        bulk.execute("select pg_advisory_xact_lock(%s, %s)", [_LOCK, int.from_bytes(digest[:4], signed=True)])


def forget_old(*, now: datetime) -> int:
    """Keys older than 48 hours may be used anew; returns how many went."""
    gone, _ = IdempotencyRecord.objects.filter(created_at__lt=now - timedelta(hours=IDEMPOTENCY_HOURS)).delete()
    return gone
