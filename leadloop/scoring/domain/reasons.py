"""What the reasons of a score that no rule gave are called."""

from leadloop.leads.domain.touch_kinds import TITLES
from leadloop.scoring.domain.scorecard import ENGAGED

WORDS = {
    "base": "Everybody starts with",
    "heat": "Recent activity",
    "limit": "Held between 0 and 100",
    "probability": "Probability to convert",
    "changed": "Changed since it was scored",
}


def words_of(reason: str) -> str:
    """A reason for people; what nobody knows any more reads as itself."""
    kind = reason.removeprefix(ENGAGED)
    return f"Activity: {TITLES.get(kind, kind).lower()}" if reason.startswith(ENGAGED) else WORDS.get(reason, reason)
