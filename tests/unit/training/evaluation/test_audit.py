"""A drawn account stands for others like it, and one that was looked at anyway for itself."""

import math

import numpy as np
import pytest

from ledger.view import instant
from tests.facts import rows_of
from training.evaluation.audit import Investigated, estimates, investigated, section
from training.evaluation.metrics import scored

START, HORIZON = 100, 10


def looked(*outcomes):
    """Read one row at `START` of each account `a`, `b` from outcomes of `a`."""
    rows = [
        {
            "account_id": "a", "outcome": outcome, "happened_at": instant(known),
            "known_at": instant(known), "inclusion_probability": probability,
        }
        for outcome, known, probability in outcomes
    ]  # fmt: skip
    accounts, at = np.array(["a", "b"], object), np.array([START, START])
    found = investigated(accounts, at, rows_of("labels", *rows), horizon=HORIZON)
    assert (found.weight[1], found.mule[1]) == (0, 0)
    return found.weight[0], found.mule[0]


@pytest.mark.parametrize(
    ("outcomes", "wanted"),
    [
        ([], (0, 0)),
        ([("complicit_mule", 105, None)], (1, 1)),
        ([("legitimate", 105, None)], (1, 0)),
        ([("unwitting_mule", 105, 0.02)], (50, 1)),
        ([("victim", 105, 0.02)], (50, 0)),
        ([("undetermined", 105, 0.02)], (0, 0)),
        # The horizon begins with its first instant and ends before its last.
        ([("complicit_mule", 100, 0.5)], (2, 1)),
        ([("complicit_mule", 99, 0.5)], (0, 0)),
        ([("complicit_mule", 109, 0.5)], (2, 1)),
        ([("complicit_mule", 110, 0.5)], (0, 0)),
        # Found without a draw, or surely drawn, a row stands for itself.
        ([("complicit_mule", 105, None), ("complicit_mule", 107, 0.02)], (1, 1)),
        ([("legitimate", 105, 0.02), ("legitimate", 107, 1.0)], (1, 0)),
        ([("legitimate", 105, 0.02), ("complicit_mule", 107, 0.02)], (50, 1)),
    ],
)
def test_what_was_found_of_a_row_and_how_many_it_stands_for(outcomes, wanted):
    assert looked(*outcomes) == pytest.approx(wanted)


def story(drawn_mules=5):
    """A hundred thousand rows of one instant: 100 alerts, 40 of them mules, each looked at.

    Below them 30 mules were found by themselves; 1,000 rows were drawn, each for 99.7 others.
    """
    count = 100_000
    score, label = np.zeros(count), np.zeros(count)
    score[:100], label[:30], label[100:130] = 1.0, 1, 1
    weight, mule = np.zeros(count), np.zeros(count)
    weight[:130], mule[:40], mule[100:130] = 1, 1, 1
    weight[130:1_130], mule[130 : 130 + drawn_mules] = (count - 130) / 1_000, 1
    names = np.array([f"a{n}" for n in range(count)], object)
    return scored(names, np.zeros(count, np.int64), label, score), Investigated(weight, mule)


def test_what_alerts_find_is_a_share_of_all_mules_and_not_of_those_that_were_found():
    found = estimates(*story(), 100, resamples=200, seed=1)
    mules = 40 + 30 + 5 * 99.87
    audit, naive = ({k: v["value"] for k, v in found[way].items()} for way in ("audit", "naive"))
    assert audit == pytest.approx(
        {"prevalence": mules / 100_000, "recall": 40 / mules, "precision": 0.4}
    )
    assert naive == pytest.approx({"prevalence": 60 / 100_000, "recall": 0.5, "precision": 0.3})
    assert (found["investigated"], found["drawn_mules"]) == (1_130, 5)
    bounds = found["audit"]["recall"]
    assert bounds["low"] < 0.05 < audit["recall"] < 0.15 < bounds["high"] < 0.5


def test_few_drawn_mules_tell_no_interval():
    found = estimates(*story(drawn_mules=4), 100, resamples=20, seed=1)
    assert found["audit"]["recall"]["value"] == pytest.approx(40 / (70 + 4 * 99.87))
    assert all(math.isnan(each["low"]) for each in found["audit"].values())
    assert not any(math.isnan(each["low"]) for each in found["naive"].values())


def test_the_section_shows_both():
    lines = list(section(estimates(*story(), 100, resamples=20, seed=1)))
    (labels,) = (line for line in lines if line.startswith("| labels alone |"))
    assert "| 0.5000 [" in labels
    assert lines[-1].startswith("1,130 rows have an outcome; 5 of the mules were drawn.")
