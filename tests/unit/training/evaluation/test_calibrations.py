"""Forms of calibration are fitted on other folds only, and their misses are told as they are."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from training.evaluation.calibrations import FORMS, beta, by_other_folds, forms_compared, venn_abers
from training.evaluation.metrics import scored


def logistic(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(log_odds_of, count=60_000, seed=1):
    """Draw rows at four instants whose outcome follows a form that is known."""
    draw = np.random.default_rng(seed)
    raw = draw.normal(-1, 2, count)
    label = (draw.random(count) < logistic(log_odds_of(raw))).astype(np.int8)
    account = np.array([f"A{number}" for number in range(count)], object)
    return scored(account, np.repeat(np.arange(4), count // 4), label, raw)


@pytest.mark.parametrize("form", FORMS)
def test_a_row_never_calibrates_itself(form):
    rows = drawn(lambda raw: raw - 1, 4_000)
    fold = rows.as_of.astype(np.intp) // 2
    found = by_other_folds(FORMS[form], rows, fold)
    for number in (0, 1):
        here, others = rows.only(fold == number), rows.only(fold != number)
        assert np.array_equal(found[fold == number], FORMS[form](others)(here.score))


def test_one_fold_leaves_nothing_to_calibrate_on():
    rows = drawn(lambda raw: raw, 400)
    once = np.zeros(len(rows.score), np.intp)
    assert by_other_folds(FORMS["line"], rows, once) is None
    assert forms_compared(rows, once, 15) == {}


def test_beta_finds_two_slopes_where_there_are_two():
    rows = drawn(lambda raw: 1.6 * np.logaddexp(0, raw) - 0.4 * np.logaddexp(0, -raw))
    forecast = beta(rows)
    far = np.array([-6.0, -5.0, 5.0, 6.0])
    log_odds = np.log(forecast(far) / (1 - forecast(far)))
    assert log_odds[1] - log_odds[0] == pytest.approx(0.4, abs=0.1)
    assert log_odds[3] - log_odds[2] == pytest.approx(1.6, abs=0.25)


def test_the_form_that_made_the_outcomes_misses_least():
    rows = drawn(lambda raw: np.where(raw < 0, 0.3, 2.0) * raw)
    found = forms_compared(rows, rows.as_of.astype(np.intp) // 2, 15)
    assert found["beta"]["log_loss"] < found["line"]["log_loss"]
    assert found["isotonic"]["log_loss"] < found["line"]["log_loss"]
    assert found["beta"]["ece"] < found["line"]["ece"]


@pytest.mark.parametrize("form", FORMS)
def test_no_form_says_that_something_cannot_happen(form):
    rows = drawn(lambda raw: raw - 3, 2_000)
    forecast = FORMS[form](rows)(np.array([-30.0, 30.0]))
    assert 0 < forecast[0] < forecast[1] < 1


def test_venn_abers_merges_the_steps_of_either_label():
    rows = drawn(lambda raw: raw, 200)
    asked = np.array([-1.3, 0.02, 0.7])

    def steps(score, label):
        scores, labels = np.append(rows.score, score), np.append(rows.label, label)
        return IsotonicRegression().fit(scores, labels).predict([score])[0]

    ends = [(steps(score, 0), steps(score, 1)) for score in asked]
    expected = [high / (1 - low + high) for low, high in ends]
    assert venn_abers(rows)(asked) == pytest.approx(expected, rel=1e-9)
