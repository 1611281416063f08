"""What a person's calendar says of their time away. Pure."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One time away, a repeated event told one by one; `key` stays the same however often the calendar is read.

    What it is about is not kept.
    """

    key: str
    starts_at: datetime
    ends_at: datetime
