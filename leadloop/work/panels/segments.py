"""Which segments the lead is in, with the way to the why."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.leads.models import Lead
from leadloop.segments.members import segments_of
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_segments.html"


@dataclass(frozen=True, slots=True)
class Segments:
    """Name, title, in since, whether by hand."""

    rows: list[tuple[str, str, datetime, bool]]
    lead: Lead


def read(opened: Opened) -> Segments | None:
    """None for a lead in no segment. One query."""
    rows = segments_of(opened.standing.pk, epoch=opened.epoch)
    return Segments(rows, opened.lead) if rows else None
