"""Ways to hand leads out, by name."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Who decides who gets a lead."""

    TURNS = "turns"  # pushed by weighted turns
    LEAST = "least"  # pushed to whoever has the fewest open leads for their weight
    PULL = "pull"  # people take from a pool
    HYBRID = "hybrid"  # pushed by turns; what is not begun in time goes to the pool


@dataclass(frozen=True, slots=True)
class Policy:
    """One way. `listed` pushes to everybody on the list, there or not; `rounds` are hours of handing out by hand."""

    name: str
    title: str
    kind: Kind
    listed: bool = False
    rounds: tuple[float, ...] = ()
    minutes: float = 0.0  # hybrid: until what was pushed goes to the pool
    open_limit: int = 0  # leads that one may hold and still claim; 0: as the person's cap
    hour_limit: int = 0  # claims in any hour; 0: as many as they like

    @property
    def pulls(self) -> bool:
        return self.kind in (Kind.PULL, Kind.HYBRID)

    @property
    def pushes(self) -> bool:
        return self.kind is not Kind.PULL


PRESETS = {
    policy.name: policy
    for policy in (
        Policy("by-hand", "By hand, twice a day, to the whole list", Kind.TURNS, listed=True, rounds=(9.5, 14.0)),
        Policy("listed", "Push by turns to the whole list", Kind.TURNS, listed=True),
        Policy("turns", "Push by turns to those who are there", Kind.TURNS),
        Policy("least", "Push to the least loaded who is there", Kind.LEAST),
        Policy("pull", "Pull from a pool", Kind.PULL),
        Policy("hybrid", "Push by turns, after 15 minutes to the pool", Kind.HYBRID, minutes=15.0),
    )
}
USUAL = ("listed", "turns", "least", "pull", "hybrid")
