"""Figures of roles on mules that fit on a note, beside the same by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ledger.schema import ROLES
from training.evaluation.roles import Asked, compared, confusion, section
from training.parameters import read_parameters

SETTINGS = replace(
    read_parameters(Path(__file__).parents[4] / "params.yaml").evaluate, resamples=200
)
SHARES = (0.5, 0.25, 0.25, 0.0)
ASKED = Asked(
    unit=np.array([0, 0, 1, 2]),
    role=np.array([0, 0, 1, 2]),
    told=np.array([True, True, True, False]),
    forecast=np.array(
        [[0.8, 0.1, 0.1, 0.0], [0.2, 0.6, 0.2, 0.0], [0.25, 0.5, 0.25, 0.0], [0.5, 0.25, 0.25, 0.0]]
    ),
    shares=np.array([SHARES] * 4),
)


def test_figures_are_those_by_hand():
    found = compared(ASKED, SETTINGS)
    values = {name: each["value"] for name, each in found.items() if name != "rows"}
    loss = -np.log([0.8, 0.2, 0.5, 0.25]).mean()
    of_shares = -np.log([0.5, 0.5, 0.25, 0.25]).mean()
    assert found["rows"] == 4
    assert values == pytest.approx({
        "accuracy": 0.5, "accuracy_of_commonest": 0.5, "accuracy_above": 0.0, "log_loss": loss,
        "log_loss_of_shares": of_shares, "log_loss_below": of_shares - loss,
    })  # fmt: skip


def test_intervals_hold_the_figure_and_resample_units_whole():
    together = replace(ASKED, unit=np.zeros(4, int))
    for each in list(compared(together, SETTINGS).values())[1:]:
        assert each["low"] == pytest.approx(each["value"]) == pytest.approx(each["high"])
    apart = compared(replace(ASKED, unit=np.arange(4)), SETTINGS)
    for each in list(apart.values())[1:]:
        assert each["low"] <= each["value"] <= each["high"]
    assert apart["accuracy"]["low"] < 0.5 < apart["accuracy"]["high"]


def test_a_better_forecast_stands_above_its_baseline():
    right = replace(ASKED, forecast=np.eye(4)[ASKED.role] * 0.97 + 0.0075)
    found = compared(right, SETTINGS)
    assert found["accuracy"]["value"] == 1
    assert found["accuracy_above"]["value"] == 0.5
    assert found["log_loss_below"]["low"] > 0


def test_the_confusion_counts_every_mule_once():
    found = confusion(ASKED)
    assert list(found) == list(ROLES)
    assert found["collector"] == {"collector": 1, "relay": 1, "cash_out": 0, "merchant_exit": 0}
    assert found["relay"]["relay"] == found["cash_out"]["collector"] == 1
    assert sum(sum(each.values()) for each in found.values()) == 4


def test_the_page_says_why_there_is_none():
    why = {"1": "too few", "service": "too few as well"}
    told = "\n".join(section({"none": why, "new_role": 0, "learnt_from": {}}))
    assert "No role model in fold 1: too few." in told
    assert "No role model for service: too few as well." in told
    assert "nothing tells how good a role model is" in told
