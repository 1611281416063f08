"""Weighted turns: who is furthest below their share takes the next lead."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Chair:
    """A person's place when a batch is dealt. `turns` counts leads taken so far, `free` how many more fit on the desk.

    `why` says what keeps somebody away by working time, "" for others.
    """

    person: int
    weight: float
    turns: int
    free: int
    present: bool
    why: str = ""

    def as_row(self) -> list[Any]:
        """As a draw keeps it."""
        row: list[Any] = [self.person, self.weight, self.turns, self.free, self.present]
        return [*row, self.why] if self.why else row


def seated(row: Sequence[Any]) -> Chair:
    """The chair that a draw kept as this row."""
    return Chair(int(row[0]), row[1], int(row[2]), int(row[3]), bool(row[4]), str(row[5]) if len(row) > 5 else "")


def deal(chairs: Sequence[Chair], count: int) -> list[int | None]:
    """Who gets each of `count` leads, in order; None from the moment nobody has room.

    Weighted round robin by virtual finish time: the next turn goes to the lowest (turns + 1) / weight, a tie to the lower person.
    Among people who stay eligible nobody is ever more than one lead away from their share. The same input deals the same way.
    """
    free = {chair.person: chair.free for chair in chairs}
    line = [
        ((chair.turns + 1) / chair.weight, chair.person, chair.turns, chair.weight) for chair in chairs if chair.present and chair.free > 0
    ]
    heapq.heapify(line)
    dealt: list[int | None] = []
    for _ in range(count):
        if not line:
            dealt.extend([None] * (count - len(dealt)))
            break
        _, person, turns, weight = line[0]
        dealt.append(person)
        free[person] -= 1
        if free[person] > 0:
            heapq.heapreplace(line, ((turns + 2) / weight, person, turns + 1, weight))
        else:
            heapq.heappop(line)
    return dealt


def joining_level(chairs: Sequence[Chair], weight: float) -> int:
    """Turns that a newcomer or returner starts with: level with the others, so that nobody is flooded."""
    levels = [chair.turns / chair.weight for chair in chairs if chair.present]
    return int(min(levels) * weight) if levels else 0
