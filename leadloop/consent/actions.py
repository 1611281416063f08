"""The verbs of the consent ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leadloop.consent.models import Consent
from leadloop.consent.suppression import digest_of
from leadloop.db import bulk

COLUMNS = ("contact_point", "purpose", "channel", "granted", "evidence", "submission_id", "happened_at")


def record_consents(rows: Sequence[tuple[str, str, str, bool, dict[str, Any], int | None, Any]]) -> None:
    """Append (contact point, purpose, channel, granted, evidence, submission, happened at as stored). One statement."""
    bulk.insert(Consent, COLUMNS, [(*row[:4], bulk.to_json(row[4]).decode(), *row[5:]) for row in rows])


def may_contact(contact_point: str, *, purpose: str, channel: str, before: datetime) -> bool | None:
    """The latest word on this point, purpose and channel; None if nobody ever said anything. Words of erased people count."""
    points = (contact_point, f"h:{digest_of(contact_point)}")
    said = Consent.objects.filter(contact_point__in=points, purpose=purpose, channel__in=(channel, "any"), happened_at__lte=before)
    return said.order_by("-id").values_list("granted", flat=True).first()
