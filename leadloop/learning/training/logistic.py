"""Logistic regression over bins: levels one-hot, numbers as steps, so that neighbours are alike; a ridge pulls rare bins to the mean."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from leadloop.learning.domain.features import Feature
from leadloop.learning.training.additive import Additive, Codes

ROUNDS = 300
STEP = 0.5
"""A step between two neighbouring bins of a number; the smaller, the smoother its curve."""


def fit_logistic(features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, ridge: float) -> Additive:
    """Log-odds by bin; `ridge` is scikit-learn's C, the smaller the stronger the pull."""
    model, _, layout = regress(features, codes, won, ridge=ridge)
    points, start = [], 0
    for basis in layout:
        width = basis.shape[1]
        points.append(np.asarray(basis @ model.coef_[0, start : start + width]).ravel())
        start += width
    return Additive(float(model.intercept_[0]), points, [])


def regress(
    features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, ridge: float
) -> tuple[LogisticRegression, "sparse.csr_matrix", list["sparse.csr_matrix"]]:
    """The fitted model, what it was fitted to, and what each bin looks like in that."""
    layout = [_columns(feature) for feature in features]
    matrix = sparse.hstack([basis[codes[:, at]] for at, basis in enumerate(layout)], format="csr")
    model = LogisticRegression(C=ridge, max_iter=ROUNDS, tol=1e-4)
    model.fit(matrix, won)
    return model, matrix, layout


def _columns(feature: Feature) -> "sparse.csr_matrix":
    """What each bin of a feature looks like: one column a level; for numbers, a column for each edge that lies below the bin."""
    bins = len(feature.bins)
    if not feature.ordered:
        return sparse.identity(bins, format="csr")
    special = bins - len(feature.edges) - 1
    basis = np.zeros((bins, special + len(feature.edges)))
    basis[:special, :special] = np.eye(special)
    for at in range(len(feature.edges)):
        basis[special + at + 1 :, special + at] = STEP
    return sparse.csr_matrix(basis)
