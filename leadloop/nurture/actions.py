"""The verbs of nurture: rest until a date, come back, or be woken before it."""

from collections.abc import Sequence
from datetime import datetime

from leadloop.nurture.models import Recycle


def rest(lead_ids: Sequence[int], *, reason: str, note: str, due_at: datetime, author: int | None, now: datetime) -> None:
    """Leads rest until `due_at`; the row is what brings them back."""
    Recycle.objects.bulk_create(
        Recycle(lead_id=lead_id, reason=reason, note=note, author_id=author, created_at=now, due_at=due_at) for lead_id in lead_ids
    )


def wake(lead_ids: Sequence[int], *, how: str, now: datetime) -> None:
    """End their rest, if they rest. Safe to repeat."""
    if lead_ids:
        Recycle.objects.filter(lead_id__in=lead_ids, ended_at=None).update(ended_at=now, ended_how=how)


def put_off(lead_id: int, *, until: datetime) -> None:
    """The lead rests on, until then."""
    Recycle.objects.filter(lead_id=lead_id, ended_at=None).update(due_at=until)


def due(*, now: datetime, limit: int) -> list[int]:
    """Leads whose date has come, the longest due first."""
    return list(Recycle.objects.filter(ended_at=None, due_at__lte=now).order_by("due_at", "id").values_list("lead_id", flat=True)[:limit])
