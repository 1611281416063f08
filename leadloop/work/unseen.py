"""For every page: how many news the person has not seen, counted only if the page shows it."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from leadloop.leads.models import Notification

LATEST = 100


def unseen(request: HttpRequest) -> dict[str, Any]:
    """`unseen` for the bell: among the latest hundred, so that old ones never cost. One query where it is shown."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {"unseen": SimpleLazyObject(lambda: _count(user.pk))}


def _count(person_id: int) -> int:
    latest = Notification.objects.filter(person_id=person_id).order_by("-id").values_list("seen_at", flat=True)[:LATEST]
    return sum(1 for seen_at in latest if seen_at is None)
