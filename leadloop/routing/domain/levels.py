"""What a seat's counters become when somebody joins, comes back or changes weight, so that nobody is flooded or starved. Pure."""

from collections.abc import Sequence

from leadloop.routing.domain.rotation import Chair, joining_level


def joining_turns(others: Sequence[Chair], weight: int) -> int:
    """Turns of somebody who joins: level with those who are present, not at zero."""
    return joining_level(others, weight)


def returning_turns(turns: int, others: Sequence[Chair], weight: int) -> int:
    """Turns of somebody who comes back: raised to the level of the others, since what was missed is not made up.

    Somebody who is ahead stays ahead.
    """
    return max(turns, joining_level(others, weight))


def reweighted_turns(turns: int, old_weight: int, new_weight: int) -> int:
    """Turns that keep the same level (turns by weight) under a new weight."""
    return turns * new_weight // old_weight
