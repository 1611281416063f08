"""The leads of an import as a fixed list: those that it made, and those that its rows joined."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from leadloop.capture.models import Import
from leadloop.intake.models import Submission, Verdict
from leadloop.segments import hand
from leadloop.segments.hand import Hand
from leadloop.segments.models import Why
from leadloop.teams.models import User

AT_ONCE = 5_000


def list_leads(row: Import, name: str, *, person: User | None, now: datetime) -> int:
    """Put everybody of the import into the list; those whom somebody put out of it stay out. Safe to run twice."""
    by = Hand(person, Why.IMPORTED, row.file_name)
    return sum(len(hand.fill(name, ids, by, now=now).moved) for ids in _leads_of(row))


def _leads_of(row: Import) -> Iterator[list[int]]:
    """The leads of its submissions, block by block."""
    sent = Submission.objects.filter(door="file", context__import=row.pk, pk__gte=_first(row)).order_by("pk")
    last = 0
    while ids := list(sent.filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        leads = Verdict.objects.filter(pk__in=ids, lead_id__isnull=False).values_list("lead_id", flat=True)
        yield [lead_id for lead_id in leads if lead_id]
        last = ids[-1]


def _first(row: Import) -> int:
    """The last submission before the import began, near enough: numbers rise with time."""
    before = Submission.objects.filter(received_at__lt=row.created_at - timedelta(days=1)).order_by("-pk")
    return before.values_list("pk", flat=True).first() or 0
