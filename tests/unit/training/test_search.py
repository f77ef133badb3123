"""A search is the same twice, looks at its fold's past alone, and does not take luck for skill."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from training.evaluation.metrics import pr_auc, scored
from training.learner import learn, raw_scores
from training.parameters import Tune, read_parameters
from training.rows import Rows
from training.search import search
from training.splits import Fold

NAMES = ("one", "two", "three")
DECLARED = replace(
    read_parameters(Path(__file__).parents[3] / "params.yaml").fit, rounds=20, negative_fraction=1.0
)
FOLD = Fold(training=(0, 1), validation=(2,), test=(3,))


def drawn(signal, count=6_000, seed=0):
    """Draw rows whose label follows how two columns differ in sign, or nothing at all."""
    random = np.random.default_rng(seed)
    values = random.normal(size=(count, len(NAMES)))
    odds = signal * np.sign(values[:, 0] * values[:, 1]) - 2
    label = (random.random(count) < 1 / (1 + np.exp(-odds))).astype(np.int8)
    names = np.array([f"a{n}" for n in range(count)], object)
    return Rows(names, np.sort(random.integers(0, 4, count)), label, values)


def value(rows, settings):
    """Say how good a model with these settings is on the validation rows."""
    model = learn(rows.only(rows.at(FOLD.training)), NAMES, settings)
    held_out = rows.only(rows.at(FOLD.validation))
    raw = raw_scores(model, held_out.values)
    result = scored(held_out.account_id, held_out.as_of, held_out.label, raw)
    return pr_auc(result, np.ones(len(raw)))


def test_the_first_trial_is_what_was_declared_and_every_figure_is_that_of_the_validation_rows():
    rows = drawn(signal=1.5)
    found = search(rows, NAMES, FOLD, DECLARED, Tune(4, 1.0, 60))
    assert found.trials[0].settings == DECLARED
    assert len({trial.settings for trial in found.trials}) == 4
    for trial in found.trials:
        assert trial.pr_auc == value(rows, trial.settings)
        assert replace(trial.settings, rounds=1).seed == DECLARED.seed
    assert search(rows, NAMES, FOLD, DECLARED, Tune(4, 1.0, 60)) == found


def test_one_trial_searches_nothing():
    found = search(drawn(signal=1.5), NAMES, FOLD, DECLARED, Tune(1, 0.0, 60))
    assert (found.chosen, found.standard_error, len(found.trials)) == (DECLARED, 0.0, 1)


def test_rows_that_are_tested_on_change_nothing():
    rows = drawn(signal=1.5)
    other = np.where(rows.at(FOLD.test), 1 - rows.label, rows.label).astype(np.int8)
    changed = replace(rows, label=other)
    tune = Tune(3, 0.0, 60)
    assert search(changed, NAMES, FOLD, DECLARED, tune) == search(rows, NAMES, FOLD, DECLARED, tune)


def test_where_nothing_can_be_learnt_the_declared_parameters_mostly_stay():
    stayed = []
    for seed in range(10):
        rows = drawn(signal=0.0, count=2_000, seed=seed)
        declared = replace(DECLARED, rounds=5)
        lucky = search(rows, NAMES, FOLD, declared, Tune(5, 0.0, 60))
        careful = search(rows, NAMES, FOLD, declared, Tune(5, 2.0, 60))
        assert lucky.trials == careful.trials
        stayed.append((lucky.chosen == declared, careful.chosen == declared))
    lucky, careful = np.sum(stayed, axis=0)
    assert lucky <= 5
    assert careful >= 8


def test_clearly_better_parameters_replace_declared_ones():
    # A tree of two leaves cannot see that two columns matter together.
    declared = replace(DECLARED, num_leaves=2)
    found = search(drawn(signal=2.5), NAMES, FOLD, declared, Tune(6, 1.0, 60))
    assert found.chosen.num_leaves > 2
    best = max(found.trials, key=lambda trial: trial.pr_auc)
    assert found.chosen == best.settings
    assert best.pr_auc - found.trials[0].pr_auc > found.standard_error > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_the_standard_error_is_that_of_the_difference_over_accounts(seed):
    rows = drawn(signal=2.5, seed=seed)
    declared = replace(DECLARED, num_leaves=2)
    few, many = (
        search(rows, NAMES, FOLD, declared, Tune(6, 1.0, resamples)).standard_error
        for resamples in (200, 800)
    )
    assert few == pytest.approx(many, rel=0.2)
