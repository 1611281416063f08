"""An explainable boosting machine (EBM) over the same bins, with a few pairs; exported by reading its tables."""

from collections.abc import Sequence

import numpy as np
from interpret.glassbox import ExplainableBoostingClassifier

from leadloop.learning.domain.features import Feature
from leadloop.learning.training.additive import Additive, Codes, Floats

BAGS, ROUNDS, RATE, PAIRS = 3, 800, 0.05, 6
SEED = 20
LEAST_SHARE = 0.004
"""Levels rarer than this are put in order with the prior of all others; boosting would learn them by heart."""
PRIOR_ROWS = 20


def fit_boosted(features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, bags: int = BAGS, seed: int = SEED) -> Additive:
    """Points by bin and by pairs of bins."""
    model, _, orders = boost(features, codes, won, bags=bags, seed=seed)
    return _read(model, orders)


def boost(
    features: Sequence[Feature], codes: Codes, won: "np.ndarray", *, bags: int = BAGS, seed: int = SEED
) -> tuple[ExplainableBoostingClassifier, Floats, list[Floats]]:
    """The fitted machine, what it was fitted to, and the place of each bin in that.

    Levels stand in the order of their smoothed share of wins, so that trees can split them.
    """
    orders = [_order(feature, codes[:, at], won) for at, feature in enumerate(features)]
    placed = np.column_stack([order[codes[:, at]] for at, order in enumerate(orders)])
    model = ExplainableBoostingClassifier(
        feature_names=[str(at) for at in range(len(features))],
        feature_types=["continuous"] * len(features),
        max_bins=1024,
        max_interaction_bins=12,
        interactions=min(PAIRS, max(0, len(features) - 1)),
        outer_bags=bags,
        max_rounds=ROUNDS,
        learning_rate=RATE,
        min_samples_leaf=max(4, len(won) // 400),
        n_jobs=1,
        random_state=seed,
    )
    model.fit(placed, won)
    return model, placed, orders


def _order(feature: Feature, code: Codes, won: "np.ndarray") -> Floats:
    """A place for each bin: its own number where bins are in order, else the smoothed log-odds of its leads, in steps."""
    bins = len(feature.bins)
    if feature.ordered:
        return np.arange(bins, dtype=float)
    leads = np.bincount(code, minlength=bins)
    wins = np.bincount(code, weights=won, minlength=bins)
    mean = won.mean()
    rate = (wins + PRIOR_ROWS * mean) / (leads + PRIOR_ROWS)
    rare = leads < LEAST_SHARE * len(won)
    if rare.any():
        pooled = (wins[rare].sum() + PRIOR_ROWS * mean) / (leads[rare].sum() + PRIOR_ROWS)
        rate[rare] = pooled
    return np.round(np.log(rate / (1 - rate)), 2)


def _read(model: ExplainableBoostingClassifier, orders: Sequence[Floats]) -> Additive:
    """Its tables, by our bins."""
    points = [np.zeros(len(order)) for order in orders]
    pairs = []
    for features, scores in zip(model.term_features_, model.term_scores_, strict=True):
        if len(features) == 1:
            at = features[0]
            points[at] = scores[_cut(model, at, 0, orders[at])]
        else:
            first, second = features
            rows, columns = _cut(model, first, 1, orders[first]), _cut(model, second, 1, orders[second])
            pairs.append((first, second, scores[np.ix_(rows, columns)]))
    return Additive(float(model.intercept_[0]), points, pairs)


def _cut(model: ExplainableBoostingClassifier, at: int, level: int, order: Floats) -> Codes:
    """The bin of the model into which each of ours falls; its first one is for missing values."""
    cuts = model.bins_[at][min(level, len(model.bins_[at]) - 1)]
    return np.searchsorted(cuts, order, side="right") + 1
