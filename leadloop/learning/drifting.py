"""Looks at whether the champion still fits, kept as rows; a warning is told once."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from leadloop.db.versions import Status
from leadloop.learning.actions import MODEL
from leadloop.learning.domain.drift import promises_kept, shifts, warnings
from leadloop.learning.domain.scorecard import Scorecard
from leadloop.learning.models import Model, Watch
from leadloop.learning.outcomes import decided_since
from leadloop.learning.reading import column_label

SHOWN = 30


def look(card: Scorecard, version: int, rows: Sequence[Mapping[str, object]], *, now: datetime) -> tuple[list[str], Watch]:
    """Compare recent leads, and those decided since, with the card; returns the warnings that are new, and the row."""
    found = shifts(card, rows)
    ended = decided_since(version)
    kept = promises_kept([one.won for one in ended], [one.probability for one in ended if one.probability is not None])
    told = warnings(found, kept, {one.column: column_label(one.column) for one in found})
    before = Watch.objects.filter(version=version).order_by("-looked_at").first()
    row = Watch.objects.create(
        version=version,
        looked_at=now,
        leads=len(rows),
        shifts=[{"column": one.column, "part": one.part, "psi": one.psi, "verdict": one.verdict} for one in found[:SHOWN]],
        kept=kept._asdict() | {"holds": kept.holds},
        warnings=told,
    )
    heard = {_subject(one) for one in before.warnings} if before else set()
    return [one for one in told if _subject(one) not in heard], row


def is_due(*, now: datetime, every: timedelta) -> bool:
    """Whether a model is in force that was not looked at for so long."""
    version = Model.objects.filter(name=MODEL, status=Status.PUBLISHED).values_list("version", flat=True).first()
    return version is not None and not Watch.objects.filter(version=version, looked_at__gt=now - every).exists()


def is_old(version: int, *, now: datetime, after: timedelta) -> bool:
    """Whether the newest version was trained so long ago."""
    newest = Model.objects.filter(name=MODEL, version__gte=version).order_by("-created_at").values_list("created_at", flat=True).first()
    return newest is not None and newest < now - after


def _subject(warning: str) -> str:
    return warning.partition(" (")[0].partition(":")[0]
