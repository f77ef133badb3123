"""`mulerisk benchmark ledgers` as somebody runs it who has a folder and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import benchmark
from training.evaluation.catalogues import smaller

BIN = Path(sys.executable).parent


def test_a_ledger_goes_through_the_whole_protocol(pipeline, tmp_path):
    out = tmp_path / "out"
    words = [
        "ledgers",
        pipeline.ledger,
        "--params",
        pipeline.root / "params.yaml",
        "--seeds",
        "2",
        "--trials",
        "2",
        "--out",
        out,
    ]
    done = subprocess.run(
        [BIN / "mulerisk", "benchmark", *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *page, last = done.stdout.splitlines()
    found = json.loads(last)
    models = {"mulerisk", "rules", "logistic", "aggregates", "isolation_forest"}
    assert set(found) == {"demo"}
    assert set(found["demo"]) == models
    # The same ledger and parameters as those of the pipeline: the same figures.
    spread = json.loads((pipeline.artifacts / "metrics.json").read_text())["seeds"]["figures"]
    for model, figures in found["demo"].items():
        assert figures == {name: spread[model][name]["mean"] for name in figures}
    assert sum(line.startswith("| demo |") for line in page) == len(models)
    assert (out / "artifacts" / "demo" / "evaluate" / "report.md").is_file()
    assert "demo" in done.stderr


def test_a_catalogue_is_compared_with_its_parts(pipeline):
    words = ["catalogue", str(pipeline.ledger), "--params", str(pipeline.root / "params.yaml")]
    done = CliRunner().invoke(benchmark.command, words, catch_exceptions=False)
    *page, last = done.stdout.splitlines()
    found = json.loads(last)["demo"]
    assert list(found) == ["all features", *smaller()]
    model = json.loads((pipeline.artifacts / "metrics.json").read_text())["model"]
    assert found["all features"] == {name: model[name] for name in found["all features"]}
    # Other features, other scores: fewer were learnt from indeed.
    assert len({figures["pr_auc"] for figures in found.values()}) > len(found) / 2
    assert sum(line.startswith("| demo |") for line in page) == len(found)


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        (["here/original", "there/here"], "Two ledgers are called here"),
        (["nowhere"], "does not exist"),
        ([], "Missing argument"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(paths, said, tmp_path):
    for folder in ("here/original", "there/here"):
        (tmp_path / folder).mkdir(parents=True)
    words = ["ledgers", *(str(tmp_path / path) for path in paths)]
    (tmp_path / "params.yaml").write_text("")
    found = CliRunner().invoke(
        benchmark.command, [*words, "--params", str(tmp_path / "params.yaml")]
    )
    assert found.exit_code != 0
    assert said in found.output + str(found.exception)
