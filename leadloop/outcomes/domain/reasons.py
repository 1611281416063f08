"""Why a lead ends, by code: the lists that an install begins with, and what only Leadloop itself says. Codes are for ever."""

from collections.abc import Mapping
from typing import NamedTuple

END_LABELS = {"disqualified": "Disqualified", "junk": "Junk", "recycled": "Recycled", "lost": "Lost", "reopened": "Won, and reopened"}
"""The lists of reasons, in the order in which pages show them."""

END_OF_STEP = {"disqualify": "disqualified", "junk": "junk", "recycle": "recycled", "lose": "lost"}
END_OF_STAGE = {"disqualified": "disqualified", "junk": "junk", "nurture": "recycled", "lost": "lost"}

STARTER: Mapping[str, Mapping[str, str]] = {
    "disqualified": {
        "no_need": "No need",
        "no_budget": "No budget",
        "no_authority": "Not the one who decides",
        "wrong_fit": "Not our kind of customer",
        "competitor": "Chose a competitor",
        "no_answer": "Could not be reached",
        "duplicate": "Already known",
        "other": "Other",
    },
    "junk": {
        "spam": "Spam",
        "fake": "Made-up details",
        "test": "A test",
        "job_seeker": "Looks for a job",
        "vendor": "Sells to us",
        "other": "Other",
    },
    "recycled": {
        "not_now": "Not now",
        "budget_later": "Budget comes later",
        "contract": "Bound by a contract",
        "researching": "Still looking around",
        "other": "Other",
    },
    "lost": {
        "price": "Price",
        "competitor": "Chose a competitor",
        "no_decision": "No decision",
        "timing": "Timing",
        "product": "Product does not fit",
        "other": "Other",
    },
    "reopened": {
        "mistake": "Closed by mistake",
        "cancelled": "The customer cancelled",
        "unpaid": "Never paid",
        "other": "Other",
    },
}
REVISIT_DAYS = {"not_now": 91, "budget_later": 182, "contract": 182, "researching": 30}

OURS: Mapping[str, Mapping[str, str]] = {
    "junk": {
        "rule": "Caught by a junk rule",
        "suppressed": "Wrote before, and was junk",
        "erased": "Was erased, and gave no new permission",
    },
    "disqualified": {"scrub": "Scrubbed", "erased": "Erased at the person's request"},
    "recycled": {"scrub": "Scrubbed", "route": "Sent to nurture by a route"},
}
"""Reasons that nobody chooses: Leadloop says them itself."""


class Listed(NamedTuple):
    """A reason as it is offered. `revisit_days` is there for recycled leads only."""

    code: str
    label: str
    needs_note: bool = False
    revisit_days: int | None = None


Labels = Mapping[str, Mapping[str, str]]
"""What codes are called, by end; retired ones and our own among them."""


def spoken(labels: Labels, end: str, code: str) -> str:
    """What a reason is called; a code that nobody knows reads as itself."""
    return labels.get(end, {}).get(code) or OURS.get(end, {}).get(code) or code.replace("_", " ").capitalize()
