"""What sales says of a lead that marketing handed over, read from the steps that people take anyway. The one place that derives it."""

from enum import StrEnum


class Word(StrEnum):
    """What stands of one handover."""

    OPEN = "open"  # sales has not said anything; past the deadline that is silence, which is neither yes nor no
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # marketing took the lead back before sales said anything


TAKES_ON = frozenset({"accepted", "qualified", "converted"})
TURNS_AWAY = frozenset({"disqualified", "junked", "recycled", "passed_on"})
HEARD = TAKES_ON | TURNS_AWAY | {"released", "reopened"}
"""Kinds of steps that say something about the definition; calls, claims and assignments do not."""


def next_word(word: Word, kind: str, *, by_marketing: bool = False) -> Word | None:
    """What stands after a step of `kind`, or None where it says nothing new.

    The first word counts: a lead that sales took on and ended later was accepted all the same, and came to nothing. Giving an accepted
    lead back takes the word back, as reopening takes back what ended it; both leave the verdict open, and sales owes it anew.

    Args:
        by_marketing: a marketer took the step; that is no word of sales.
    """
    if kind in TAKES_ON:
        return None if word is Word.ACCEPTED else Word.ACCEPTED
    if kind in TURNS_AWAY:
        if word is not Word.OPEN:
            return None
        return Word.WITHDRAWN if by_marketing else Word.REJECTED
    if kind == "released":
        return Word.OPEN if word is Word.ACCEPTED else None
    if kind == "reopened":
        return Word.OPEN if word in (Word.REJECTED, Word.WITHDRAWN) else None
    return None


def reason_of(kind: str, reason: str) -> str:
    """The reason of a rejection with what was done, since codes of different steps may be the same word: "junked:other"."""
    return f"{kind}:{reason}" if reason else kind
