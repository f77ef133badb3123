"""Mules who evade, labels that lie and mules that are few, on a pipeline that was really learnt."""

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from cli import benchmark
from features.catalogue import NAMES
from training.cold_start import cold_start
from training.evaluation.metrics import pr_auc
from training.evaluation.tested import read_tested
from training.fit import Inputs
from training.parameters import read_parameters
from training.robustness.evasion import evasion
from training.robustness.poisoning import poisoning
from training.robustness.tactics import Cost, Evaded, Tactic, keep_back


@pytest.fixture(scope="module")
def tested(pipeline):
    parameters = read_parameters(pipeline.root / "params.yaml")
    return read_tested(Inputs.within(pipeline), pipeline.stage("fit"), parameters, print)


def test_who_changes_nothing_loses_nothing_and_who_pays_nothing_on_is_hardly_found(tested):
    nothing = Tactic("nothing", "", lambda known, _: Evaded((known.onward,), Cost()))
    silence = Tactic("silence", "", lambda known, _: Evaded((known.onward[:0],), Cost()))
    found = evasion(tested, [nothing, silence])
    same, silent = found["cells"]
    assert (same["recall"], same["pr_auc"]) == (found["recall"], found["pr_auc"])
    assert same["lost"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert silent["pr_auc"] < found["pr_auc"]
    assert silent["lost"]["value"] == pytest.approx(found["recall"] - silent["recall"])
    assert found["mean_lost"] == silent["lost"]["value"] / 2
    assert found["positives"] == tested.test.label.sum() > 0


def test_false_labels_change_what_is_learnt_and_not_what_is_tested(tested):
    found = poisoning(tested)
    assert found["turned"] == round(0.05 * (tested.rows.label == 1).sum())
    assert found["lowest"] <= found["poisoned"] <= found["highest"]
    assert 0 < found["poisoned"] != found["pr_auc"] < 1
    assert found["relative_loss"] == pytest.approx(1 - found["poisoned"] / found["pr_auc"])


def test_the_command_tells_each_tactic_and_what_is_bounded(tested, monkeypatch):
    """Only what is done with a pipeline is tested: that of the tests stands for one of its own."""
    half = Tactic("keep back", "half", keep_back(0.5))
    monkeypatch.setattr(evasion, "__defaults__", ((half,),))
    monkeypatch.setattr(benchmark, "_tested", lambda *_: tested)
    done = CliRunner().invoke(
        benchmark.command, ["robustness", str(tested.inputs.lake.folder)], catch_exceptions=False
    )
    *page, last = done.stdout.splitlines()
    found = json.loads(last)["demo"]
    (row,) = (line for line in page if line.startswith("| keep back | half |"))
    # Half of the first payment stays, and more of those that follow.
    assert 0.5 <= float(row.split("|")[5].strip(" %")) / 100 < 1
    assert row.endswith("| 0.0 | 0.0 |")
    assert f"a tactic costs {100 * found['mean_lost']:.1f} points" in "\n".join(page)
    assert f"a relative loss of {found['relative_loss']:.1%}" in "\n".join(page)


def test_with_all_mules_told_the_own_model_is_the_model(tested):
    own = replace(tested, settings=(tested.parameters.fit,) * len(tested.folds))
    wanted = pr_auc(own.learnt_from(tested.rows, NAMES), np.ones(len(tested.at)))
    # Another ledger's rows: those of this one stand in, with no say in what is checked.
    *few, every = cold_start(tested, tested.rows)
    assert every["own"]["value"] == wanted
    past = [tested.rows.label[tested.rows.at(fold.past)] for fold in tested.folds]
    assert every["told"] == [label.sum() for label in past]
    assert few[0]["told"] == [0] * len(tested.folds)
    assert (few[0]["own"], few[0]["both"]) == (None, None)
    assert {step["rules"]["value"] for step in few} == {every["rules"]["value"]}


def test_a_ledger_is_not_compared_with_a_model_of_itself(tested):
    words = ["cold-start", str(tested.inputs.lake.folder)]
    done = CliRunner().invoke(
        benchmark.command, [*words, "--simulated", str(tested.inputs.lake.folder)]
    )
    assert done.exit_code == 2
    assert "Name another ledger with --simulated." in done.output
