"""What the person allowed, with the evidence."""

from dataclasses import dataclass

from leadloop.consent.models import Consent
from leadloop.leads.models import Lead
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_consent.html"
MOST = 60


@dataclass(frozen=True, slots=True)
class Permission:
    """The latest word on a purpose and channel, with its evidence; one for all contact points that got it at once."""

    consent: Consent
    evidence: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Permissions:
    """Empty where nobody asked."""

    rows: list[Permission]


def read(opened: Opened) -> Permissions:
    """One query."""
    latest: dict[tuple[str, str, str], Consent] = {}
    for row in Consent.objects.filter(contact_point__in=_points(opened.lead)).order_by("-id")[:MOST]:
        latest.setdefault((row.contact_point, row.purpose, row.channel), row)
    said = {(row.purpose, row.channel, row.granted, row.happened_at, str(row.evidence)): row for row in latest.values()}
    return Permissions([Permission(row, _evidence(row)) for row in said.values()])


def _points(lead: Lead) -> list[str]:
    return [key for key in (lead.email and f"e:{lead.email}", lead.phone and f"p:{lead.phone}") if key]


def _evidence(row: Consent) -> list[tuple[str, str]]:
    return [(name.capitalize(), str(value)) for name, value in row.evidence.items() if value]
