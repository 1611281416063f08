"""A payload at the door, before anything judged it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a door hands over.

    `raw` is the payload as it came, `payload` the same decoded. `happened_at` is the sender's own time of the inquiry, if stated;
    both moments are aware UTC. `later` asks only for safe keeping now; a worker judges it afterwards.
    """

    door: str
    source_id: int
    payload: dict[str, Any]
    raw: str
    received_at: datetime
    happened_at: datetime
    country: str = ""  # of context
    context: dict[str, Any] = field(default_factory=dict)
    later: bool = False
