"""Faults of `params.yaml` are told together, each with what was seen and expected."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from ledger.errors import InputRefused
from training.parameters import read_parameters

PARAMS = Path(__file__).parents[3] / "params.yaml"


def written(tmp_path, change):
    content = yaml.safe_load(PARAMS.read_text())
    change(content)
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def test_values_are_read_into_frozen_records():
    read = read_parameters(PARAMS)
    assert read.simulate.start == date(2024, 1, 1)
    assert read.fit.lambda_l2 == float(read.fit.lambda_l2)
    with pytest.raises(AttributeError):
        read.fit.rounds = 5


def test_the_baseline_is_learnt_as_the_model_but_for_what_its_section_says(tmp_path):
    path = written(tmp_path, lambda content: content["aggregates"].update(feature_fraction=0.9))
    read = read_parameters(path)
    assert read.fit_of_aggregates.feature_fraction == 0.9
    assert read.fit_of_aggregates.negative_fraction == 1.0
    others = {"feature_fraction": 0.9, "negative_fraction": 1.0, "min_data_in_leaf": 100,
              "lambda_l2": 1.0}  # fmt: skip
    assert replace(read.fit, **others) == read.fit_of_aggregates


def test_all_faults_are_told_at_once(tmp_path):
    def spoil(content):
        del content["labels"]["horizon_days"]
        content["fit"] |= {"rounds": "many", "num_leaves": 1, "depth": 3}
        content["splits"]["folds"] = True
        content["simulate"]["start"] = "yesterday"
        content["evaluate"] = None

    with pytest.raises(InputRefused) as refusal:
        read_parameters(written(tmp_path, spoil))
    text = str(refusal.value)
    assert len(refusal.value.faults) == 7
    for said in (
        "labels horizon_days: is missing",
        "fit rounds: is 'many', expected a whole number",
        "fit num_leaves: is 1, expected 2 to 1024",
        "fit depth: is unknown",
        "splits folds: is True, expected a whole number",
        "simulate start: is 'yesterday', expected a day",
        "evaluate: holds None",
    ):
        assert said in text


@pytest.mark.parametrize(
    ("section", "name", "value", "said"),
    [
        ("bands", "critical", 0.02, "must grow from critical"),
        ("simulate", "mule_share", 0.9, "write at most 0.1"),
        ("fit", "learning_rate", float("nan"), "expected 0.0001 to 1.0"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path, section, name, value, said):
    path = written(tmp_path, lambda content: content[section].update({name: value}))
    with pytest.raises(InputRefused, match=said):
        read_parameters(path)


@pytest.mark.parametrize("name", ["../demo", "", "a/b", "a b"])
def test_a_ledgers_name_is_no_path(tmp_path, name):
    with pytest.raises(InputRefused, match="letters, digits"):
        read_parameters(written(tmp_path, lambda content: content.update(ledger=name)))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a: [", b"- 1"])
def test_a_file_that_holds_no_parameters_is_refused(tmp_path, content):
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(InputRefused):
        read_parameters(path)
    with pytest.raises(InputRefused, match="cannot be read"):
        read_parameters(tmp_path / "missing.yaml")
