"""What every trained model is here: an intercept, points by bin, and points by pairs of bins; models of this kind can be averaged."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from leadloop.learning.domain.features import Feature, codes_of
from leadloop.learning.domain.table import Table

Codes = NDArray[np.int64]
"""Rows by features: the bin of each."""
Floats = NDArray[np.float64]


@dataclass
class Additive:
    """`pairs` holds (first feature, second feature, points by bins of both)."""

    intercept: float
    points: list[Floats]
    pairs: list[tuple[int, int, Floats]] = field(default_factory=list)

    def log_odds(self, codes: Codes) -> Floats:
        """The sum of points of every row."""
        total = np.full(len(codes), self.intercept)
        for at, points in enumerate(self.points):
            total += points[codes[:, at]]
        for first, second, table in self.pairs:
            total += table[codes[:, first], codes[:, second]]
        return total


def average(models: Sequence[Additive]) -> Additive:
    """The mean of models over the same features: again one model of the kind."""
    share = 1 / len(models)
    points = [np.sum([model.points[at] for model in models], axis=0) * share for at in range(len(models[0].points))]
    tables: dict[tuple[int, int], Floats] = {}
    for model in models:
        for first, second, table in model.pairs:
            tables[first, second] = tables.get((first, second), 0.0) + table * share
    return Additive(sum(model.intercept for model in models) * share, points, [(a, b, table) for (a, b), table in sorted(tables.items())])


def matrix_of(features: Sequence[Feature], table: Table) -> Codes:
    """The bins of every row, as numbers."""
    columns = [np.array(codes_of(one, table.columns[one.column]), np.int64) for one in features]
    return np.column_stack(columns) if columns else np.zeros((len(table.won), 0), np.int64)
