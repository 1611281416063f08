"""The naive Bayes baseline: needs nothing but counting, works with few outcomes, and every challenger has to beat it."""

from collections.abc import Sequence
from math import log
from typing import Any

from leadloop.learning.domain.features import Feature, codes_of, fit_features
from leadloop.learning.domain.scorecard import NO_CALIBRATION, card_spec
from leadloop.learning.domain.table import Table

PRIOR = 1.0
"""Laplace: each bin is thought to have been seen once more among the won and once more among the lost."""


def bayes_card(table: Table, features: Sequence[Feature] | None = None) -> dict[str, Any]:
    """The card of a naive Bayes over the first way to look at each column, with Laplace's correction.

    Bins that few leads fell into say little: their log-odds are those of Laplace's counts.
    """
    chosen = first_parts(features if features is not None else fit_features(table))
    codes = [codes_of(feature, table.columns[feature.column]) for feature in chosen]
    points = [bayes_points(feature, code, table.won) for feature, code in zip(chosen, codes, strict=True)]
    intercept = bayes_intercept(table.won)
    return card_spec(chosen, points, intercept=intercept, codes=codes, won=table.won, calibration=NO_CALIBRATION, pipeline="naive Bayes")


def first_parts(features: Sequence[Feature]) -> list[Feature]:
    """One feature a column: naive Bayes would count twice what two of them say alike."""
    kept: dict[str, Feature] = {}
    for feature in features:
        kept.setdefault(feature.column, feature)
    return list(kept.values())


def bayes_intercept(won: Sequence[int]) -> float:
    """The log-odds of a win before anything is known of a lead."""
    return log((sum(won) + PRIOR) / (len(won) - sum(won) + PRIOR))


def bayes_points(feature: Feature, code: Sequence[int], won: Sequence[int]) -> list[float]:
    """Log-odds by bin; 0 where no lead fell."""
    bins = len(feature.bins)
    counts = [[0, 0] for _ in range(bins)]
    for at, one in zip(code, won, strict=True):
        counts[at][one] += 1
    wins = sum(won)
    losses = len(won) - wins
    return [log((b + PRIOR) / (wins + PRIOR * bins)) - log((a + PRIOR) / (losses + PRIOR * bins)) if a + b else 0.0 for a, b in counts]
