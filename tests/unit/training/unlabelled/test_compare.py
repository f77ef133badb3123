"""What every way finds of what is true, on ten rows that can be counted by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ledger.schema import LABELS
from training.evaluation.metrics import scored
from training.parameters import read_parameters
from training.rows import Rows
from training.unlabelled.compare import compare
from training.unlabelled.draws import above_naive, over_draws, section
from training.unlabelled.known import Known
from training.unlabelled.learnt import Learnt
from training.unlabelled.report import figures, page

SETTINGS = replace(
    read_parameters(Path(__file__).parents[4] / "params.yaml").evaluate, resamples=20
)
COUNT = 10
TRUTH = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], np.int8)
LABELLED = np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], np.int8)
"""Two of four mules are found; of the two others one is found later, and one never."""
NEVER = np.arange(COUNT) == 3


def known():
    accounts = np.array([f"a{n}" for n in range(COUNT)], object)
    rows = Rows(accounts, np.zeros(COUNT, np.int64), LABELLED, np.zeros((COUNT, 1)))
    alone = Known(rows, LABELLED, TRUTH, NEVER, LABELS.arrow.empty_table(), 10)
    return replace(alone, outcomes=alone.findings(LABELLED == 1, 1.0))


def learnt(**orders):
    """Score rows by ways that rank some first, in the order named."""
    test, scores = known(), {}
    for way, first in orders.items():
        score = np.zeros(COUNT)
        score[list(first)] = np.arange(len(first), 0, -1)
        rows = test.rows
        scores[way] = scored(rows.account_id, rows.as_of, test.labels, score)
    return Learnt(test, np.zeros(COUNT, np.intp), scores)


@pytest.fixture
def found():
    return compare(learnt(naive=[0, 1, 4, 5], inverse_probability=[3, 2, 0, 4]), 4, SETTINGS)


def test_a_way_is_held_against_the_truth_and_against_the_labels(found):
    counts = {name: found[name] for name in ("rows", "labelled", "true", "never_found", "reviews")}
    assert counts == {"rows": 10, "labelled": 2, "true": 4, "never_found": 1, "reviews": 4}
    by_truth, by_labels = (
        {way: [each[name]["value"] for name in ("precision", "recall", "never_found")]
         for way, each in found[against].items()}
        for against in ("truth", "labels")
    )  # fmt: skip
    assert by_truth == {"naive": [0.5, 0.5, 0], "inverse_probability": [0.75, 0.75, 1]}
    # By the labels the second way looks worse: what it found is not known.
    assert by_labels["naive"][:2] == [0.5, 1]
    assert by_labels["inverse_probability"][:2] == [0.25, 0.5]
    above = found["truth"]["inverse_probability"]["above"]
    assert above["recall"]["value"] == 0.25
    assert above["recall"]["low"] <= 0.25 <= above["recall"]["high"]
    assert "above" not in found["truth"]["naive"]


def test_the_alerts_of_a_way_are_looked_at_for_its_estimate(found):
    estimate = found["estimates"]["inverse_probability"]
    assert estimate["truth"] == {"prevalence": 0.4, "recall": 0.75, "precision": 0.75}
    # Rows 0 to 4 have an outcome: two found anyway, and four alerts, one of them the same.
    assert estimate["investigated"] == 5
    assert estimate["audit"]["precision"]["value"] == 0.75
    assert estimate["audit"]["recall"]["value"] == 0.75
    assert estimate["naive"]["recall"]["value"] == 0.5


def test_draws_are_told_beside_each_other_and_on_average(found):
    pairs = [
        (known(), learnt(naive=[4, 0, 1, 5], inverse_probability=[0, 1, 2, 3])),
        (known(), learnt(naive=[0, 1, 2, 3], inverse_probability=[0, 1, 2, 3])),
    ]
    told = over_draws(pairs, [0], 4)
    assert [each["known_mules"] for each in told] == [2, 2]
    assert told[0]["inverse_probability"] == {"pr_auc": 1.0, "recall": 1.0}
    assert told[0]["naive"]["recall"] == 0.5
    above = above_naive(told)
    assert above["lowest"] == 0
    assert above["mean"] == pytest.approx(above["highest"] / 2)
    assert list(section(told))[2].startswith("| 1 | 0 | 0 of 2 |")
    text = "\n".join(page(found | {"draws": told}))
    assert "4 are of accounts that have laundered" in text
    assert "| naive | labels alone |" in text
    assert figures(found | {"draws": told})["draws"] == above
