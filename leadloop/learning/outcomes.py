"""What was foretold of leads that have ended since, by champion and challenger."""

from typing import NamedTuple

from django.db.models import Count, F

from leadloop.leads.domain.stages import Stage
from leadloop.leads.models import Standing
from leadloop.learning.domain.metrics import figures
from leadloop.learning.models import Likelihood

ENDED = {Stage.WON.value: 1, Stage.LOST.value: 0, Stage.DISQUALIFIED.value: 0}
MOST = 20_000
ENOUGH = 50
"""Below so many ends a comparison is chance."""


class Ended(NamedTuple):
    """A lead that ended after both had spoken."""

    won: int
    probability: float | None
    shadow: float | None


def decided_since(version: int, shadow: int | None = None) -> list[Ended]:
    """Leads that `version` (and, if given, `shadow` beside it) had judged before they ended, the newest first. One query."""
    rows = Likelihood.objects.filter(version=version, lead__standing__stage__in=ENDED, lead__standing__closed_at__gt=F("given_at"))
    if shadow is not None:
        rows = rows.filter(shadow_version=shadow)
    found = rows.order_by("-lead_id").values_list("lead__standing__stage", "probability", "shadow")[:MOST]
    return [Ended(ENDED[stage], probability, other) for stage, probability, other in found]


def compare(version: int, shadow: int) -> dict[str, object]:
    """Champion and challenger on the same ends: figures of both once both kinds of end are there."""
    ended = [one for one in decided_since(version, shadow) if one.probability is not None and one.shadow is not None]
    won = [one.won for one in ended]
    told: dict[str, object] = {"leads": len(ended), "won": sum(won), "enough": len(ended) >= ENOUGH and 0 < sum(won) < len(won)}
    if 0 < sum(won) < len(won):
        told["champion"] = figures(won, [one.probability or 0.0 for one in ended])
        told["challenger"] = figures(won, [one.shadow or 0.0 for one in ended])
    return told


def readiness() -> tuple[int, int]:
    """How many leads were won, and how many lost. One query."""
    counts = dict(Standing.objects.filter(stage__in=ENDED).order_by().values_list("stage").annotate(number=Count("pk")))
    wins = sum(number for stage, number in counts.items() if ENDED[stage])
    return wins, sum(counts.values()) - wins
