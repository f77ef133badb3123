"""The strongest single column is found whichever way it sorts, and a missing value comes last."""

import numpy as np
import pytest

from training.evaluation.columns import strongest_column
from training.evaluation.metrics import scored
from training.parameters import Evaluate

SETTINGS = Evaluate(
    seed=1, resamples=50, calibration_bins=5, plotted_rows=50, seeds=1, explained_alerts=1
)  # fmt: skip


def drawn(label):
    account = np.array([f"A{number}" for number in range(len(label))], object)
    return scored(account, np.ones(len(label), int), np.array(label, np.int8), np.zeros(len(label)))


def test_the_column_and_its_direction_are_those_that_sort_best():
    model = drawn([1, 1, 0, 0])
    values = np.array([[5.0, 3, 1], [6.0, 1, 2], [5.5, 4, 3], [1.0, 5, 1.5]])
    found = strongest_column(values, ("mixed", "lower", "other"), model)
    assert (found.feature, found.first) == ("lower", "lowest")
    figures = found.compared(model, SETTINGS)
    assert (figures["pr_auc"], figures["positives"], figures["rows"]) == (1.0, 2, 4)
    assert figures["differences"]["pr_auc"]["value"] == pytest.approx(0.5 - 1.0)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_missing_value_comes_last_in_either_direction(sign):
    values = sign * np.array([[2.0], [3.0], [np.nan], [np.nan]])
    found = strongest_column(values, ("column",), drawn([1, 1, 0, 0]))
    assert found.compared(drawn([1, 1, 0, 0]), SETTINGS)["pr_auc"] == 1.0
