"""The models that are tried: naive Bayes, logistic regressions, an EBM, and means of them. A mean of additive models is one again."""

from collections.abc import Sequence

import numpy as np

from leadloop.learning.domain.bayes import bayes_intercept, bayes_points
from leadloop.learning.domain.features import Feature
from leadloop.learning.training.additive import Additive, Codes, average
from leadloop.learning.training.boosted import BAGS, fit_boosted
from leadloop.learning.training.logistic import fit_logistic

BAYES, EBM, AND = "naive Bayes", "EBM", " and "
LOGISTIC = {"logistic 0.03": 0.03, "logistic 0.1": 0.1, "logistic 0.3": 0.3, "logistic 1": 1.0}
"""By scikit-learn's C: the smaller, the more rare bins are pulled to the mean."""
ENOUGH_TO_BOOST = 400


def names(rows: int) -> list[str]:
    """The candidates for so many leads, each named by the models whose mean it is."""
    lone = [(BAYES,), *((one,) for one in LOGISTIC), *((BAYES, one) for one in LOGISTIC)]
    boosted = [(EBM,), *((EBM, one) for one in LOGISTIC), *((BAYES, EBM, one) for one in LOGISTIC)] if rows >= ENOUGH_TO_BOOST else []
    return [AND.join(parts) for parts in (*lone, *boosted)]


def fit(name: str, features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, bags: int = BAGS, seed: int) -> Additive:
    """One candidate."""
    return average([fit_part(part, features, codes, won, bags=bags, seed=seed) for part in name.split(AND)])


def fit_many(
    wanted: Sequence[str], features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, bags: int, seed: int
) -> dict[str, Additive]:
    """Many candidates, each model in them fitted once."""
    parts = {part: fit_part(part, features, codes, won, bags=bags, seed=seed) for part in {p for name in wanted for p in name.split(AND)}}
    return {name: average([parts[part] for part in name.split(AND)]) for name in wanted}


def fit_part(part: str, features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, bags: int, seed: int) -> Additive:
    """One model that is no mean."""
    if part == BAYES:
        return fit_bayes(features, codes, won)
    if part == EBM:
        return fit_boosted(features, codes, won, bags=bags, seed=seed)
    return fit_logistic(features, codes, won, ridge=LOGISTIC[part])


def fit_bayes(features: Sequence[Feature], codes: Codes, won: "np.ndarray") -> Additive:
    """Naive Bayes as one of the models that can be averaged: ways to look at a column beyond the first count nothing."""
    first = {feature.column: at for at, feature in reversed(list(enumerate(features)))}.values()
    said = won.tolist()
    points = [
        np.array(bayes_points(feature, codes[:, at].tolist(), said)) if at in first else np.zeros(len(feature.bins))
        for at, feature in enumerate(features)
    ]
    return Additive(bayes_intercept(said), points)
