"""The pipeline as a data scientist runs it, from a simulated ledger to a champion."""

import json
import os
import shutil
import subprocess
from dataclasses import asdict
from datetime import timedelta

import lightgbm as lgb
import mlflow
import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cli import features, stage
from features.catalogue import ACCOUNT_NAMES, NAMES
from features.network.join import with_snapshots
from features.typologies import TYPOLOGIES
from ledger.lake import open_lake
from ledger.schema import MULE_OUTCOMES
from ledger.view import instant
from models.bundle import load_bundle
from models.facts import Facts
from models.roles import RoleModel
from models.signature import read_public_key
from tests.tiny_pipeline import ROOT, run_command, write_parameters
from training.evaluation import aggregates
from training.evaluation.metrics import pr_auc, scored
from training.evaluation.report import report
from training.evaluation.truth import QUESTIONS
from training.features import read, table
from training.fitted import read_fitted
from training.grid import span
from training.learner import learn, out_of_fold, raw_scores
from training.parameters import read_parameters
from training.registry import RunMissing, log_figures
from training.roles import read_roles
from training.rows import labelled_rows
from training.snapshots import PipelineView, snapshots, tables_of
from training.splits import read_folds
from training.tuned import read_tuned

BASELINES = {"rules", "logistic", "aggregates", "isolation_forest"}


@pytest.fixture(scope="module")
def metrics(pipeline):
    return json.loads((pipeline.stage("evaluate") / "metrics.json").read_text())


def test_the_evaluation_has_the_figures_that_others_rely_on(pipeline, metrics):
    figures = {"pr_auc", "precision_at_1pct", "positives", "rows"}
    for compared in (metrics, metrics["honest_subset"]):
        assert figures <= set(compared["model"])
        assert set(compared["baselines"]) == BASELINES == set(compared["differences"])
        assert all(figures <= set(each) for each in compared["baselines"].values())
        for bounds in compared["differences"].values():
            for each in bounds.values():
                assert each["low"] <= each["value"] <= each["high"]
    innocents = metrics["hard_innocents"]
    assert 0 <= innocents["flagged_per_10k"] <= innocents["upper_95"]
    assert innocents["ordinary_flagged_per_10k"] >= 0
    assert metrics["controls"]["laundering_free"]["prevalence"] > 0
    assert 0.5 <= metrics["controls"]["single_feature"]["roc_auc"] <= 1
    copy = json.loads((pipeline.artifacts / "metrics.json").read_text())
    assert copy | {"run_id": metrics["run_id"]} == metrics


def test_figures_have_a_spread_over_seeds_where_there_is_one(metrics):
    spread = metrics["seeds"]["figures"]
    assert set(spread) == BASELINES | {"mulerisk"}
    for name in ("mulerisk", "isolation_forest"):
        figure = spread[name]["pr_auc"]
        assert figure["lowest"] < figure["mean"] < figure["highest"]
        assert figure["sd"] > 0
    first = metrics["model"]["pr_auc"]
    assert first in [spread["mulerisk"]["pr_auc"][end] for end in ("lowest", "highest")]
    # Each tree of the aggregates sees all columns and rows: nothing is drawn.
    assert spread["aggregates"]["pr_auc"]["sd"] == 0
    assert spread["logistic"]["pr_auc"] == {
        "sd": 0.0, **dict.fromkeys(("mean", "lowest", "highest"),
                                   metrics["baselines"]["logistic"]["pr_auc"])
    }  # fmt: skip


def test_explanations_are_true_to_the_model(metrics, pipeline):
    figures = metrics["explanations"]
    assert figures["alerts"] > 10
    assert 0 < figures["compared"] <= figures["alerts"]
    assert figures["faithful"] >= 0.9
    assert figures["stable"] >= 0.99
    assert 0 <= figures["stable_at_random"] <= 1
    page = (pipeline.stage("evaluate") / "report.md").read_text()
    assert f"Of {figures['alerts']} alerts, {figures['compared']} rest on at most half" in page


def test_the_behaviours_behind_the_alerts_and_their_drift_are_told(pipeline, metrics):
    found = metrics["behaviours"]
    assert found["alerts"] >= metrics["explanations"]["alerts"] > 10
    shares = [each["share"] for each in found["shares"]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert {each["typology"] for each in found["shares"]} == set(TYPOLOGIES)
    tested = {at for fold in read_folds(pipeline.splits) for at in fold.test}
    instants = [instant(at).isoformat() for at in sorted(tested)]
    assert [each["as_of"] for each in found["drift"]] == instants[1:]
    assert all(0 <= each["distance"] <= 1 for each in found["drift"])


def test_the_baseline_on_aggregates_is_learnt_with_its_own_parameters(pipeline, metrics):
    parameters = read_parameters(pipeline.root / "params.yaml")
    rows = labelled_rows(read(pipeline.features), pipeline.labels)
    rows = rows.seen_with(aggregates.aggregates(open_lake(pipeline.ledger), rows))
    folds = read_folds(pipeline.splits)
    found = out_of_fold(rows, aggregates.NAMES, folds, [parameters.fit_of_aggregates] * len(folds))
    test = rows.only(found.row)
    ranked = scored(test.account_id, test.as_of, test.label, found.raw)
    wanted = metrics["baselines"]["aggregates"]["pr_auc"]
    assert pr_auc(ranked, np.ones(len(test))) == pytest.approx(wanted, rel=1e-12)


def test_roles_are_learnt_from_known_mules_and_tested_on_others(pipeline, metrics):
    found, fitted = metrics["roles"], read_roles(pipeline.stage("fit"))
    assert set(found["learnt_from"]) == {"1", "2", "3", "service"}
    assert found["learnt_from"]["service"] == fitted.service.mules
    untaught = {str(n) for n, each in enumerate(fitted.folds, start=1) if not each.model_text}
    assert fitted.service.model_text
    assert set(found["none"]) == untaught
    tested = pq.read_table(pipeline.stage("fit") / "scores.parquet").to_pandas()
    mules = tested[(tested["label"] == 1) & ~(tested["fold"] + 1).astype(str).isin(untaught)]
    assert found["all"]["rows"] + found["new_role"] == len(mules) > found["told"]["rows"] > 0
    counted = sum(sum(each.values()) for each in found["confusion"].values())
    assert counted == found["all"]["rows"]
    page = (pipeline.stage("evaluate") / "report.md").read_text()
    assert f"| all | {counted} | {found['all']['accuracy']['value']:.4f} [" in page


def test_the_strongest_single_column_stands_beside_the_baselines(pipeline, metrics):
    column = metrics["strongest_column"]
    assert column["feature"] in NAMES
    assert (column["rows"], column["positives"]) == (
        metrics["model"]["rows"],
        metrics["model"]["positives"],
    )
    above = metrics["model"]["pr_auc"] - column["pr_auc"]
    assert column["differences"]["pr_auc"]["value"] == pytest.approx(above)
    page = (pipeline.stage("evaluate") / "report.md").read_text()
    assert f"`{column['feature']}`, {column['first']} values first" in page


def test_test_rows_are_scored_once_by_a_model_that_could_not_have_seen_them(pipeline, metrics):
    scores = pq.read_table(pipeline.stage("fit") / "scores.parquet")
    folds = read_folds(pipeline.splits)
    rows = set(zip(scores["account_id"].to_pylist(), scores["as_of"].to_pylist(), strict=True))
    assert len(rows) == len(scores) == metrics["model"]["rows"]
    for number, fold in enumerate(folds):
        of_fold = scores.filter(pc.equal(scores["fold"], number))
        assert set(of_fold["as_of"].cast("int64").to_pylist()) == set(fold.test)
        assert max(fold.past) < min(fold.test)


def test_the_probability_orders_the_rows_of_a_fold_as_the_raw_score_does(pipeline):
    scores = pq.read_table(pipeline.stage("fit") / "scores.parquet")
    for number in range(len(read_folds(pipeline.splits))):
        of_fold = scores.filter(pc.equal(scores["fold"], number))
        raw, probability = of_fold["raw"].to_numpy(), of_fold["probability"].to_numpy()
        assert (np.diff(probability[np.argsort(raw, kind="stable")]) >= 0).all()


def test_features_at_one_instant_are_those_of_the_pipeline(pipeline, tmp_path, capsys):
    everywhere = read(pipeline.features)
    as_of, out = int(everywhere.as_of[-1]), tmp_path / "f.parquet"
    words = ["--ledger", pipeline.ledger, "--as-of", instant(as_of).isoformat(), "--out", out]
    run_command(features.command, *words)
    one, here = read(out), everywhere.as_of == as_of
    assert np.array_equal(one.account_id, everywhere.account_id[here])
    # Nobody has put a snapshot of the network into the ledger, and the command says so.
    assert one.names == NAMES
    of_accounts = everywhere.values[here][:, : len(ACCOUNT_NAMES)]
    assert np.array_equal(one.values[:, : len(ACCOUNT_NAMES)], of_accounts, equal_nan=True)
    assert np.isnan(one.values[:, len(ACCOUNT_NAMES) :]).all()
    assert "mulerisk snapshot" in capsys.readouterr().err


def test_a_view_shows_the_features_of_the_pipeline(pipeline):
    everywhere = read(pipeline.features)
    as_of = int(everywhere.as_of[-1])
    here = everywhere.as_of == as_of
    settings = read_parameters(pipeline.root / "params.yaml").features
    view = PipelineView.at(open_lake(pipeline.ledger), instant(as_of), settings)
    seen = Facts.read(view, list(everywhere.account_id[here])).features()
    assert np.array_equal(seen.account_id, everywhere.account_id[here])
    assert np.array_equal(seen.values, everywhere.values[here], equal_nan=True)
    assert not np.isnan(seen.values[:, len(ACCOUNT_NAMES) :]).all()


def test_the_same_parameters_give_the_same_model_byte_for_byte(pipeline):
    rows = labelled_rows(read(pipeline.features), pipeline.labels)
    again = learn(rows, NAMES, read_tuned(pipeline.tuned).service)
    assert again.model_to_string() == read_fitted(pipeline.stage("fit")).model_text


def test_bands_of_the_model_for_service_hold_what_was_promised_at_the_ledgers_end(pipeline):
    lake, fitted = open_lake(pipeline.ledger), read_fitted(pipeline.stage("fit"))
    end = span(lake).last + timedelta(microseconds=1)
    settings = read_parameters(pipeline.root / "params.yaml").features
    taken = snapshots(tables_of(lake), [end], settings)
    now = with_snapshots(table(lake, [end], threads=1), taken)
    labels = lake.read("labels").to_pylist()
    found = {row["account_id"] for row in labels if row["outcome"] in MULE_OUTCOMES}
    assert found & set(now.account_id)
    known = {row["account_id"] for row in labels if row["known_at"] < end} & found
    raw = raw_scores(lgb.Booster(model_str=fitted.model_text), now.values)
    raw = raw[[account not in known for account in now.account_id]]
    for name, share in asdict(read_parameters(pipeline.root / "params.yaml").bands).items():
        held = np.mean(raw >= getattr(fitted.thresholds, name))
        assert held == pytest.approx(share, abs=1 / len(raw))


def test_the_report_tells_what_the_bands_held_later_or_why_it_cannot(metrics):
    assert metrics["bands"] == {}
    assert "No fold is tested at two instants" in report("demo", metrics)
    held = {"critical": {"promised": 0.001, "held": 0.0017}}
    assert "| critical | 0.10% | 0.17% |" in report("demo", metrics | {"bands": held})


def test_the_calibration_for_service_is_evaluated_too(metrics):
    each, service = metrics["calibration"], metrics["calibration"]["service"]
    assert each["observed"] == service["observed"] == pytest.approx(metrics["prevalence"])
    assert each["forecast"] != service["forecast"] != service["at_end"]
    page = report("demo", metrics)
    assert f"{each['forecast']:.3%}" in page
    assert f"{service['forecast']:.3%}" in page
    assert f"forecasts {service['at_end']:.3%} on average" in page


def test_the_run_in_mlflow_can_be_traced_and_looked_at(pipeline, metrics):
    mlflow.set_tracking_uri(f"sqlite:///{pipeline.tracking / 'mlflow.db'}")
    run = mlflow.get_run(metrics["run_id"])
    assert run.data.tags["ledger_digest"] == open_lake(pipeline.ledger).digest
    assert {"data_hash", "catalogue_hash", "code_version", "ledger"} <= set(run.data.tags)
    assert run.data.params["labels.horizon_days"] == "7"
    assert run.data.metrics["model.pr_auc"] == pytest.approx(metrics["model"]["pr_auc"])
    loss = metrics["roles"]["all"]["log_loss"]["value"]
    assert run.data.metrics["roles.all.log_loss.value"] == pytest.approx(loss)
    stored = {item.path for item in mlflow.MlflowClient().list_artifacts(metrics["run_id"])}
    assert {"metrics.json", "report.md", "reliability.png"} <= stored
    assert {"shap.png", "dependence.png", "behaviours.png"} <= stored
    uri = read_fitted(pipeline.stage("fit")).model_uri
    assert mlflow.models.get_model_info(uri).signature.inputs.input_names() == list(NAMES)


def test_the_report_shows_the_figures(pipeline, metrics):
    page = (pipeline.stage("evaluate") / "report.md").read_text()
    for figure in (metrics["model"]["pr_auc"], metrics["baselines"]["rules"]["pr_auc"]):
        assert f"{figure:.4f}" in page
    assert "Honest subset" in page
    assert "every laundering transaction deleted" in page


def test_the_champion_scores_as_the_model_does(pipeline, champion):
    scorer = load_bundle(champion.bundle, read_public_key(champion.public_key))
    rows = labelled_rows(read(pipeline.features), pipeline.labels)
    uri = read_fitted(pipeline.stage("fit")).model_uri
    mlflow.set_tracking_uri(f"sqlite:///{pipeline.tracking / 'mlflow.db'}")
    wanted = raw_scores(mlflow.lightgbm.load_model(uri), rows.values[:200])
    assert np.array_equal(scorer.raw(rows.values[:200]), wanted)
    learnt = read_roles(pipeline.stage("fit")).service
    told = RoleModel.read(learnt, NAMES).probabilities(rows.values[:200])
    assert np.array_equal(scorer.roles.probabilities(rows.values[:200]), told)


def test_a_run_that_the_database_does_not_know_is_named(pipeline):
    with pytest.raises(RunMissing, match="no run 0123"):
        log_figures(pipeline.tracking, "0123", {}, [])


def test_a_ledger_without_truth_is_evaluated_without_the_figures_that_need_it(pipeline, tmp_path):
    shutil.copytree(pipeline.root, tmp_path / "copy", symlinks=True)
    manifest = tmp_path / "copy" / "ledgers" / "demo" / "ledger.json"
    content = json.loads(manifest.read_text())
    content["parts"] = [part for part in content["parts"] if "truth" not in part["table"]]
    manifest.write_text(json.dumps(content))
    run_command(stage.command, "evaluate", "--params", tmp_path / "copy" / "params.yaml")
    out = tmp_path / "copy" / "artifacts" / "demo" / "evaluate"
    found = json.loads((out / "metrics.json").read_text())
    assert set(found["omitted"]) == set(QUESTIONS)
    assert "honest_subset" not in found
    assert "truth_transactions" in (out / "report.md").read_text()


def test_dvc_runs_what_is_out_of_date_and_nothing_else(tmp_path):
    for name in ("dvc.yaml", ".dvcignore"):
        shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / ".dvc", tmp_path / ".dvc", ignore=shutil.ignore_patterns("cache", "tmp"))
    for package in ("ledger", "features", "models", "training"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    write_parameters(tmp_path)
    dvc(tmp_path, "config", "core.no_scm", "true")
    assert "Running stage 'splits@demo'" in dvc(tmp_path, "repro", "splits")
    assert "up to date" in dvc(tmp_path, "repro", "splits")
    params = tmp_path / "params.yaml"
    params.write_text(params.read_text().replace("embargo_days: 1", "embargo_days: 0"))
    changed = dvc(tmp_path, "repro", "splits")
    assert "Running stage 'splits@demo'" in changed
    assert "Running stage 'labels@demo'" not in changed
    shutil.move(tmp_path / "ledgers" / "demo", tmp_path / "ledgers" / "other")
    params.write_text(params.read_text().replace("ledger: demo", "ledger: other"))
    other = dvc(tmp_path, "repro", "validate")
    assert "Running stage 'validate@other'" in other
    assert "simulate" not in other
    assert (tmp_path / "artifacts" / "demo" / "labels" / "labels.parquet").is_file()


def dvc(folder, *words):
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["dvc", *words], cwd=folder, env=os.environ | {"PATH": path},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
