"""`dvc.yaml` against the code: a stage reruns when anything that it imports changes."""

from dataclasses import fields
from pathlib import Path

import grimp
import pytest
import yaml

from cli.stage import STAGES
from training.parameters import Parameters, read_parameters

ROOT = Path(__file__).parents[3]
PACKAGES = ("cli", "training", "serving", "models", "features", "tracing", "ledger")
DEFINED = yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph(*PACKAGES)


def imported_files(graph, stage):
    root = f"training.{stage}"
    for module in graph.find_upstream_modules(root) | {root}:
        path = ROOT / module.replace(".", "/")
        yield path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def code_of(stage):
    return [ROOT / dep for dep in DEFINED[stage]["deps"] if "$" not in dep]


@pytest.mark.parametrize("stage", STAGES)
def test_the_code_a_stage_depends_on_is_the_code_it_imports(graph, stage):
    imported, listed = set(imported_files(graph, stage)), code_of(stage)
    missing = {str(file) for file in imported if not any(file.is_relative_to(d) for d in listed)}
    unused = {str(dep) for dep in listed if not any(file.is_relative_to(dep) for file in imported)}
    assert (missing, unused) == (set(), set())


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_command_a_module_a_section_and_a_folder(stage):
    definition = DEFINED[stage]
    assert definition["cmd"] == f"mulerisk stage {stage}"
    assert (ROOT / "training" / f"{stage}.py").is_file()
    assert stage in {field.name for field in fields(Parameters)}
    assert any(part.split(".")[0] == stage for part in definition["params"])
    (out,) = definition["outs"]
    assert out in ("ledgers/demo", f"artifacts/${{item.ledger}}/{stage}")


def test_the_stages_stand_in_their_order():
    assert list(DEFINED) == list(STAGES)


def test_the_parameters_of_the_repository_are_accepted():
    assert read_parameters(ROOT / "params.yaml").ledger == "demo"


def test_figures_of_an_experiment_are_kept_with_it():
    # Git ignores `artifacts/`: `dvc exp show` knows no metric that DVC does not keep either.
    assert DEFINED["evaluate"]["metrics"] == ["artifacts/${item.ledger}/metrics.json"]
