"""What a person's activity is worth at a moment: points by kind that fade by half, caps a kind, more for some campaigns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor
from typing import Any

from leadloop.leads.domain.case import Signal
from leadloop.leads.domain.heat import DAY
from leadloop.leads.domain.touch_kinds import HALF_LIFE_DAYS


@dataclass(frozen=True, slots=True)
class Engagement:
    """`points` are given in full at `full_at` points of faded activity, in proportion below.

    `kinds` are (weight, cap or None) by kind of touch; a kind that is not there counts nothing. `campaigns` multiply the weight.
    """

    points: int
    full_at: float
    kinds: Mapping[str, tuple[float, float | None]]
    campaigns: Mapping[str, float]


def compile_engagement(spec: Mapping[str, Any]) -> Engagement:
    """From `{"points", "full_at", "kinds": {"opened": {"weight": 1, "cap": 10}}, "campaigns": {"spring": 2}}`."""
    kinds = {kind: (float(given["weight"]), _cap(given)) for kind, given in spec["kinds"].items()}
    return Engagement(int(spec["points"]), float(spec["full_at"]), kinds, {k: float(v) for k, v in spec.get("campaigns", {}).items()})


def worth(engagement: Engagement, signals: Sequence[Signal], now: datetime) -> dict[str, float]:
    """Faded points by kind at `now`. A cap works when something happens: what is above it then is lost, the rest fades.

    What happened after `now` counts nothing yet. The order of `signals` means nothing: what is told late lands at its right age.
    """
    levels: dict[str, tuple[float, datetime]] = {}
    for signal in sorted(signals, key=lambda one: one.happened_at):
        given = engagement.kinds.get(signal.kind)
        if given is None or signal.happened_at > now:
            continue
        weight, cap = given
        level, since = levels.get(signal.kind, (0.0, signal.happened_at))
        level = level * _share(signal.happened_at, since) + weight * engagement.campaigns.get(signal.campaign, 1.0)
        levels[signal.kind] = (level if cap is None else min(level, cap), signal.happened_at)
    return {kind: level * _share(now, since) for kind, (level, since) in levels.items()}


def points_by_kind(engagement: Engagement, signals: Sequence[Signal], now: datetime) -> list[tuple[str, int]]:
    """Whole points by kind, most first, that sum exactly to the points of all activity together; kinds of no point left out."""
    levels = worth(engagement, signals, now)
    total = sum(levels.values())
    if not total:
        return []
    given = half_up(engagement.points * min(1.0, total / engagement.full_at))
    return shared(given, levels)


def shared(points: int, levels: Mapping[str, float]) -> list[tuple[str, int]]:
    """Whole points split in proportion, the largest remainders first, so that nothing is lost by rounding."""
    total = sum(levels.values())
    exact = {name: points * level / total for name, level in levels.items()}
    whole = {name: floor(share) for name, share in exact.items()}
    left = points - sum(whole.values())
    for name in sorted(exact, key=lambda one: (whole[one] - exact[one], one))[:left]:
        whole[name] += 1
    return sorted(((name, given) for name, given in whole.items() if given), key=lambda one: (-one[1], one[0]))


def half_up(value: float) -> int:
    """To the next whole number, .5 upwards: as the store computes it."""
    return floor(value + 0.5)


def _share(now: datetime, since: datetime) -> float:
    return float(0.5 ** ((now - since) / DAY / HALF_LIFE_DAYS))


def _cap(given: Mapping[str, Any]) -> float | None:
    cap = given.get("cap")
    return None if cap is None else float(cap)
