"""What one run comes to: figures of the leads that came in the measured days, and of the people."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from leadloop.simulation.domain.floor import Floor
from leadloop.simulation.domain.presence import Presence
from leadloop.simulation.domain.world import DAY, HOUR

PROMISE = 5.0
FOLLOW_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares are of all measured leads; minutes are by the clock; speeds are of leads that were begun in the follow-up days."""

    leads: int
    followed: float  # begun within seven days
    median: float  # minutes to the first attempt
    p90: float
    within: float  # begun within five minutes
    reached: float
    won: float  # expected: the sum of what each reached lead's chance was
    waiting: float  # mean minutes until the first attempt; a lead that nobody began counts with the days it was watched
    load: float  # busy share of the hours somebody was there
    fairness: float  # 1: everybody began as many per hour there and weight as the others (Jain's index)
    untouched: int  # waiting at the end of the tail, of all leads
    taken: tuple[int, ...]  # by person
    busy: tuple[float, ...]  # by person


def measure(floor: Floor) -> Measured:
    """The figures of a floor that has run."""
    world = floor.world
    measured = [one for one in floor.tickets if world.begin <= one.arrived < world.end]
    waits = sorted(one.begun - one.arrived for one in measured if one.begun is not None)
    speeds = [wait for wait in waits if wait <= FOLLOW_DAYS * DAY]
    watched = [(world.until - one.arrived) if one.begun is None else (one.begun - one.arrived) for one in measured]
    leads = len(measured)
    there = [worker.presence.minutes(world.begin, world.end) for worker in floor.workers]
    worked = [_worked(worker.worked, worker.presence, world.begin, world.end) for worker in floor.workers]
    return Measured(
        leads=leads,
        followed=_share(len(speeds), leads),
        median=at_share(speeds, 0.5),
        p90=at_share(speeds, 0.9),
        within=_share(sum(speed <= PROMISE for speed in speeds), leads),
        reached=_share(sum(one.reached for one in measured), leads),
        won=_share(sum(one.won for one in measured), leads),
        waiting=_share(sum(watched), leads),
        load=_share(sum(worked), sum(there)),
        fairness=_fairness(floor, there),
        untouched=sum(one.begun is None and not one.over for one in floor.tickets),
        taken=tuple(worker.taken for worker in floor.workers),
        busy=tuple(_share(minutes, hours) for minutes, hours in zip(worked, there, strict=True)),
    )


def at_share(values: Sequence[float], share: float) -> float:
    """The value below which a share lies, of values in order; 0 of none."""
    return values[max(0, ceil(share * len(values)) - 1)] if values else 0.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _worked(spans: Sequence[tuple[float, float]], presence: Presence, begin: float, end: float) -> float:
    """Minutes of work inside the measured days; nights that a piece of work reaches over are left out."""
    return sum(presence.minutes(max(begin, start), min(end, stop)) for start, stop in spans if start < end and stop > begin)


def _fairness(floor: Floor, there: Sequence[float]) -> float:
    rates = [
        worker.taken / (worker.person.weight * minutes / HOUR) for worker, minutes in zip(floor.workers, there, strict=True) if minutes
    ]
    squares = sum(rate * rate for rate in rates)
    return sum(rates) ** 2 / (len(rates) * squares) if squares else 1.0
