"""`POST /api/v1/leads`, the same behind the fast door and behind Django: bytes and headers in, an entry for the batcher out."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from leadloop.capture.batcher import Entry
from leadloop.capture.domain.lead_in import LeadIn, Unreadable, read_lead, split_body
from leadloop.capture.models import ApiKey
from leadloop.capture.repeats import OTHER_BODY, Answer, RepeatKey
from leadloop.intake.domain.arrival import Arrival
from leadloop.leads.actions import source_ids
from leadloop.loop import Taken
from leadloop.web.limits import BATCH_ITEMS, KEY_CHARACTERS
from leadloop.web.problems import Problem

ROUTE = "POST /api/v1/leads"
SCOPE = "leads:write"
_encode = msgspec.json.Encoder().encode
Sources = Mapping[str, tuple[int, str]]
FindSources = Callable[[set[str], datetime], Sources]
SEEN_FOR = timedelta(seconds=4)  # people rename sources and give them another country


class _Seen:
    """Sources that this process asked the store for, and when the first of them was asked for. Replaced as a whole: threads share it."""

    by_name: Sources = {}
    since = datetime.min.replace(tzinfo=UTC)


_seen = _Seen()


class UnknownSource(LookupError):
    """A source of that name was not seen by this process of late."""


def seen_sources(names: set[str], now: datetime) -> Sources:
    """Ids by name without asking the store; raises UnknownSource."""
    known = _seen.by_name
    if not names <= known.keys() or now - _seen.since > SEEN_FOR:
        raise UnknownSource
    return known


def found_sources(names: set[str], now: datetime) -> Sources:
    """Ids by name; a name that was never seen is made first, in a transaction of its own."""
    is_old = now - _seen.since > SEEN_FOR
    known = {} if is_old else _seen.by_name
    if not names <= known.keys():
        known = {**known, **source_ids(names, now=now)}
        _seen.by_name = known
    if is_old:
        _seen.since = now
    return known


def entry_for(body: bytes, headers: Mapping[str, str], key: ApiKey, *, now: datetime, find: FindSources = found_sources) -> Entry:
    """Check a request as a whole and turn it into work. Nothing is kept yet.

    Raises:
        UnknownSource: only if `find` is `seen_sources`; ask again where the store may be asked.
        Problem: 400 malformed, 413 too many leads, 415 not JSON, 422 a lead or header that does not fit the schema.
    """
    if headers.get("content-type", "application/json").partition(";")[0].strip().lower() not in ("application/json", ""):
        raise Problem(415, "not_json", "The body must be application/json.")
    try:
        raws, many = split_body(body)
        _check_count(len(raws))
        leads = [(raw, *read_lead(raw, f"leads[{number}]" if many else "", now=now)) for number, raw in enumerate(raws)]
    except Unreadable as error:
        status, code = (400, "malformed_json") if error.malformed else (422, "invalid")
        raise Problem(
            status, code, "The body is not valid." if error.field else error.reason, errors={error.field or "body": error.reason}
        ) from error
    later = "respond-async" in headers.get("prefer", "")
    sources = find({_source_of(lead, key) for _, lead, _ in leads}, now)
    arrivals = [_arrival(raw, lead, payload, sources[_source_of(lead, key)], key, later=later, now=now) for raw, lead, payload in leads]
    return Entry(arrivals, _word_many if many else _word_one, repeat=_repeat(body, headers, key))


def _check_count(count: int) -> None:
    if not count:
        raise Unreadable("", "There is no lead in the body.")
    if count > BATCH_ITEMS:
        raise Problem(413, "too_many", f"At most {BATCH_ITEMS} leads in one call; this one has {count}.")


def answer_of(entry_answer: Answer) -> Answer:
    """The answer to send.

    Raises:
        Problem: the Idempotency-Key was used with another request.
    """
    if entry_answer is OTHER_BODY:
        raise Problem(
            422, "key_reused", "This Idempotency-Key was used with another request.", errors={"Idempotency-Key": "used with another body"}
        )
    return entry_answer


def _arrival(
    raw: bytes, lead: LeadIn, payload: dict[str, Any], source: tuple[int, str], key: ApiKey, *, later: bool, now: datetime
) -> Arrival:
    return Arrival(
        door="api",
        source_id=source[0],
        payload=payload,
        raw=raw.decode(),
        received_at=now,
        happened_at=lead.received_at.astimezone(UTC) if lead.received_at else now,
        country=source[1] or settings.DEFAULT_COUNTRY,
        context={"key": key.pk},
        later=later,
    )


def _source_of(lead: LeadIn, key: ApiKey) -> str:
    return (lead.source or "").strip() or (key.source.name if key.source else f"API: {key.name}")


def repeat_name(headers: Mapping[str, str]) -> str | None:
    """The Idempotency-Key of a request, or None.

    Raises:
        Problem: it cannot be used.
    """
    name = headers.get("idempotency-key")
    if name is None and "idempotency-key" not in headers:
        return None
    if name is None or not (0 < len(name) <= KEY_CHARACTERS and name.isascii() and name.isprintable()):
        raise Problem(
            422,
            "bad_key",
            "That Idempotency-Key cannot be used.",
            errors={"Idempotency-Key": f"1 to {KEY_CHARACTERS} printable ASCII characters"},
        )
    return name


def _repeat(body: bytes, headers: Mapping[str, str], key: ApiKey) -> RepeatKey | None:
    name = repeat_name(headers)
    return None if name is None else RepeatKey(f"key:{key.pk}", ROUTE, name, hashlib.sha256(body).hexdigest())


def result_of(taken: Taken) -> dict[str, Any]:
    """What the caller learns of one lead."""
    if taken.case is None:
        return {"submission": taken.submission_id, "outcome": taken.outcome}
    standing = taken.case.standing
    return {
        "submission": taken.submission_id,
        "outcome": taken.outcome,
        "lead": taken.case.lead_id,
        "stage": standing["stage"],
        "score": standing["score"],
        "owner": standing["owner_id"],
    }


STATUS_OF = {"created": 201, "matched": 200, "waiting": 202, "quarantined": 202}


def _word_one(taken: Sequence[Taken]) -> Answer:
    return Answer(STATUS_OF[taken[0].outcome], _encode(result_of(taken[0])))


def _word_many(taken: Sequence[Taken]) -> Answer:
    results = [result_of(one) for one in taken]
    status = 202 if any(one.outcome in ("waiting", "quarantined") for one in taken) else 200
    return Answer(status, _encode({"results": results}))
