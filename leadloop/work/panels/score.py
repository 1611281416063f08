"""Why this score: reasons with their days, the version that gave it, other models, thresholds."""

from dataclasses import dataclass

from leadloop.work.opened import Opened
from leadloop.work.score_story import ScoreStory

TEMPLATE = "work/panels/_score.html"


@dataclass(frozen=True, slots=True)
class Scored:
    """The score on the card, and its story."""

    score: int | None
    grade: str
    story: ScoreStory


def read(opened: Opened) -> Scored | None:
    """None for a lead that no rule said anything about. No query."""
    standing = opened.standing
    return Scored(standing.score, standing.grade, opened.score) if opened.score.reasons else None
