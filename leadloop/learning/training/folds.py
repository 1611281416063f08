"""Which leads a model learns from and which it is tried on: later ones where moments are known, else shares of all kinds."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from sklearn.model_selection import StratifiedKFold

from leadloop.learning.domain.table import Table
from leadloop.learning.training.additive import Codes

FIRST = 0.4
"""The earliest leads, which are only learned from."""


def folds(table: Table, *, count: int, seed: int) -> Iterator[tuple[Codes, Codes]]:
    """Rows to learn from and rows to be tried on. With moments each fold learns from all that came before its own leads."""
    rows = len(table.won)
    if table.at is None:
        return iter(StratifiedKFold(count, shuffle=True, random_state=seed).split(np.zeros((rows, 1)), table.won))
    return _forward(table, count)


def _forward(table: Table, count: int) -> Iterator[tuple[Codes, Codes]]:
    order = by_time(table)
    edges = np.linspace(FIRST, 1.0, count + 1) * len(order)
    won = np.array(table.won)
    for low, high in pairwise(edges):
        learned, tried = order[: int(low)], order[int(low) : int(high)]
        if 0 < won[learned].sum() < len(learned) and 0 < won[tried].sum() < len(tried):
            yield learned, tried


def by_time(table: Table) -> Codes:
    """Rows, the earliest lead first; those without a moment are the earliest."""
    stamps = [moment.timestamp() if moment else float("-inf") for moment in table.at or []]
    return np.array(sorted(range(len(stamps)), key=stamps.__getitem__), np.int64)
