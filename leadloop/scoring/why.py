"""Why a score is what it is, where no touch says so: after a mass rescoring the reasons are computed from the version in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from leadloop.db.versions import current_epoch
from leadloop.leads.actions import load_cases
from leadloop.leads.recalling import recall
from leadloop.leads.temperature import feel
from leadloop.scoring.actions import listen, published_models
from leadloop.scoring.domain.packing import unpack
from leadloop.scoring.domain.scorecard import score
from leadloop.scoring.models import Crossing, ModelScore, Rescored

CHANGED = "changed"
"""The reason that makes up the difference where something changed that no rule was asked about yet."""


class Why(NamedTuple):
    """A score with the model, the version and the moment that gave it; reasons sum to `points`, with what everybody starts with."""

    model: str
    version: int
    points: int
    grade: str
    reasons: tuple[tuple[str, int], ...]
    at: datetime | None = None


def last_batch(lead_id: int) -> datetime | None:
    """The moment of the last mass rescoring that changed this lead. One query."""
    rows = Rescored.objects.filter(last_lead__gte=lead_id, first_lead__lte=lead_id).order_by("-pk")
    for row in rows[:20]:
        if any(found == lead_id for found, _, _ in unpack(bytes(row.packed))):
            return row.at
    return None


def recomputed(shown: Mapping[int, tuple[int | None, str]], *, now: datetime) -> dict[int, Why]:
    """The reasons of scores by the models in force, for leads with the (score, grade) that is shown. Four queries for any number."""
    if not shown:
        return {}
    epoch = current_epoch()
    models = published_models(epoch)
    cases = list(load_cases(list(shown)).values())
    recall(cases)
    if models.listens:
        listen(cases)
    feel(cases, epoch=epoch, now=now)
    found = {}
    for case in cases:
        card, (points, grade) = models.main_for(case.facts(), now), shown[case.lead_id]
        if card is None or points is None:
            continue
        given = score(case.facts(), card, now=now)
        start = 0 if card.exact else card.base
        gap = points - given.points
        cut = given.points - start - sum(one for _, one in given.reasons)
        reasons = [*given.reasons, *([("limit", cut)] if cut else []), *([(CHANGED, gap)] if gap else [])]
        found[case.lead_id] = Why(card.name, card.version, points, grade, tuple(reasons), now)
    return found


def scores_beside(lead_id: int) -> list[ModelScore]:
    """The scores of one lead by every model, best first; empty while there is one model. One query."""
    return list(ModelScore.objects.filter(lead_id=lead_id).order_by("-score", "model"))


def crossings_of(lead_ids: Sequence[int]) -> list[Crossing]:
    """The thresholds that leads are over, latest first. One query."""
    return list(Crossing.objects.filter(lead_id__in=lead_ids).order_by("-crossed_at", "pk"))
