"""What a simulation assumes: how leads come, who is there, how people respond, and what comes of it. Times are minutes."""

from bisect import bisect_right
from dataclasses import dataclass, field
from math import log

HOUR, DAY, WEEK = 60.0, 1440.0, 10080.0
WEEKDAYS = (0, 1, 2, 3, 4)
OFFICE = (0.2, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 1, 2, 3, 3, 3, 2.5, 2.5, 3, 3, 3, 2.5, 2, 1.5, 1.5, 1.2, 0.8, 0.4)
"""How arrivals spread over the hours of a day, where nothing is known."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A probability by minutes since the lead came, straight in the logarithm of minutes between points, level beyond them."""

    points: tuple[tuple[float, float], ...]

    def at(self, minutes: float) -> float:
        points = self.points
        place = bisect_right(points, (minutes, 2.0))
        if place == 0:
            return points[0][1]
        if place == len(points):
            return points[-1][1]
        (left, low), (right, high) = points[place - 1], points[place]
        width = log(right + 1) - log(left + 1)
        part = (log(minutes + 1) - log(left + 1)) / width if width else 1.0  # points may lie too close to tell apart
        return low + part * (high - low)


@dataclass(frozen=True, slots=True)
class Source:
    """Where leads come from: how many a week, and how these spread over the 168 hours of it, Monday 0:00 first."""

    name: str
    per_week: float
    by_hour: tuple[float, ...] = tuple(OFFICE[hour] * (1.0 if day < 5 else 0.4) for day in range(7) for hour in range(24))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list. `absent` is the share of working days missed; who is `gone` is on the list and never there."""

    name: str
    weight: float = 1.0
    cap: int = 50  # open leads at most
    starts: float = 9.0  # hour of the day
    ends: float = 17.0
    days: tuple[int, ...] = WEEKDAYS  # 0 = Monday
    absent: float = 0.05
    gone: bool = False
    reaction: float = 12.0  # median minutes from being told to turning to the lead, while idle and there
    reaction_spread: float = 1.0


@dataclass(frozen=True, slots=True)
class Response:
    """What an attempt takes and what comes of it."""

    reach: Curve = Curve(((5, 0.55), (30, 0.42), (60, 0.36), (1440, 0.25), (10080, 0.15)))  # an attempt reaches the lead
    win: Curve = Curve(((5, 0.20), (60, 0.16), (1440, 0.12), (10080, 0.08)))  # a lead reached then is won
    attempts: int = 6
    pause_minutes: float = 240.0
    handling_minutes: float = 12.0  # median, once reached
    handling_spread: float = 0.8
    exponential: bool = False  # handling times are exponential with that mean, for checks against closed forms
    try_minutes: float = 2.0  # when nobody answers
    forgotten: float = 0.05  # share of leads that a present person never gets to, though it was given to them
    unwanted: float = 0.10  # share that nobody takes from a pool at first
    unwanted_minutes: float = 480.0
    cold_days: float = 14.0  # nobody begins with a lead that is older


@dataclass(frozen=True, slots=True)
class World:
    """Everything but the policy."""

    sources: tuple[Source, ...]
    people: tuple[Person, ...]
    response: Response = field(default_factory=Response)
    days: float = 30.0  # measured
    warm_days: float = 7.0  # before, so that desks are as on any day
    tail_days: float = 7.0  # after, so that the last leads have their time

    @property
    def begin(self) -> float:
        return self.warm_days * DAY

    @property
    def end(self) -> float:
        return (self.warm_days + self.days) * DAY

    @property
    def until(self) -> float:
        return self.end + self.tail_days * DAY

    @property
    def per_week(self) -> float:
        return sum(source.per_week for source in self.sources)


def default_world(*, leads: float = 1200, people: int = 8, days: float = 30.0) -> World:
    """Stated assumptions, used where neither the base nor a file says otherwise; `leads` come in the measured days."""
    return World((Source("All", leads / days * 7),), tuple(Person(f"Person {number + 1}") for number in range(people)), days=days)
