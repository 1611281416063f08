"""A payload at the door, before anything judged it."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Arrival(NamedTuple):
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
    context: Mapping[str, Any] = NOTHING
    later: bool = False
