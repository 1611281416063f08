"""The verbs of the inbox: keep every submission, hand out what waits, write verdicts, keep the books."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import F

from leadloop.consent import actions as consent
from leadloop.db import bulk
from leadloop.intake.domain.arrival import Arrival
from leadloop.intake.domain.declared import Habits, read_declared
from leadloop.intake.models import Outcome, Refusal, Submission, Tally, Verdict, Waiting
from leadloop.leads.actions import moment
from leadloop.leads.domain.custom_fields import FieldSpec
from leadloop.leads.domain.inquiry import ConsentClaim, Inquiry

SUBMISSION_COLUMNS = ("id", "door", "source_id", "payload", "context", "received_at")
VERDICT_COLUMNS = ("submission_id", "outcome", "lead_id", "reason")


def receive(arrivals: Sequence[Arrival]) -> list[int]:
    """Keep payloads as they came; ids in the same order. Part of the caller's transaction: acknowledge after it commits.

    The sender's own time and the country of context go along, so that judging later means the same as judging now.
    """
    ids = bulk.spare_ids(Submission, len(arrivals))
    rows = [
        (number, one.door, one.source_id, one.raw, _context(one), moment(one.received_at))
        for number, one in zip(ids, arrivals, strict=True)
    ]
    bulk.insert(Submission, SUBMISSION_COLUMNS, rows)
    waiting = [(number,) for number, one in zip(ids, arrivals, strict=True) if one.later]
    bulk.insert(Waiting, ("submission_id",), waiting)
    _count_received(Counter(one.door for one in arrivals))
    return ids


def _count_received(counts: Counter[str]) -> None:
    """Add to the tallies; a door's first submission makes its row."""
    if not counts.keys() <= _tallied:
        bulk.insert_new(Tally, ("door", "received"), [(door, 0) for door in sorted(counts)])
        transaction.on_commit(lambda: _tallied.update(counts))
    bulk.add(Tally, "received", "door", [(count, door) for door, count in sorted(counts.items())])


_tallied: set[str] = set()  # doors whose row is known to be there


def take_waiting(*, limit: int) -> list[tuple[int, Arrival]]:
    """The oldest submissions that wait, off the list with the caller's transaction; another worker's are skipped."""
    lock = " for update of w skip locked" if bulk.is_postgres() else ""
    rows = bulk.fetch(
        "select s.id, s.door, s.source_id, s.payload, s.context, s.received_at from intake_waiting w "  # noqa: S608 - constant text
        f"join intake_submission s on s.id = w.submission_id order by w.submission_id limit %s{lock}",
        [limit],
    )
    drop_waiting([row[0] for row in rows])
    return [(row[0], _arrival(row)) for row in rows]


def is_anything_waiting() -> bool:
    """Whether a worker would find something; asks without a lock."""
    return bool(bulk.fetch("select 1 from intake_waiting limit 1"))


def drop_waiting(ids: Sequence[int]) -> None:
    """These wait no longer."""
    if ids:
        condition, params = bulk.any_of("submission_id", ids)
        bulk.execute(f"delete from intake_waiting where {condition}", params)  # noqa: S608 - constant text


def load(ids: Sequence[int]) -> list[tuple[int, Arrival]]:
    """Kept submissions as they arrived, for a replay."""
    condition, params = bulk.any_of("id", ids)
    rows = bulk.fetch(
        f"select id, door, source_id, payload, context, received_at from intake_submission where {condition} order by id",  # noqa: S608 - constant text
        params,
    )
    return [(row[0], _arrival(row)) for row in rows]


def write_verdicts(rows: Sequence[tuple[int, str, int | None, str]]) -> None:
    """(submission, outcome, lead, reason) for submissions that had none. One statement."""
    bulk.insert(Verdict, VERDICT_COLUMNS, rows)


def quarantine(ids: Sequence[int], *, reason: str) -> None:
    """Set submissions aside with the reason, counted and ready to be replayed."""
    readable = reason[:300].encode("utf-8", "replace").decode().replace("\x00", "?")
    write_verdicts([(number, Outcome.QUARANTINED.value, None, readable) for number in ids])


def release_quarantine(ids: Sequence[int]) -> list[int]:
    """Back on the waiting list; returns those that were in quarantine, once each however often asked."""
    with transaction.atomic():
        held = Verdict.objects.filter(submission_id__in=ids, outcome=Outcome.QUARANTINED)
        released = sorted(held.values_list("submission_id", flat=True))
        Verdict.objects.filter(submission_id__in=released, outcome=Outcome.QUARANTINED).delete()
        bulk.insert(Waiting, ("submission_id",), [(number,) for number in released])
    return released


def count_refusal(door: str, reason: str, *, now: datetime, count: int = 1) -> None:
    """Note that a door turned something away, by day and reason."""
    row, made = Refusal.objects.get_or_create(day=now.date(), door=door, reason=reason[:60], defaults={"count": count})
    if not made:
        Refusal.objects.filter(pk=row.pk).update(count=F("count") + count)


def _context(arrival: Arrival) -> str:
    context = dict(arrival.context)
    if arrival.country or arrival.happened_at != arrival.received_at:
        context = {**context, "country": arrival.country, "happened_at": arrival.happened_at.isoformat()}
    return bulk.to_json(context).decode()


def _arrival(row: Sequence[Any]) -> Arrival:
    _, door, source_id, raw, context, received_at = row
    context = msgspec.json.decode(context) if isinstance(context, str) else context
    received_at = received_at.replace(tzinfo=UTC)
    happened_at = datetime.fromisoformat(context["happened_at"]) if "happened_at" in context else received_at
    return Arrival(
        door=door,
        source_id=source_id,
        payload=msgspec.json.decode(raw),
        raw=raw,
        received_at=received_at,
        happened_at=happened_at,
        country=context.get("country", ""),
        context=context,
    )


def read_fields(inquiries: Sequence[Inquiry], specs: Mapping[str, FieldSpec]) -> None:
    """Values of declared fields in the form in which they are stored; costs nothing where none is declared or none came."""
    if not specs:
        return
    zone = ZoneInfo(settings.REPORT_ZONE)
    for inquiry in inquiries:
        if inquiry.values["custom"] or inquiry.blank_words:
            today = inquiry.received_at.astimezone(zone).date()
            habits = Habits(inquiry.values["country"], zone, today)
            read_declared(inquiry.values, specs, habits, blank_words=inquiry.blank_words)


def record_consents(inquiries: Sequence[Inquiry]) -> None:
    """What people allowed and forbade, with its evidence, for each contact point that they gave. One statement."""
    consent.record_consents(
        [
            (key, claim.purpose, claim.channel, claim.granted, _evidence(claim), inquiry.submission_id, moment(inquiry.received_at))
            for inquiry in inquiries
            for claim in inquiry.consents
            for key in inquiry.keys
            if key[0] != "x"
        ]
    )


def _evidence(claim: ConsentClaim) -> dict[str, object]:
    return {"text": claim.text, "version": claim.version, "url": claim.url, "ip": claim.ip, **claim.evidence}
