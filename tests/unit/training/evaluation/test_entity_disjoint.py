"""Accounts that belong together stay together, and memory shows where there is any."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from ledger.lake import Lake, append
from tests.facts import DAY_0, rows_of
from training.evaluation import entities as module
from training.evaluation.entities import entities
from training.evaluation.entity_disjoint import halves, raw_of_halves, section
from training.evaluation.metrics import pr_auc, scored
from training.evaluation.rings import Rings
from training.parameters import read_parameters
from training.rows import Rows
from training.splits import Fold

FIT = replace(
    read_parameters(Path(__file__).parents[4] / "params.yaml").fit,
    rounds=50, num_leaves=31, min_data_in_leaf=1, lambda_l2=0.0, feature_fraction=1.0,
    learning_rate=0.2,
)  # fmt: skip
FOLDS = (Fold((0, 1), (2,), (4,)), Fold((0, 1, 2), (3,), (5,)))
BOUNDS = {"value": 0.3, "low": 0.2, "high": 0.4}


def test_accounts_that_share_a_holder_a_device_or_a_ring_are_one_entity(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PUBLIC_ABOVE", 3)

    def ordered(number, payer, device):
        at = DAY_0 + timedelta(days=number)
        return {"transaction_id": f"t{number}", "payer_account": payer, "payee_account": "shop",
                "happened_at": at, "known_at": at, "device_id": device}  # fmt: skip

    def seen(account, kind, value):
        return {"account_id": account, "kind": kind, "value": value, "seen_from": DAY_0,
                "known_at": DAY_0}  # fmt: skip

    lake = append(
        Lake(tmp_path, "test", "USD"),
        {
            "accounts": rows_of(
                "accounts",
                *({"account_id": each, "holder_id": holder}
                  for each, holder in zip("ABCDEFGH", ["h1", "h1", *[None] * 6], strict=True)),
            ),
            "transactions": rows_of(
                "transactions", ordered(1, "B", "d1"), ordered(2, "C", "d1"),
                ordered(3, "E", None), ordered(4, "F", "h1"),
            ),
            "identifiers": rows_of(
                "identifiers", seen("B", "device", "d1"), seen("D", "device", "d1"),
                seen("E", "phone", "d1"),
                *(seen(account, "device", "kiosk") for account in "DEFH"),
            ),
        },
    )  # fmt: skip
    rings = Rings({"E": 0, "G": 0, "H": 1, "elsewhere": 1})
    asked = np.array([*"ABCDEFGHA"], object)
    found = entities(lake, rings, asked).tolist()
    together = {}
    for account, number in zip(asked, found, strict=True):
        together.setdefault(number, set()).add(account)
    assert sorted(map(sorted, together.values())) == [["A", "B", "C", "D"], ["E", "G"], ["F"],
                                                      ["H"]]  # fmt: skip
    assert found[0] == found[-1]


@pytest.fixture
def rows():
    """Draw accounts of which only the account itself tells whether it is a mule."""
    draw = np.random.default_rng(1)
    own, mule = draw.normal(size=400), draw.random(400) < 0.2
    accounts = np.array([f"a{number}" for number in range(400)], object)
    as_of = np.repeat(np.arange(6), 400)
    return Rows(
        np.tile(accounts, 6), as_of, np.tile(mule, 6).astype(np.int8), np.tile(own, 6)[:, None]
    )


def test_what_a_model_remembers_helps_it_with_those_it_has_met_only(rows):
    half = np.tile(np.random.default_rng(2).integers(2, size=400), 6)
    raw = raw_of_halves(rows, ["own"], FOLDS, [FIT] * 2, half)
    tests = np.concatenate([np.flatnonzero(rows.at(fold.test)) for fold in FOLDS])
    own, place = half[tests], np.arange(len(tests))

    def found(which):
        test = rows.only(tests)
        ranked = scored(test.account_id, test.as_of, test.label, raw[which, place])
        return pr_auc(ranked, np.ones(len(tests)))

    assert found(own) > 0.7
    assert found(1 - own) < 0.35


def test_either_half_has_about_as_many_positive_rows():
    positives = np.array([0, 1, 6, 0, 2, 3, 1, 0, 0, 5])
    half = halves(positives, 1)
    assert sorted(np.bincount(half, positives)) == [9, 9]
    assert {half[0], half[3], half[7], half[8]} == {0, 1}
    assert (half == halves(positives, 1)).all()


def test_the_page_tells_the_difference_or_why_there_is_none():
    told = {"entities": 1200, "largest_share": 0.01}
    bounds = {"met": BOUNDS, "unmet": BOUNDS, "difference": {**BOUNDS, "value": -0.1}}
    assert "The difference is -0.1000 [0.2000, 0.4000]" in " ".join(section(told | bounds))
    reason = {"omitted": "one entity holds 60% of the accounts"}
    assert "could not be split into halves: one entity holds 60%" in " ".join(
        section(told | reason)
    )
