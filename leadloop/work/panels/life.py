"""The life cycle of a lead as one strip: how it ended, in which words, and what became of each end."""

from dataclasses import dataclass
from datetime import datetime

from leadloop.nurture.models import Recycle
from leadloop.outcomes.domain.reasons import END_OF_STAGE, spoken
from leadloop.outcomes.models import Disposition
from leadloop.work.opened import Opened

TEMPLATE = "work/panels/_life.html"
MOST = 30


@dataclass(frozen=True, slots=True)
class End:
    """One end: its stage and reason in the words said last, whoever said it, and what became of it."""

    stage: str
    reason: str
    note: str
    by: str
    ended_at: datetime
    fate: str  # "in force", "reopened", "undone"
    at: datetime | None  # of the fate
    before: tuple[str, ...]  # reasons that were said before, the first one first
    back_at: datetime | None = None  # when a resting lead comes back


@dataclass(frozen=True, slots=True)
class Life:
    """Every end, the first one first."""

    ends: list[End]


def read(opened: Opened) -> Life | None:
    """None for a lead that never ended. No query for one, else two, and what reasons are called."""
    if not opened.history.ended:
        return None
    rows = list(Disposition.objects.filter(lead_id=opened.standing.pk).select_related("author").order_by("pk")[:MOST])
    labels = opened.labels()
    due = Recycle.objects.filter(lead_id=opened.standing.pk, ended_at=None).values_list("due_at", flat=True).first()
    told, before = [], dict[str, list[str]]()
    for row in rows:
        reason = spoken(labels, END_OF_STAGE.get(row.stage, ""), row.reason) if row.reason else ""
        if row.replaced_at is not None:
            before.setdefault(row.stage, []).append(reason)
            continue
        fate, at = _fate(row)
        earlier = tuple(one for one in before.pop(row.stage, []) if one and one != reason)
        back_at = due if row.stage == "nurture" and fate == "in force" else None
        by = str(row.author) if row.author else "A junk rule" if row.rule else ""
        told.append(End(row.stage, reason, row.note, by, row.ended_at, fate, at, earlier, back_at))
    return Life(told)


def _fate(row: Disposition) -> tuple[str, datetime | None]:
    if row.undone_at is not None:
        return "undone", row.undone_at
    return ("reopened", row.reopened_at) if row.reopened_at is not None else ("in force", None)
