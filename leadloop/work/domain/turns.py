"""Why this person: a draw told as the list of people who sat in it, in the order of their turns."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from leadloop.routing.domain.rotation import deal, seated


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person of the roster, as it stood when this lead was dealt. `share` is (turns + 1) / weight: the lowest goes next."""

    person: int
    weight: float
    turns: int
    free: int
    present: bool
    share: float
    chosen: bool
    why: str = ""

    @property
    def could(self) -> bool:
        """Whether the person could take a lead at that moment."""
        return self.present and self.free > 0


def candidates(roster: Sequence[Sequence[Any]], place: int) -> list[Candidate]:
    """The roster when the lead at `place` (from 0) of the batch was dealt; who could take it first, by share, the chosen one marked.

    Args:
        roster: rows of person, weight, turns, free, present and, where working time says so, why not, as a `Draw` keeps them.
        place: how many leads of the same batch were dealt before.
    """
    chairs = [seated(row) for row in roster]
    dealt = deal(chairs, place + 1)
    before = Counter(dealt[:place])
    chosen = dealt[place]
    rows = []
    for chair in chairs:
        took = before[chair.person]
        share = (chair.turns + took + 1) / chair.weight
        rows.append(
            Candidate(
                chair.person,
                chair.weight,
                chair.turns + took,
                chair.free - took,
                chair.present,
                round(share, 2),
                chair.person == chosen,
                chair.why,
            )
        )
    return sorted(rows, key=lambda row: (not row.could, row.share, row.person))
