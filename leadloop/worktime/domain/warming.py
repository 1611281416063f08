"""The share of a full place that somebody gets: part time, and new members who begin with less. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class WarmUp:
    """From `since` on, over `days`, a share that rises evenly from `share` percent to all."""

    since: date
    days: int
    share: int


def factor_on(today: date, *, share: int, warm_up: WarmUp | None) -> float:
    """What a weight is multiplied with on this day, above 0 and at most 1, in thousandths."""
    warmed = 1.0
    if warm_up and warm_up.days > 0:
        gone = min(max(0, (today - warm_up.since).days), warm_up.days)
        warmed = (warm_up.share + (100 - warm_up.share) * gone / warm_up.days) / 100
    return max(0.001, round(warmed * share / 100, 3))
