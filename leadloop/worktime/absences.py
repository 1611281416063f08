"""The verbs of absence: somebody is away, comes back, or is away as their calendar says. Each turns the epoch, so that all notice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from leadloop.db.versions import turn_epoch
from leadloop.worktime.domain.feed import Event
from leadloop.worktime.errors import BadAbsence
from leadloop.worktime.models import Absence, How, PersonTime

LONGEST_WHY = 120


def absent(
    person: Any, starts_at: datetime, ends_at: datetime | None, *, how: str, now: datetime, why: str = "", by: Any = None
) -> Absence:
    """Somebody is away from then to then, or until it is cancelled. The same absence told twice is one.

    Raises:
        BadAbsence: it ends before it starts.
    """
    starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC) if ends_at else None
    if ends_at is not None and ends_at <= starts_at:
        raise BadAbsence
    with transaction.atomic():
        given = {"why": why.strip()[:LONGEST_WHY], "by": by, "created_at": now}
        same = Absence.objects.standing().filter(person=person, starts_at=starts_at, ends_at=ends_at, how=how, feed_key="").first()
        if same:
            return same
        made = Absence.objects.create(person=person, starts_at=starts_at, ends_at=ends_at, how=how, **given)
        turn_epoch()
    return made


def cancel(absence: Absence, *, now: datetime) -> None:
    """It does not hold any more; what has passed of one that began stays."""
    with transaction.atomic():
        live = Absence.objects.standing().filter(Q(ends_at=None) | Q(ends_at__gt=now), pk=absence.pk)
        if live.filter(starts_at__gte=now).update(cancelled_at=now) or live.filter(starts_at__lt=now).update(ends_at=now):
            turn_epoch()


def restore(absence: Absence) -> None:
    """Undo of cancelling one that had not begun."""
    with transaction.atomic():
        if Absence.objects.filter(pk=absence.pk).exclude(cancelled_at=None).update(cancelled_at=None):
            turn_epoch()


def follow_calendar(person: Any, events: Sequence[Event], *, now: datetime) -> int:
    """The person's absences to come are those of their calendar; what came by other ways stays. Returns how many changed."""
    wanted = {event.key: event for event in events if event.ends_at > now}
    with transaction.atomic():
        standing = Absence.objects.standing().filter(person=person, how=How.CALENDAR).filter(Q(ends_at=None) | Q(ends_at__gt=now))
        known = {one.feed_key: one for one in standing}
        gone = [one.pk for key, one in known.items() if key not in wanted or not _same(one, wanted[key])]
        fresh = [event for key, event in wanted.items() if key not in known or not _same(known[key], event)]
        Absence.objects.filter(pk__in=gone).update(cancelled_at=now)
        Absence.objects.bulk_create(
            Absence(
                person=person,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                how=How.CALENDAR,
                feed_key=one.key,
                created_at=now,
            )
            for one in fresh
        )
        PersonTime.objects.filter(person=person).update(feed_read_at=now, feed_problem="")
        if gone or fresh:
            turn_epoch()
    return len(gone) + len(fresh)


def _same(absence: Absence, event: Event) -> bool:
    return (absence.starts_at, absence.ends_at, absence.why) == (event.starts_at, event.ends_at, "")
