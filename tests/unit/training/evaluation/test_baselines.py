"""The baselines learn what they should, and the isolation forest no label."""

import numpy as np
import pytest

from training.evaluation.baselines import isolation_forest, logistic
from training.evaluation.metrics import scored
from training.evaluation.seeds import section, spread
from training.rows import Rows


def drawn(seed, rows=3000):
    draw = np.random.default_rng(seed)
    label = (draw.random(rows) < 0.05).astype(np.int8)
    values = np.exp(draw.normal(size=(rows, 3)) * 2)
    values[:, 0] *= np.exp(4 * label)
    values[draw.random(rows) < 0.2, 1] = np.nan
    values[:, 2] = np.nan
    account = np.array([f"A{number}" for number in range(rows)], object)
    return Rows(account, np.ones(rows, np.int64), label, values)


def test_logistic_regression_finds_what_raises_the_odds_whatever_is_missing():
    past, test = drawn(1), drawn(2)
    score = logistic(past, test.values)
    assert np.median(score[test.label == 1]) > np.quantile(score[test.label == 0], 0.9)
    assert np.corrcoef(score, np.log(test.values[:, 0]))[0, 1] > 0.9


def test_an_isolation_forest_finds_what_is_rare_and_ignores_labels():
    past = drawn(1)
    test = drawn(2).values
    test[:5] = [1e9, 1e9, np.nan]
    score = isolation_forest(past, test, seed=1)
    assert score[:5].min() > np.quantile(score[5:], 0.99)
    turned = Rows(past.account_id, past.as_of, 1 - past.label, past.values)
    assert np.array_equal(score, isolation_forest(turned, test, seed=1))
    assert not np.array_equal(score, isolation_forest(past, test, seed=2))


def test_the_spread_is_that_of_the_seeds():
    label = np.array([1, 0, 0, 1], np.int8)
    account = np.array(list("abcd"), object)
    best, worst = ([4.0, 2, 1, 3], [1.0, 3, 4, 2])
    rows = [scored(account, np.ones(4), label, np.array(each)) for each in (best, worst)]
    found = spread(rows)["pr_auc"]
    assert found == {
        "mean": pytest.approx((1 + 5 / 12) / 2), "sd": pytest.approx((1 - 5 / 12) / 2**0.5),
        "lowest": pytest.approx(5 / 12), "highest": 1.0,
    }  # fmt: skip
    assert spread(rows[:1])["pr_auc"]["sd"] == 0
    page = "\n".join(section({"count": 2, "figures": {"mulerisk": spread(rows)}}))
    assert "| mulerisk | 0.7083 ± 0.4125 (0.4167 to 1.0000) |" in page
