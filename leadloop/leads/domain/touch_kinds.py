"""Kinds of touches: how each reads, what it weighs, and which ones are our first word to a lead."""

from collections.abc import Mapping
from typing import Any

HALF_LIFE_DAYS = 14.0
"""Days after which a touch counts half; one for all, so that heat orders leads for ever."""

WEIGHTS = {"captured": 5.0, "opened": 1.0, "clicked": 2.0, "replied": 8.0, "called": 3.0, "met": 8.0, "texted": 2.0}
"""What each kind adds to a lead's heat; kinds that are not here add nothing."""

CAPS = {"opened": 10.0, "clicked": 20.0}
"""What touches of a kind are worth at most at any moment, however many there are."""

MACHINE_FROM = 0.5
"""A touch that was made by a machine with this probability or more counts nothing: scanners open and click everything."""

COUNTED = frozenset({"captured", "called", "emailed", "texted", "met", "opened", "clicked", "replied"})
"""Interactions, either way: what `Standing.touches` counts."""

THEIRS = frozenset({"captured", "opened", "clicked", "replied"})
"""What the lead did, whoever noted it."""

OUTREACH = frozenset({"called", "emailed", "texted", "met"})
"""A person of ours got in touch: the first of these ends the speed-to-lead clock."""

VOID = "void"
"""A touch that was undone: it keeps its place and says in `void_of` what it was. It counts for nothing, so nothing has to look for it."""


def by_machine(data: Mapping[str, Any]) -> bool:
    """Whether what a touch knows of itself says that no person did it."""
    likely = data.get("machine")
    return isinstance(likely, int | float) and likely >= MACHINE_FROM


TITLES = {
    "captured": "Inquiry received",
    "called": "Called",
    "emailed": "E-mail sent",
    "texted": "Text message sent",
    "met": "Met",
    "noted": "Note",
    "opened": "They opened an e-mail",
    "clicked": "They clicked a link",
    "replied": "They replied",
    "edited": "Details changed",
    "answered": "Questions answered",
    "passed_on": "Passed on to another pool",
    "moved_on": "Moved on: nobody accepted it in time",
    "task_set": "Next step planned",
    "task_done": "Step done",
    "claimed": "Claimed",
    "assigned": "Given to a person",
    "accepted": "Accepted",
    "released": "Given back",
    "qualified": "Qualified by sales",
    "disqualified": "Disqualified",
    "recycled": "Back to nurture",
    "returned": "Back from nurture",
    "reopened": "Reopened",
    "junked": "Marked as junk",
    "converted": "Converted",
    "unconverted": "Conversion undone",
    "won": "Won",
    "lost": "Lost",
    "rescored": "Scored again",
    "crossed": "Crossed a threshold",
    "tempered": "Temperature set by hand",
    "rewritten": "Reason changed",
    "corrected": "Deal corrected",
    "undone": "Undone",
    "void": "Was undone",
    "erased": "Personal data erased",
}
