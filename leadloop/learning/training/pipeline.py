"""The default way from decided leads to a scorecard: guard, bins, candidates tried on leads they have not seen, calibration, export."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from leadloop.learning.domain.bayes import bayes_card
from leadloop.learning.domain.features import Feature, fit_features
from leadloop.learning.domain.guard import Finding, examine, told
from leadloop.learning.domain.metrics import calibration, figures
from leadloop.learning.domain.readiness import Readiness
from leadloop.learning.domain.scorecard import Pair, card_spec
from leadloop.learning.domain.table import Table
from leadloop.learning.training import candidates
from leadloop.learning.training.additive import Additive, Codes, Floats, matrix_of
from leadloop.learning.training.calibrate import apply, fit_calibration
from leadloop.learning.training.folds import folds

Tell = Callable[[str, float], object]
Tried = dict[str, Floats]
FOLDS, SEED = 3, 7
CLOSE = 0.002
"""Candidates whose AUC is this close are told apart by their log loss."""
QUICK_BAGS = 2
NOTHING = "No column tells leads apart"


def silent(what: str, share: float) -> None:
    """For callers whom progress does not interest."""
    del what, share


def train(table: Table, *, tell: Tell = silent, seed: int = SEED) -> dict[str, Any]:
    """A scorecard from the table's own outcomes, and the report for its model card."""
    ready = Readiness(sum(table.won), len(table.won) - sum(table.won))
    tell("Looking for columns that were written afterwards", 0.05)
    findings = examine(table)
    kept = table.without([finding.column for finding in findings if finding.out])
    features = fit_features(kept)
    if not ready.is_enough or not features:
        return {"card": bayes_card(kept, features), "report": _report(findings, features, refused=ready.says or NOTHING)}
    codes, won = matrix_of(features, kept), np.array(kept.won)
    given, came = try_all(kept, features, codes, won, tell=tell, seed=seed)
    ranked = {name: _figures(one, came) for name, one in given.items()}
    chosen = choose(ranked)
    tell("Fitting to all leads", 0.85)
    curve = fit_calibration(given[chosen], came)
    model = candidates.fit(chosen, features, codes, won, seed=seed)
    said = apply(curve, given[chosen]).tolist()
    report = _report(findings, features, refused="") | {
        "chosen": chosen,
        "candidates": ranked,
        "figures": figures(came.tolist(), said),
        "calibration": [one._asdict() for one in calibration(came.tolist(), said)],
        "checked": "later leads than those it learned from" if table.at is not None else "leads that it had not seen",
    }
    return {"card": export(model, features, codes, won, curve, pipeline=chosen), "report": report}


def try_all(table: Table, features: list[Feature], codes: Codes, won: "np.ndarray", *, tell: Tell, seed: int) -> tuple[Tried, "np.ndarray"]:
    """What each candidate says of leads it has not seen, as log-odds, and what came of them."""
    wanted = candidates.names(len(won))
    given: dict[str, list[Floats]] = {name: [] for name in wanted}
    came: list[np.ndarray] = []
    for number, (learned, held) in enumerate(folds(table, count=FOLDS, seed=seed)):
        tell(f"Trying candidates, part {number + 1} of {FOLDS}", 0.1 + 0.7 * number / FOLDS)
        came.append(won[held])
        models = candidates.fit_many(wanted, features, codes[learned], won[learned], bags=QUICK_BAGS, seed=seed)
        for name, model in models.items():
            given[name].append(model.log_odds(codes[held]))
    return {name: np.concatenate(parts) for name, parts in given.items()}, np.concatenate(came)


def choose(ranked: Mapping[str, Mapping[str, Any]]) -> str:
    """The candidate that ranks best; among those as good, the one whose probabilities surprise least."""
    top = max(one["auc"] or 0 for one in ranked.values())
    close = {name: one for name, one in ranked.items() if (one["auc"] or 0) >= top - CLOSE}
    return min(close, key=lambda name: close[name]["log_loss"] or 0)


def export(
    model: Additive, features: list[Feature], codes: Codes, won: "np.ndarray", curve: Mapping[str, Any], *, pipeline: str
) -> dict[str, Any]:
    """The scorecard of a fitted model: the same numbers, as JSON."""
    return card_spec(
        features,
        [points.tolist() for points in model.points],
        intercept=model.intercept,
        codes=codes.T.tolist(),
        won=won.tolist(),
        calibration=curve,
        pairs=[Pair(first, second, points.tolist()) for first, second, points in model.pairs],
        pipeline=pipeline,
    )


def _figures(given: Floats, came: "np.ndarray") -> dict[str, Any]:
    return figures(came.tolist(), apply(fit_calibration(given, came), given).tolist())


def _report(findings: list[Finding], features: list[Feature], *, refused: str) -> dict[str, Any]:
    columns = list(dict.fromkeys(feature.column for feature in features))
    return {"refused": refused, "guard": [told(finding) for finding in findings], "columns": columns}
