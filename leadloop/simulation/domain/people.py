"""A lead and a person while the model runs."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from leadloop.simulation.domain.presence import Presence
from leadloop.simulation.domain.world import HOUR, Person


class Ticket:
    """One lead on its way."""

    __slots__ = ("arrived", "attempts", "begun", "forgotten", "number", "over", "owner", "reached", "unwanted", "won")

    def __init__(self, number: int, arrived: float, *, forgotten: bool, unwanted: bool) -> None:
        self.number = number
        self.arrived = arrived
        self.forgotten = forgotten  # by whoever it is first pushed to
        self.unwanted = unwanted  # left in a pool at first
        self.owner: Worker | None = None
        self.begun: float | None = None  # the first attempt
        self.attempts = 0
        self.reached = False
        self.won = 0.0  # how likely it is won: closing is expected, not thrown dice for, which makes intervals tighter
        self.over = False  # nobody works on it any more


@dataclass(slots=True, eq=False)
class Worker:
    """One person with a queue, what is due again, and how full the desk is."""

    number: int
    person: Person
    presence: Presence
    queue: deque[Ticket] = field(default_factory=deque)
    again: list[tuple[float, int, Ticket]] = field(default_factory=list)  # a heap by moment
    open: int = 0
    turns: float = 0.0
    seen: float = -1.0  # when last between two pieces of work
    taken: int = 0  # leads of the measured days
    most_open: int = 0
    bell: Any = None  # an event while idle
    called: bool = False  # on the way to the pool
    claims: deque[float] = field(default_factory=deque)
    worked: list[tuple[float, float]] = field(default_factory=list)  # begin and end on the clock

    @property
    def level(self) -> float:
        return self.turns / self.person.weight

    def may_take(self, limit: int = 0) -> bool:
        """Whether the desk has room, under the person's cap and a policy's limit."""
        return self.open < (min(self.person.cap, limit) if limit else self.person.cap)

    def may_claim(self, now: float, an_hour: int) -> bool:
        """Whether another claim is within the hour's limit."""
        while self.claims and self.claims[0] <= now - HOUR:
            self.claims.popleft()
        return not an_hour or len(self.claims) < an_hour

    def take(self, ticket: Ticket) -> None:
        ticket.owner = self
        self.open += 1
        self.most_open = max(self.most_open, self.open)
