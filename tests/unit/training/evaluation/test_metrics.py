"""The figures of an evaluation against scikit-learn and against values worked out by hand."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from training.evaluation.metrics import (
    brier,
    calibration_curve,
    ece,
    pr_auc,
    precision_at_capacity,
    ranking_figures,
    recall_at_capacity,
    roc_auc,
    scored,
    taken_at_capacity,
)


def drawn(seed, *, levels, rows=3000):
    draw = np.random.default_rng(seed)
    label = (draw.random(rows) < 0.03).astype(np.int8)
    score = np.round(draw.normal(label * 1.0, 1.0) * levels) / levels
    accounts = np.array([f"A{number}" for number in draw.integers(0, rows // 3, rows)], object)
    as_of = draw.integers(0, 3, rows)
    return scored(accounts, as_of, label, score), draw.poisson(1.0, rows).astype(float)


@pytest.mark.parametrize("levels", [1, 1000])
@pytest.mark.parametrize("seed", range(3))
def test_areas_equal_scikit_learn_with_and_without_ties_and_weights(seed, levels):
    rows, weight = drawn(seed, levels=levels)
    for each in (weight, np.ones(len(weight))):
        wanted = average_precision_score(rows.label, rows.score, sample_weight=each)
        assert pr_auc(rows, each) == pytest.approx(wanted, rel=1e-9)
        wanted = roc_auc_score(rows.label, rows.score, sample_weight=each)
        assert roc_auc(rows, each) == pytest.approx(wanted, rel=1e-9)


def test_a_weight_counts_a_row_as_often_as_copies_of_it_would():
    rows, weight = drawn(5, levels=1000)
    copies = np.repeat(np.arange(len(weight)), weight.astype(int))
    repeated, once = rows.only(copies), np.ones(len(copies))
    for metric in (pr_auc, roc_auc, precision_at_capacity, recall_at_capacity):
        assert metric(rows, weight) == pytest.approx(metric(repeated, once), rel=1e-9)


def test_each_instant_has_its_own_top_1_percent():
    # 150 accounts at two instants: two of each are looked at, whatever the other's scores are.
    accounts = np.array([f"A{number}" for number in range(150)] * 2, object)
    as_of = np.repeat([1, 2], 150)
    score = np.concatenate([np.arange(150.0), 1000 + np.arange(150.0)])
    label = np.zeros(300, np.int8)
    label[[149, 297]] = 1
    rows = scored(accounts, as_of, label, score)
    taken = taken_at_capacity(rows, np.ones(300))
    assert np.flatnonzero(taken).tolist() == [148, 149, 298, 299]
    assert precision_at_capacity(rows, np.ones(300)) == 1 / 4
    assert recall_at_capacity(rows, np.ones(300)) == 1 / 2


def test_ties_are_broken_alike_whatever_the_order_of_the_rows():
    accounts = np.array([f"A{number}" for number in range(500)], object)
    label = (np.arange(500) < 5).astype(np.int8)
    rows = scored(accounts, np.ones(500, int), label, np.zeros(500))
    shuffled = np.random.default_rng(1).permutation(500)
    again = scored(accounts[shuffled], np.ones(500, int), label[shuffled], np.zeros(500))
    taken = set(accounts[taken_at_capacity(rows, np.ones(500)) > 0])
    assert taken == set(accounts[shuffled][taken_at_capacity(again, np.ones(500)) > 0])
    # Rows in the order of the labels would have been all positive.
    assert precision_at_capacity(rows, np.ones(500)) < 1


def test_figures_count_what_they_rest_on_and_are_missing_without_positives():
    rows, _ = drawn(1, levels=10)
    figures = ranking_figures(rows)
    assert (figures["rows"], figures["positives"]) == (3000, int(rows.label.sum()))
    none = ranking_figures(rows.only(rows.label == 0))
    assert none["positives"] == 0
    assert all(np.isnan(none[name]) for name in ("pr_auc", "recall_at_1pct", "roc_auc"))


def test_calibration_figures():
    probability, label = np.array([0.1, 0.3, 0.6, 0.8]), np.array([0.0, 0.0, 1.0, 0.0])
    assert brier(probability, label) == pytest.approx(brier_score_loss(label, probability))
    forecast, outcome, size = calibration_curve(probability, label, 2)
    assert forecast.tolist() == pytest.approx([0.2, 0.7])
    assert (outcome.tolist(), size.tolist()) == ([0.0, 0.5], [2, 2])
    assert ece(probability, label, 2) == pytest.approx((0.2 + 0.2) / 2)
