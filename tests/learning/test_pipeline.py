"""The pipeline in numpy and scikit-learn: what leaves it is what was trained, and it holds with few outcomes."""

import json
from statistics import mean

import numpy as np
import pytest

from leadloop.learning.domain.bayes import bayes_card
from leadloop.learning.domain.features import fit_features
from leadloop.learning.domain.metrics import auc, log_loss
from leadloop.learning.domain.scorecard import compile_card, log_odds, probability
from tests.learning.base import make_table

pytest.importorskip("interpret")
pytest.importorskip("sklearn")

from leadloop.learning.training import boosted, calibrate, candidates, logistic, pipeline
from leadloop.learning.training.additive import matrix_of
from leadloop.learning.training.evaluate import evaluate
from leadloop.learning.training.folds import folds

TABLE = make_table(700)
FEATURES = fit_features(TABLE)
CODES, WON = matrix_of(FEATURES, TABLE), np.array(TABLE.won)


def of_card(model):
    """What the exported scorecard says of every row, in pure Python and after a way through JSON."""
    spec = pipeline.export(model, FEATURES, CODES, WON, {"kind": "platt", "slope": 1.0, "offset": 0.0}, pipeline="test")
    card = compile_card(json.loads(json.dumps(spec)))
    return [probability(card, TABLE.row(row)) for row in range(len(WON))]


def test_the_scorecard_says_what_the_ebm_says():
    model, placed, _ = boosted.boost(FEATURES, CODES, WON)
    theirs = np.clip(model.predict_proba(placed)[:, 1], 0.0001, 0.9999)
    assert np.abs(theirs - of_card(boosted.fit_boosted(FEATURES, CODES, WON))).max() < 1e-6
    assert len(model.term_features_) > len(FEATURES)  # pairs are among them


def test_the_scorecard_says_what_the_logistic_regression_says():
    model, matrix, _ = logistic.regress(FEATURES, CODES, WON, ridge=0.3)
    theirs = np.clip(model.predict_proba(matrix)[:, 1], 0.0001, 0.9999)
    assert np.abs(theirs - of_card(logistic.fit_logistic(FEATURES, CODES, WON, ridge=0.3))).max() < 1e-6


def test_the_scorecard_of_a_mean_says_the_mean_log_odds():
    parts = [candidates.fit(name, FEATURES, CODES, WON, seed=1) for name in ("naive Bayes", "EBM", "logistic 0.3")]
    both = candidates.fit("naive Bayes and EBM and logistic 0.3", FEATURES, CODES, WON, seed=1)
    assert both.log_odds(CODES) == pytest.approx(np.mean([one.log_odds(CODES) for one in parts], axis=0), abs=1e-9)
    assert [1 / (1 + np.exp(-z)) for z in both.log_odds(CODES)] == pytest.approx(of_card(both), abs=1e-6)


def test_naive_bayes_is_the_same_here_and_in_pure_python():
    card = compile_card(bayes_card(TABLE, FEATURES))
    given = candidates.fit("naive Bayes", FEATURES, CODES, WON, seed=1).log_odds(CODES)
    assert [log_odds(card, card.bins(TABLE.row(row))) for row in range(len(WON))] == pytest.approx(given.tolist(), abs=1e-9)


def test_what_training_returns_says_what_it_reports():
    result = pipeline.train(TABLE)
    card = compile_card(json.loads(json.dumps(result["card"])))
    said = [probability(card, TABLE.row(row)) for row in range(len(WON))]
    assert result["report"]["chosen"] == result["card"]["pipeline"]
    assert auc(TABLE.won, said) > result["report"]["figures"]["auc"] - 0.02
    assert abs(mean(said) - mean(TABLE.won)) < 0.03


def test_calibration_makes_too_sure_a_model_honest():
    dice = np.random.default_rng(1)
    truth = dice.normal(0, 1, 20_000)
    won = (dice.random(20_000) < 1 / (1 + np.exp(-truth))).astype(int)
    curve = calibrate.fit_calibration(3 * truth + 1, won)
    assert curve["kind"] == "platt"
    assert (curve["slope"], curve["offset"]) == (pytest.approx(1 / 3, abs=0.03), pytest.approx(-1 / 3, abs=0.08))


def test_steps_are_taken_where_a_line_does_not_fit():
    dice = np.random.default_rng(1)
    given = dice.uniform(-4, 4, 6_000)
    won = (dice.random(6_000) < np.where(given < 2, 0.1, 0.7)).astype(int)
    curve = calibrate.fit_calibration(given, won)
    assert curve["kind"] == "isotonic"
    assert calibrate.apply(curve, np.array([-1.0, 3.0])) == pytest.approx([0.1, 0.7], abs=0.04)


def test_folds_with_moments_only_look_forward():
    table = make_table(400, timed=True)
    for learned, held in folds(table, count=3, seed=1):
        assert max(table.at[row] for row in learned) < min(table.at[row] for row in held)


def test_folds_without_moments_hold_each_lead_once():
    held = sorted(row for _, part in folds(make_table(400), count=3, seed=1) for row in part)
    assert held == list(range(400))


def test_too_few_outcomes_are_refused():
    result = pipeline.train(make_table(120))
    assert (result["card"]["pipeline"], "needed" in result["report"]["refused"]) == ("naive Bayes", True)


def test_with_200_outcomes_it_is_no_worse_than_naive_bayes():
    """Made-up bases; recorded ones stand in tests/scenarios."""
    held = make_table(1_500, seed=99)
    gaps = []
    for seed in range(4):
        few = make_table(200, seed=seed)
        cards = [compile_card(card) for card in (pipeline.train(few)["card"], bayes_card(few))]
        said = [[probability(card, held.row(row)) for row in range(1_500)] for card in cards]
        gaps.append([auc(held.won, said[0]) - auc(held.won, said[1]), log_loss(held.won, said[1]) - log_loss(held.won, said[0])])
    assert mean(gap[0] for gap in gaps) > -0.002
    assert mean(gap[1] for gap in gaps) > 0


def test_evaluation_repeats_the_guard_inside_each_part():
    table = make_table(500)
    columns = dict(table.columns) | {"tag": ["Closed" if one else "Ringing" for one in table.won]}
    found = evaluate(type(table)(columns, table.won), folds=2)
    assert [one["column"] for one in found["guard"] if one["out"]] == ["tag"]
    assert found["figures"]["auc"]["mean"] < 0.95
