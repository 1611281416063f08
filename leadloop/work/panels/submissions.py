"""What the lead came from, as it came."""

import json
from dataclasses import dataclass

from leadloop.intake.models import Submission
from leadloop.leads.domain.masks import masked_deeply
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_submissions.html"
DOORS = {"api": "By the API", "form": "By a form", "file": "From a file"}


@dataclass(frozen=True, slots=True)
class Came:
    """The submission, its door in words, and its payload without what is hidden; newest first."""

    rows: list[tuple[Submission, str, str]]


def read(opened: Opened) -> Came | None:
    """None for a lead that nothing came for. One query."""
    rows = Submission.objects.filter(pk__in=opened.history.sent).order_by("-id")
    shown = [(row, DOORS.get(row.door, row.door), _pretty(row.payload, opened.hidden)) for row in rows]
    return Came(shown) if shown else None


def _pretty(payload: str, hidden: frozenset[str]) -> str:
    try:
        return json.dumps(masked_deeply(json.loads(payload), hidden), indent=2, ensure_ascii=False)
    except ValueError:
        return payload
