"""`mulerisk benchmark unlabelled` as somebody runs it, and what `evaluate` makes of draws."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from cli import benchmark
from ledger.lake import Lake, append
from training.evaluation.audit import audit
from training.evaluation.metrics import reviewed
from training.evaluation.tested import read_tested
from training.features import read
from training.fit import Inputs
from training.grid import DAY
from training.parameters import read_parameters
from training.rows import labelled_rows
from training.unlabelled.known import with_draws
from training.unlabelled.truth import launders_by
from training.unlabelled.ways import WAYS


@pytest.fixture(scope="module")
def tested(pipeline):
    parameters = read_parameters(pipeline.root / "params.yaml")
    return read_tested(Inputs.within(pipeline), pipeline.stage("fit"), parameters, print)


def test_without_draws_the_evaluation_says_nothing_of_them(tested, pipeline):
    assert audit(tested, tested.scored(tested.raw)) == {}
    assert "audit" not in json.loads((pipeline.stage("evaluate") / "metrics.json").read_text())


def test_where_everybody_is_drawn_the_estimate_is_the_truth(tested, pipeline, tmp_path):
    rows, horizon = labelled_rows(read(pipeline.features), pipeline.labels), 7
    known = with_draws(rows, tested.inputs.lake, horizon_days=horizon, share=1.0, seed=1)
    lake = append(Lake(tmp_path, "test", "THB"), {"labels": known.outcomes})
    everybody = replace(tested, inputs=replace(tested.inputs, lake=lake))
    model, test = tested.scored(tested.raw), tested.test
    found = audit(everybody, model)
    truth = launders_by(tested.inputs.lake, test.account_id, test.as_of + horizon * DAY)
    alert = reviewed(model, np.ones(len(test)), tested.reviews)
    true = {
        "prevalence": truth.mean(),
        "recall": alert @ truth / truth.sum(),
        "precision": alert @ truth / alert.sum(),
    }
    assert found["investigated"] == len(test)
    assert {name: found["audit"][name]["value"] for name in true} == pytest.approx(true)
    assert found["naive"]["prevalence"]["value"] == pytest.approx(test.label.mean())
    assert truth.sum() > test.label.sum() > 0


def test_the_command_compares_every_way(pipeline):
    words = ["unlabelled", "--params", pipeline.root / "params.yaml", "--drawn", "0.3"]
    done = CliRunner().invoke(benchmark.command, list(map(str, words)), catch_exceptions=False)
    *page, last = done.stdout.splitlines()
    found = json.loads(last)
    assert set(found) == {"truth", "labels", "estimates", "draws"}
    first = found["truth"]["inverse_probability"]["pr_auc"] - found["truth"]["naive"]["pr_auc"]
    assert found["draws"]["lowest"] <= first <= found["draws"]["highest"]
    assert found["draws"]["lowest"] < found["draws"]["mean"] < found["draws"]["highest"]
    assert set(found["truth"]) == set(found["labels"]) == set(found["estimates"]) == set(WAYS)
    for way in WAYS:
        told = f"| {way} | {found['truth'][way]['pr_auc']:.4f} ["
        assert any(line.startswith(told) for line in page)
        estimate = found["estimates"][way]
        # Every alert is investigated, so its precision is the truth; by the labels it is lower.
        assert estimate["audit"]["precision"] == pytest.approx(estimate["truth"]["precision"])
        assert estimate["truth"]["precision"] == pytest.approx(found["truth"][way]["precision"])
        assert estimate["naive"]["recall"] == pytest.approx(found["labels"][way]["recall"])
        assert estimate["naive"]["prevalence"] < estimate["audit"]["prevalence"]
    assert "fold 3 of 3" in done.stderr


def test_a_share_of_all_or_none_is_refused(pipeline):
    words = ["unlabelled", "--params", str(pipeline.root / "params.yaml"), "--drawn", "1"]
    done = CliRunner().invoke(benchmark.command, words)
    assert done.exit_code == 2
    assert "1.0 is not in the range 0<x<1" in done.output
