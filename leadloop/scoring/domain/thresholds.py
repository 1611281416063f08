"""Named thresholds of a score: each fires once when it is crossed upwards, and again only after the score was well below it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

TOLD = ("owner", "managers", "nobody")
Event = Literal["fires", "passes", "stays", "falls", "below"]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Crossed at `at` points or more; it may fire again once the score was below `at - falls`. `tell` is who hears of it."""

    id: str
    label: str
    at: int
    falls: int
    tell: str

    @property
    def rearms_below(self) -> int:
        return self.at - self.falls


@dataclass(frozen=True, slots=True)
class Above:
    """That a lead is over a threshold: `lapses_day` is when its score will have faded below the line that arms it again."""

    lapses_day: float | None

    def over(self, today: float) -> bool:
        """Whether it still is, at a day since 1970; what has faded meanwhile is armed again, though nobody looked."""
        return self.lapses_day is None or today < self.lapses_day


def compile_thresholds(specs: Iterable[Mapping[str, Any]]) -> tuple[Threshold, ...]:
    """From `[{"id", "label", "at", "falls", "tell"}]`, lowest first."""
    found = [Threshold(one["id"], one["label"], int(one["at"]), int(one.get("falls", 0)), one.get("tell", "owner")) for one in specs]
    return tuple(sorted(found, key=lambda one: (one.at, one.id)))


def judge(threshold: Threshold, points: int, above: Above | None, *, today: float, quiet: bool) -> Event:
    """What a score does to a threshold. Equal counts as crossed.

    Args:
        above: what is stored of this lead and threshold, or None.
        quiet: whether nobody is to hear of it, as after a publication or in an import.

    Returns:
        "fires": crossed now, tell. "passes": crossed now, in silence. "stays": still over it. "falls": is below and armed again.
        "below": nothing happened.
    """
    if points >= threshold.at:
        if above is not None and above.over(today):
            return "stays"
        return "passes" if quiet else "fires"
    if above is None:
        return "below"
    return "stays" if points >= threshold.rearms_below and above.over(today) else "falls"
