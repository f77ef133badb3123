"""The last mules before a test are told, and what cannot be learnt is not told."""

import numpy as np
import pytest

from training.cold_start import figures, recent, section
from training.rows import Rows
from training.splits import Fold

BOUNDS = {"value": 0.3, "low": 0.2, "high": 0.4}
FOLD = Fold(training=(0, 1, 2), validation=(3,), test=(5,))
MULES = (3, 2, 0, 1, 9, 9)
"""At each instant, two innocents beside them; those of instants 4 and 5 are not the fold's past."""


def rows():
    as_of = np.repeat(np.arange(6), [count + 2 for count in MULES])
    label = np.concatenate([[0] + [1] * count + [0] for count in MULES]).astype(np.int8)
    names = np.array([f"a{n}" for n in range(len(label))], object)
    return Rows(names, as_of, label, np.zeros((len(label), 1)))


@pytest.mark.parametrize(
    ("known", "instants"),
    [(0, set()), (1, {3}), (2, {1, 2, 3}), (3, {1, 2, 3}), (4, {0, 1, 2, 3}), (99, {0, 1, 2, 3}),
     (None, {0, 1, 2, 3})],
)  # fmt: skip
def test_the_last_instants_that_hold_so_many_mules_are_learnt_from(known, instants):
    found = recent(rows(), FOLD, known, seed=1)
    assert set(found.as_of) == instants
    assert len(found) == np.isin(rows().as_of, sorted(instants)).sum()
    assert found.label.sum() == min(sum(MULES[:4]), 99 if known is None else known)


def test_of_more_mules_at_one_instant_some_are_drawn_and_the_others_are_not_found():
    draws = [recent(rows(), Fold((0,), (), (5,)), 1, seed) for seed in range(20)]
    found = {draw.account_id[draw.label == 1].item() for draw in draws}
    everyone = rows().only(rows().as_of == 0)
    assert all(set(draw.account_id) == set(everyone.account_id) for draw in draws)
    assert found == set(everyone.account_id[everyone.label == 1])


def test_what_is_surely_above_the_rules_is_bold_and_what_was_not_learnt_is_empty():
    step = {
        "known": 0, "told": [0, 3], "rules": BOUNDS, "simulated": BOUNDS, "own": None, "both": None,
        "above_rules": {"simulated": {**BOUNDS, "low": 0.01}},
    }  # fmt: skip
    row = list(section("bank", [step]))[-2]
    told = "0.3000 [0.2000, 0.4000]"
    assert row == f"| 0 | 0, 3 | {told} | **{told}** |  |  |"
    assert figures([step]) == {"0": {"rules": 0.3, "simulated": 0.3, "own": None, "both": None}}
