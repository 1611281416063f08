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


def interrupted(lead_ids: Sequence[int], *, now: datetime) -> list[int]:
    """Leads whose rest was ended by another end of theirs, and whose date is still to come."""
    last = dict(Recycle.objects.filter(lead_id__in=lead_ids).order_by("pk").values_list("lead_id", "pk"))
    broken_off = Recycle.objects.filter(pk__in=last.values(), ended_how__in=("disqualified", "junked"), due_at__gt=now)
    return sorted(broken_off.values_list("lead_id", flat=True))


def resume(lead_ids: Sequence[int]) -> dict[int, datetime]:
    """The last rest of each lead goes on as if nothing had ended it, with its date; returns when each rest began. Nothing is repeated."""
    if not lead_ids:
        return {}
    rows = {row.lead_id: row for row in Recycle.objects.filter(lead_id__in=lead_ids).order_by("pk")}
    Recycle.objects.filter(pk__in=[row.pk for row in rows.values()]).update(ended_at=None, ended_how="")
    return {lead_id: row.created_at for lead_id, row in rows.items()}


def undo_waking(lead_ids: Sequence[int], *, how: str, at: datetime) -> None:
    """Rests that a step ended at this moment go on."""
    Recycle.objects.filter(lead_id__in=lead_ids, ended_how=how, ended_at=at).update(ended_at=None, ended_how="")


def rewrite(lead_ids: Sequence[int], *, reason: str) -> None:
    """Why they rest, said anew; the reason before is kept by the dispositions."""
    Recycle.objects.filter(lead_id__in=lead_ids, ended_at=None).update(reason=reason)


def put_off(lead_id: int, *, until: datetime) -> None:
    """The lead rests on, until then."""
    Recycle.objects.filter(lead_id=lead_id, ended_at=None).update(due_at=until)


def due(*, now: datetime, limit: int) -> list[int]:
    """Leads whose date has come, the longest due first."""
    return list(Recycle.objects.filter(ended_at=None, due_at__lte=now).order_by("due_at", "id").values_list("lead_id", flat=True)[:limit])
