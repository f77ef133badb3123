"""Mules who evade and labels that lie, on a pipeline that was really learnt."""

import json

import pytest
from click.testing import CliRunner

from cli import benchmark
from training.evaluation.tested import read_tested
from training.fit import Inputs
from training.parameters import read_parameters
from training.robustness import tactics
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
    assert "| 50.0% | 0.0 | 0.0 |" in row
    assert f"a tactic costs {100 * found['mean_lost']:.1f} points" in "\n".join(page)
    assert f"a relative loss of {found['relative_loss']:.1%}" in "\n".join(page)


def test_the_grid_is_that_of_the_documentation():
    assert len(tactics.TACTICS) == 12
    assert len({tactic.name for tactic in tactics.TACTICS}) == 6
