"""Our figures equal those of scikit-learn, and the bins of a table by hand."""

import random

import pytest

from leadloop.learning.domain.metrics import auc, brier, calibration, calibration_error, figures, lift, log_loss

metrics = pytest.importorskip("sklearn.metrics")


@pytest.mark.parametrize("seed", range(20))
def test_figures_equal_those_of_scikit_learn(seed):
    dice = random.Random(seed)
    said = [round(dice.uniform(0.001, 0.999), dice.choice([1, 2, 9])) for _ in range(400)]
    said = [min(max(p, 0.001), 0.999) for p in said]
    won = [int(dice.random() < p) for p in said]

    assert auc(won, said) == pytest.approx(metrics.roc_auc_score(won, said), abs=1e-12)
    assert brier(won, said) == pytest.approx(metrics.brier_score_loss(won, said), abs=1e-12)
    assert log_loss(won, said) == pytest.approx(metrics.log_loss(won, said), abs=1e-12)


def test_calibration_error_by_hand():
    said, won = [0.05, 0.05, 0.25, 0.25, 0.95], [0, 1, 0, 0, 1]
    assert [(one.leads, one.came) for one in calibration(won, said)] == [(2, 0.5), (2, 0.0), (1, 1.0)]
    assert calibration_error(won, said) == pytest.approx((2 * 0.45 + 2 * 0.25 + 0.05) / 5)


def test_an_edge_belongs_to_the_upper_bin_and_one_to_the_last():
    assert len(calibration([0, 1], [0.1, 1.0])) == 2
    assert len(calibration([0, 1], [0.1, 0.19])) == 1


def test_a_perfect_order_and_its_opposite():
    assert (auc([0, 0, 1], [0.1, 0.2, 0.3]), auc([1, 0, 0], [0.1, 0.2, 0.3]), auc([1, 0], [0.5, 0.5])) == (1.0, 0.0, 0.5)


def test_without_both_ends_there_is_no_order():
    assert (auc([1, 1], [0.1, 0.2]), lift([0, 0], [0.1, 0.2])) == (None, None)


def test_lift_counts_ties_in_parts():
    assert lift([1, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0.9] + [0.1] * 9) == pytest.approx(10)
    assert lift([1, 0, 1, 0], [0.5] * 4, share=0.25) == pytest.approx(1.0)


def test_all_figures_have_names():
    assert set(figures([0, 1], [0.2, 0.8])) == {"leads", "won", "auc", "ece", "brier", "log_loss", "lift"}
