"""The protocol that keeps the future out, held against what the stages of a pipeline wrote."""

import json
import shutil
from dataclasses import replace

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cli import stage
from features.catalogue import ACCOUNT_NAMES, NAMES
from ledger.lake import append, open_lake
from ledger.schema import TABLES
from models.peers import EVERY
from tests.tiny_pipeline import run_command
from training.evaluation.baselines import baselines
from training.evaluation.faithfulness import _cases as cases
from training.evaluation.metrics import pr_auc, scored
from training.evaluation.tested import read_tested
from training.evaluation.unseen import unseen
from training.features import read
from training.fit import Inputs
from training.fitted import read_fitted
from training.folders import Folders
from training.grid import DAY
from training.learner import learn, raw_scores
from training.parameters import read_parameters
from training.platt import platt
from training.rows import labelled_rows
from training.splits import read_folds
from training.tuned import SEARCHED, read_trials, read_tuned, searched


@pytest.fixture(scope="module")
def parameters(pipeline):
    return read_parameters(pipeline.root / "params.yaml")


@pytest.fixture(scope="module")
def rows(pipeline):
    return labelled_rows(read(pipeline.features), pipeline.labels)


@pytest.fixture(scope="module")
def scores(pipeline):
    table = pq.read_table(pipeline.stage("fit") / "scores.parquet")
    names = ("account_id", "fold", "label", "raw", "probability")
    return {name: table[name].to_numpy() for name in names}


@pytest.fixture(scope="module")
def folds(pipeline):
    return list(enumerate(read_folds(pipeline.splits)))


@pytest.fixture(scope="module")
def tuned(pipeline):
    return read_tuned(pipeline.tuned)


def learnt(rows, as_ofs, settings):
    return learn(rows.only(np.isin(rows.as_of, as_ofs)), NAMES, settings)


def test_the_scores_of_a_fold_are_those_of_a_model_of_what_was_known_before(
    rows, scores, folds, tuned, parameters
):
    ahead = (parameters.labels.horizon_days + parameters.splits.embargo_days) * DAY
    for number, fold in folds:
        known = [at for at in rows.as_of if at + ahead <= fold.test[0]]
        model = learnt(rows, known, tuned.folds[number])
        tested = rows.only(np.isin(rows.as_of, fold.test))
        of_fold = scores["fold"] == number
        assert np.array_equal(scores["raw"][of_fold], raw_scores(model, tested.values))
        assert np.array_equal(scores["label"][of_fold], tested.label)


@pytest.mark.parametrize("name", ["logistic", "aggregates", "isolation_forest"])
def test_a_baseline_learns_nothing_from_the_rows_it_is_tested_on(pipeline, parameters, name):
    inputs = Inputs.within(pipeline)
    tested = read_tested(inputs, pipeline.stage("fit"), parameters, lambda _: None)
    last = tested.rows.at(tested.folds[-1].test)
    # One row becomes another account's altogether, and all labels turn.
    other = int(np.flatnonzero(last)[0])
    label, values = tested.rows.label.copy(), tested.rows.values.copy()
    label[last], values[other] = 1 - label[last], 1e6
    changed = replace(tested, rows=replace(tested.rows, label=label, values=values))
    kept = tested.at != other
    before, after = (baselines(each)[name].score(0).score for each in (tested, changed))
    assert np.array_equal(before[kept], after[kept])


def test_an_alert_is_explained_by_the_model_of_its_fold_and_scored_again_by_it(
    pipeline, parameters
):
    inputs, fit = Inputs.within(pipeline), pipeline.stage("fit")
    tested = read_tested(inputs, fit, parameters, lambda _: None)
    ends = np.array([0, len(tested.at) - 1])
    assert len({tested.models[number] for number in tested.fold[ends]}) == 2
    explained = [case.assessment.raw_score for case in cases(tested, read_fitted(fit), ends)]
    assert explained == pytest.approx(tested.raw[ends].tolist(), rel=1e-12)


def test_without_a_snapshot_rows_are_scored_by_the_model_of_their_fold(pipeline, parameters):
    inputs = Inputs.within(pipeline)
    tested = read_tested(inputs, pipeline.stage("fit"), parameters, lambda _: None)
    values = tested.test.values.copy()
    values[:, len(ACCOUNT_NAMES) :] = np.nan
    raw = np.empty(len(values))
    for number, text in enumerate(tested.models):
        own = tested.fold == number
        raw[own] = raw_scores(lgb.Booster(model_str=text), values[own])
    found = unseen(tested)
    assert found["pr_auc"]["value"] == pr_auc(tested.scored(raw), np.ones(len(raw)))
    assert found["raw_moved"] == np.median(raw - tested.raw) != 0


def test_the_probabilities_of_a_fold_are_calibrated_on_rows_before_it_that_a_model_had_not_seen(
    rows, scores, folds, tuned, parameters
):
    for number, fold in folds:
        horizon = parameters.labels.horizon_days * DAY
        assert max(fold.training) + horizon <= min(fold.validation)
        held_out = rows.only(np.isin(rows.as_of, fold.validation))
        model = learnt(rows, fold.training, tuned.folds[number])
        calibration = platt(raw_scores(model, held_out.values), held_out.label, held_out.account_id)
        of_fold = scores["fold"] == number
        wanted = calibration.probability(scores["raw"][of_fold])
        assert np.array_equal(scores["probability"][of_fold], wanted)


def test_each_fold_is_searched_on_rows_before_its_test_that_no_trial_learnt_from(
    pipeline, rows, folds, tuned, parameters
):
    tried = read_trials(pipeline.tuned)
    assert len(tried) == (len(folds) + 1) * parameters.tune.trials
    for number, fold in folds:
        own = [each for each in tried if each["model"] == f"fold {number + 1}"]
        held_out = rows.only(np.isin(rows.as_of, fold.validation))
        for trial in own:
            settings = replace(parameters.fit, **{name: trial[name] for name in SEARCHED})
            raw = raw_scores(learnt(rows, fold.training, settings), held_out.values)
            result = scored(held_out.account_id, held_out.as_of, held_out.label, raw)
            assert trial["pr_auc"] == pr_auc(result, np.ones(len(raw)))
        (chosen,) = (each for each in own if each["chosen"])
        assert searched(tuned.folds[number]) == {name: chosen[name] for name in SEARCHED}
        # The tiny pipeline asks for no standard error, so that something else is chosen at all.
        assert chosen["pr_auc"] == max(each["pr_auc"] for each in own)
    assert len(set(tuned.folds)) > 1


def test_the_calibration_for_service_comes_from_test_scores_of_models_with_its_parameters(
    pipeline, rows, scores, folds, tuned
):
    raw = np.empty(len(scores["raw"]))
    for number, fold in folds:
        model = learnt(rows, fold.past, tuned.service)
        tested = rows.only(np.isin(rows.as_of, fold.test))
        raw[scores["fold"] == number] = raw_scores(model, tested.values)
    fitted = read_fitted(pipeline.stage("fit"))
    assert fitted.calibration == platt(raw, scores["label"], scores["account_id"])


def test_what_is_typical_is_what_the_others_showed_at_the_last_instant(pipeline, rows):
    latest = rows.only(rows.as_of == rows.as_of.max())
    assert latest.label.any()
    others = latest.values[latest.label == 0]
    every = read_fitted(pipeline.stage("fit")).typical.groups[EVERY]
    assert every.accounts == len(others)
    for column, shown in zip(every.quantiles, others.T, strict=True):
        known = shown[~np.isnan(shown)]
        ends = (known.min(), known.max()) if len(known) else (np.nan, np.nan)
        assert np.array_equal(column[[0, -1]], ends, equal_nan=True)


def test_an_account_that_does_nothing_but_launder_is_not_in_the_honest_subset(pipeline, tmp_path):
    shutil.copytree(pipeline.root, tmp_path / "copy", symlinks=True)
    copy = Folders(tmp_path / "copy", pipeline.name)
    tested = pq.read_table(copy.stage("fit") / "scores.parquet")["account_id"].to_pylist()
    before = figures_of(copy)
    launderer = tested[0]
    append(open_lake(copy.ledger), {"truth_transactions": all_laundering(copy, launderer)})
    run_command(stage.command, "evaluate", "--params", copy.root / "params.yaml")
    after = figures_of(copy)
    assert after["model"] == before["model"]
    lost = before["honest_subset"]["model"]["rows"] - after["honest_subset"]["model"]["rows"]
    assert lost == tested.count(launderer)


def all_laundering(folders, account):
    """Call every transaction of an account laundering that is not called so yet."""
    lake = open_lake(folders.ledger)
    transactions = lake.read("transactions", ["transaction_id", "payer_account", "payee_account"])
    ours = pc.or_kleene(
        pc.equal(transactions["payer_account"], account),
        pc.equal(transactions["payee_account"], account),
    )
    known = set(lake.read("truth_transactions")["transaction_id"].to_pylist())
    named = transactions.filter(ours)["transaction_id"].to_pylist()
    rows = [
        {"transaction_id": name, "pattern_id": "all", "typology": "all"}
        for name in named
        if name not in known
    ]
    return pa.Table.from_pylist(rows, TABLES["truth_transactions"].arrow)


def figures_of(folders):
    return json.loads((folders.artifacts / "metrics.json").read_text())
