"""Intervals: reproducible, over accounts, and paired."""

from dataclasses import replace

import numpy as np
import pytest

from training.evaluation.bootstrap import differences, interval, resampled_weights
from training.evaluation.metrics import pr_auc, precision_at_capacity, scored

METRICS = {"pr_auc": pr_auc, "precision_at_1pct": precision_at_capacity}


def drawn(seed, strength, copies=1):
    draw = np.random.default_rng(seed)
    label = (draw.random(2000) < 0.05).astype(np.int8)
    score = draw.normal(label * strength, 1.0)
    accounts = np.array([f"A{number}" for number in range(2000)] * copies, object)
    as_of = np.repeat(np.arange(copies), 2000)
    return scored(accounts, as_of, np.tile(label, copies), np.tile(score, copies))


def test_rows_of_one_account_are_drawn_together():
    account = np.array([0, 1, 2, 0, 1, 2])
    for weight in resampled_weights(account, 20, seed=1):
        assert weight.sum() == 6
        assert np.array_equal(weight[:3], weight[3:])


def test_an_interval_is_wider_where_whole_rings_are_resampled():
    rows = drawn(1, 1.0)
    bounds = [interval(r, pr_auc, resamples=200, seed=1) for r in (rows, in_rings(rows))]
    spread = [each.high - each.low for each in bounds]
    assert spread[1] > 1.2 * spread[0]


def in_rings(rows):
    """Put rows of one label into rings of ten."""
    place = np.argsort(np.argsort(-rows.label, kind="stable"))
    return replace(rows, unit=place // 10)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another():
    rows = drawn(1, 1.0)
    first = interval(rows, pr_auc, resamples=50, seed=1)
    assert first == interval(rows, pr_auc, resamples=50, seed=1)
    assert first != interval(rows, pr_auc, resamples=50, seed=2)
    assert first.low < first.value < first.high


def test_copies_of_the_rows_of_an_account_do_not_narrow_the_interval():
    once = interval(drawn(1, 1.0), pr_auc, resamples=200, seed=1)
    often = interval(drawn(1, 1.0, copies=4), pr_auc, resamples=200, seed=1)
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.2)


def test_a_clear_difference_excludes_0_and_none_is_exactly_0():
    model, weak = drawn(1, 2.0), drawn(1, 0.2)
    found = differences(model, {"weak": weak, "same": model}, METRICS, resamples=100, seed=1)
    assert found["weak"]["pr_auc"].low > 0
    same = found["same"]["pr_auc"]
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    truth = np.mean([pr_auc(drawn(seed, 1.5), np.ones(2000)) for seed in range(100, 160)])
    covered = [
        each.low <= truth <= each.high
        for each in (interval(drawn(s, 1.5), pr_auc, resamples=100, seed=1) for s in range(40))
    ]
    assert np.mean(covered) >= 0.85
