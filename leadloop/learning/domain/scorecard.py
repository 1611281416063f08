"""A scorecard: log-odds by bin, added up; what every model becomes when it leaves training, and all that scoring needs."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any, NamedTuple

from leadloop.learning.domain.features import Feature

FORMAT = 1
LEAST, MOST = 0.0001, 0.9999
"""Nothing is certain: probabilities are kept between 0.01 % and 99.99 %."""
STEEPEST = 700.0


class Reason(NamedTuple):
    """What one column adds, in log-odds, next to an average lead."""

    column: str
    says: str
    adds: float

    def __str__(self) -> str:
        return f"{self.column} is {self.says}: {self.adds:+.1f}"


@dataclass(frozen=True)
class Pair:
    """What two features say together beyond each alone."""

    first: int
    second: int
    points: Sequence[Sequence[float]]


@dataclass(frozen=True)
class Scorecard:
    """`points` by feature and bin; `average` is what each feature adds on average, so that reasons compare with a usual lead."""

    intercept: float
    features: Sequence[Feature]
    points: Sequence[Sequence[float]]
    pairs: Sequence[Pair]
    average: Sequence[float]
    calibrate: Callable[[float], float]
    spec: Mapping[str, Any]

    def bins(self, facts: Mapping[str, object]) -> list[int]:
        """Where a lead falls, by feature."""
        return [feature.bin_of(facts.get(feature.column)) for feature in self.features]


def compile_card(spec: Mapping[str, Any]) -> Scorecard:
    """A scorecard from its JSON.

    Raises:
        ValueError: it is of a format that this version does not know.
    """
    if spec.get("format") != FORMAT:
        raise ValueError(f"a scorecard of format {spec.get('format')!r}; this version reads {FORMAT}")
    features = [Feature.from_json(one) for one in spec["features"]]
    points = [tuple(float(point) for point in one["points"]) for one in spec["features"]]
    pairs = [Pair(one["of"][0], one["of"][1], one["points"]) for one in spec["pairs"]]
    average = [
        sum(point * count for point, count in zip(one["points"], one["leads"], strict=True)) / max(1, sum(one["leads"]))
        for one in spec["features"]
    ]
    return Scorecard(float(spec["intercept"]), features, points, pairs, average, calibrator(spec["calibration"]), spec)


def log_odds(card: Scorecard, bins: Sequence[int]) -> float:
    """The sum of a lead's points, before calibration."""
    total = card.intercept
    for points, at in zip(card.points, bins, strict=True):
        total += points[at]
    for pair in card.pairs:
        total += pair.points[bins[pair.first]][bins[pair.second]]
    return total


def probability(card: Scorecard, facts: Mapping[str, object]) -> float:
    """How likely the lead is to be won, 0.0001 to 0.9999."""
    return card.calibrate(log_odds(card, card.bins(facts)))


def reasons(card: Scorecard, facts: Mapping[str, object], *, most: int = 6, least: float = 0.05) -> list[Reason]:
    """Which columns move the lead away from an average one, the strongest first. What two columns say together is halved between them."""
    bins = card.bins(facts)
    adds: dict[str, float] = {}
    for feature, points, at, usual in zip(card.features, card.points, bins, card.average, strict=True):
        adds[feature.column] = adds.get(feature.column, 0.0) + points[at] - usual
    for pair in card.pairs:
        half = pair.points[bins[pair.first]][bins[pair.second]] / 2
        for one in (pair.first, pair.second):
            adds[card.features[one].column] += half
    says: dict[str, str] = {}
    for feature, at in zip(card.features, bins, strict=True):
        says.setdefault(feature.column, _said(feature, at, facts.get(feature.column)))
    told = [Reason(column, says[column], round(added, 4)) for column, added in adds.items() if abs(added) >= least]
    return sorted(told, key=lambda reason: (-abs(reason.adds), reason.column))[:most]


def _said(feature: Feature, at: int, value: object) -> str:
    if at < 2 or feature.ordered:
        return feature.bins[at]
    return str(value).strip()[:80]


def calibrator(spec: Mapping[str, Any]) -> Callable[[float], float]:
    """From log-odds to an honest probability: a straight line in log-odds (Platt), or steps joined by lines (isotonic)."""
    if spec["kind"] == "platt":
        slope, offset = float(spec["slope"]), float(spec["offset"])
        return lambda z: clamped(sigmoid(slope * z + offset))
    at, gives = [float(one) for one in spec["at"]], [float(one) for one in spec["gives"]]
    return lambda z: clamped(_joined(at, gives, z))


def _joined(at: Sequence[float], gives: Sequence[float], z: float) -> float:
    place = bisect_right(at, z)
    if place == 0:
        return gives[0]
    if place == len(at):
        return gives[-1]
    left, right = at[place - 1], at[place]
    return gives[place - 1] + (gives[place] - gives[place - 1]) * (z - left) / (right - left)


def sigmoid(z: float) -> float:
    """From log-odds to a probability, without overflow."""
    if z < 0:
        grown = exp(max(z, -STEEPEST))
        return grown / (1 + grown)
    return 1 / (1 + exp(-min(z, STEEPEST)))


def clamped(p: float) -> float:
    """Between 0.01 % and 99.99 %."""
    return min(max(p, LEAST), MOST)


def card_spec(
    features: Sequence[Feature],
    points: Sequence[Sequence[float]],
    *,
    intercept: float,
    codes: Sequence[Sequence[int]],
    won: Sequence[int],
    calibration: Mapping[str, Any],
    pairs: Sequence[Pair] = (),
    pipeline: str,
) -> dict[str, Any]:
    """The JSON of a scorecard; `codes` are the bins of the leads that it learned from, by feature."""
    told = []
    for feature, given, code in zip(features, points, codes, strict=True):
        leads, wins = [0] * len(feature.bins), [0] * len(feature.bins)
        for at, one in zip(code, won, strict=True):
            leads[at] += 1
            wins[at] += one
        told.append(feature.as_json() | {"points": [float(point) for point in given], "leads": leads, "won": wins})
    return {
        "format": FORMAT,
        "pipeline": pipeline,
        "intercept": float(intercept),
        "features": told,
        "pairs": [{"of": [pair.first, pair.second], "points": [[float(p) for p in row] for row in pair.points]} for pair in pairs],
        "calibration": dict(calibration),
    }


NO_CALIBRATION: Mapping[str, Any] = {"kind": "platt", "slope": 1.0, "offset": 0.0}
