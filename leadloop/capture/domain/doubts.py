"""What is doubtful about a row that was taken all the same: contact points that could not be read, or none at all."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

CONTACT_FIELDS = frozenset({"email", "phone", "mobile"})
UNREAD = {
    "email_invalid": "the e-mail could not be read",
    "email_masked": "the e-mail is masked",
    "phone_invalid": "the phone number could not be read",
    "phone_masked": "the phone number is masked",
    "phone_without_country": "the phone number names no country",
}


class Doubt(NamedTuple):
    """One row: which line, whether something of it could not be read, whether nobody can be reached by it."""

    line: int
    unread: bool
    unreachable: bool
    reason: str


def doubt_about(line: int, values: Mapping[str, Any]) -> Doubt | None:
    """What to tell of a row by the values that were read from it; None if it is like any other."""
    unread = [UNREAD[flaw] for flaw in values["flaws"] if flaw in UNREAD]
    unreachable = not values["email"] and not values["phone"]
    if not unread and not unreachable:
        return None
    if not unread:
        reason = "no e-mail and no phone number"
    else:
        reason = " and ".join(unread) + (", so that there is no way to reach this lead" if unreachable else "")
    return Doubt(line, bool(unread), unreachable, reason)


def worth_listing(doubts: Iterable[Doubt], mapping: Mapping[str, str | None]) -> list[Doubt]:
    """Those that a person can do something about: in a file without any column of contact points, missing ones are counted only."""
    has_column = not CONTACT_FIELDS.isdisjoint(mapping.values())
    return [one for one in doubts if one.unread or has_column]
