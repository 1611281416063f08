"""What a seat's counters become when somebody joins, comes back or changes weight, so that nobody is flooded or starved. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leadloop.routing.domain.rotation import Chair, joining_level
from leadloop.worktime.domain.presence import Presence

WHOLE = 1_000


def joining_turns(others: Sequence[Chair], weight: float) -> int:
    """Turns of somebody who joins: level with those who are present, not at zero."""
    return joining_level(others, weight)


def returning_turns(turns: int, others: Sequence[Chair], weight: float, *, catch_up: int | None = 0) -> int:
    """Turns of somebody who comes back: raised to the level of the others, less what may be made up of what was missed.

    Somebody who is ahead stays ahead.

    Args:
        turns: as they stood when the person left.
        others: the chairs of the pool but this one.
        weight: of this chair.
        catch_up: leads that may be made up; None for all of them.
    """
    return turns if catch_up is None else max(turns, joining_level(others, weight) - catch_up)


def reweighted_turns(turns: int, old_weight: int, new_weight: int) -> int:
    """Turns that keep the same level (turns by weight) under a new weight; weights may be in any unit, the same for both."""
    return turns * new_weight // old_weight


@dataclass(frozen=True, slots=True)
class Level:
    """What a seat keeps beside its turns.

    Attributes:
        weight: as it was given.
        factor: thousandths of it that count: part time, and new members.
        missing: others were dealt leads while working time kept this person away.
        joined: turns that were not leads.
    """

    weight: int
    factor: int
    missing: bool
    joined: int


def made_up(policy: str, most: int) -> int | None:
    """How many leads somebody may make up who was away; None for all that were missed."""
    return {"full": None, "capped": most}.get(policy, 0)


def resettled(
    chairs: Sequence[Chair], levels: Mapping[int, Level], people: Mapping[int, Presence], *, catch_up: int | None
) -> tuple[list[Chair], dict[int, Level]]:
    """Chairs and levels as working time has them: who is away is left out, with the reason; who is back goes on level with the others.

    Turns and `joined` move by the same amount, so the ledger stays even. Call it for pools in which leads are dealt now.
    """
    seen = [_weighed(chair, levels[chair.person], people[chair.person]) for chair in chairs]
    steady = [chair for chair in seen if chair.present and not levels[chair.person].missing]
    settled, known = [], {}
    for before, chair in zip(chairs, seen, strict=True):
        old = levels[chair.person]
        back = chair.present and old.missing
        now = replace(chair, turns=returning_turns(chair.turns, steady, chair.weight, catch_up=catch_up)) if back else chair
        missing = (old.missing or bool(chair.why)) and not back
        factor = round(people[chair.person].warm_up * WHOLE)
        known[chair.person] = Level(old.weight, factor, missing, old.joined + now.turns - before.turns)
        settled.append(now)
    return settled, known


def _weighed(chair: Chair, level: Level, presence: Presence) -> Chair:
    """With the weight of today, at the same level, and with no more room than the caps of the period leave."""
    factor = round(presence.warm_up * WHOLE)
    turns = chair.turns if factor == level.factor else round(chair.turns * factor / level.factor)
    pull = level.weight if factor == WHOLE else level.weight * factor / WHOLE
    free = chair.free if presence.free_by_period is None else min(chair.free, presence.free_by_period)
    why = presence.why if chair.present and not presence.present else ""
    return replace(chair, weight=pull, turns=turns, free=free, present=chair.present and presence.present, why=why)
