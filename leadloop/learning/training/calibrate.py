"""From log-odds that a model gave to leads it had not seen, to honest probabilities: a straight line, or steps where they are better."""

from itertools import pairwise
from typing import Any

import numpy as np
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from leadloop.learning.domain.scorecard import LEAST, MOST
from leadloop.learning.training.additive import Floats

ENOUGH_FOR_STEPS = 2_000
KNOTS = 24
BETTER = 0.002
"""Steps are taken only where they lower the log loss of leads they were not fitted to by this much."""
FLATTEST, STEEPEST = 0.05, 3.0


def fit_calibration(given: Floats, won: "np.ndarray") -> dict[str, Any]:
    """The calibration table for log-odds `given` out of fold."""
    line = _line(given, won)
    if len(won) < ENOUGH_FOR_STEPS:
        return line
    halves = np.arange(len(won)) % 2 == 0
    loss = [0.0, 0.0]
    for fitted in (halves, ~halves):
        for at, fit in enumerate((_line, _steps)):
            loss[at] += _log_loss(apply(fit(given[fitted], won[fitted]), given[~fitted]), won[~fitted])
    return _steps(given, won) if loss[1] < loss[0] * (1 - BETTER) else line


def apply(spec: dict[str, Any], given: Floats) -> Floats:
    """Probabilities by a calibration table."""
    if spec["kind"] == "platt":
        return np.clip(expit(spec["slope"] * given + spec["offset"]), LEAST, MOST)
    return np.clip(np.interp(given, spec["at"], spec["gives"]), LEAST, MOST)


def _line(given: Floats, won: "np.ndarray") -> dict[str, Any]:
    model = LogisticRegression(C=1e4, max_iter=200)
    model.fit(given.reshape(-1, 1), won)
    slope = float(np.clip(model.coef_[0, 0], FLATTEST, STEEPEST))
    if slope == float(model.coef_[0, 0]):
        return {"kind": "platt", "slope": slope, "offset": float(model.intercept_[0])}
    return {"kind": "platt", "slope": slope, "offset": _offset(slope * given, won)}


def _offset(given: Floats, won: "np.ndarray") -> float:
    """The shift with which the mean of what is said is the share of wins."""
    low, high = -20.0, 20.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if expit(given + middle).mean() < won.mean() else (low, middle)
    return (low + high) / 2


def _steps(given: Floats, won: "np.ndarray") -> dict[str, Any]:
    """Isotonic regression of the share of wins, at quantiles, joined by lines that rise a little, so that no order is lost."""
    fitted = IsotonicRegression(out_of_bounds="clip").fit(given, won)
    edges = np.quantile(given, np.linspace(0, 1, KNOTS + 1))
    parts = [given[(given >= low) & (given <= high)] for low, high in pairwise(edges)]
    at = np.unique([part.mean() for part in parts if len(part)])
    gives = np.clip(fitted.predict(at), 0.0005, 0.9995)
    gives = np.maximum.accumulate(gives) + np.arange(len(at)) * 1e-7
    low, high = expit(logit(gives[0]) - 1), expit(logit(gives[-1]) + 1)
    at = np.concatenate([[at[0] - 3], at, [at[-1] + 3]])
    return {"kind": "isotonic", "at": [float(one) for one in at], "gives": [float(one) for one in (low, *gives, high)]}


def _log_loss(said: Floats, won: "np.ndarray") -> float:
    return float(-np.mean(np.where(won == 1, np.log(said), np.log1p(-said))))
