"""Rings drawn by hand: who belongs to one, and what an extra run leaves out."""

from datetime import timedelta

import numpy as np
import pytest

from ledger.lake import Lake, append
from tests.facts import DAY_0, rows_of
from training.evaluation.metrics import scored
from training.evaluation.ring_disjoint import of_known_rings, recalls
from training.evaluation.rings import NO_RING, Rings, rings
from training.rows import Rows
from training.splits import Fold


def ledger(folder, mules, payments):
    """Make a ledger of laundering payments: pattern, payer, payee, day."""
    names = [f"t{number}" for number in range(len(payments))]
    return append(
        Lake(folder, "test", "USD"),
        {
            "transactions": rows_of(
                "transactions",
                *(
                    {"transaction_id": name, "payer_account": payer, "payee_account": payee,
                     "happened_at": DAY_0 + timedelta(days=day),
                     "known_at": DAY_0 + timedelta(days=day)}
                    for name, (_, payer, payee, day) in zip(names, payments, strict=True)
                ),
            ),
            "truth_transactions": rows_of(
                "truth_transactions",
                *(
                    {"transaction_id": name, "pattern_id": pattern}
                    for name, (pattern, *_) in zip(names, payments, strict=True)
                ),
            ),
            "truth_accounts": rows_of(
                "truth_accounts", *({"account_id": each, "is_mule": True} for each in mules)
            ),
        },
    )  # fmt: skip


def members(found):
    sets = {}
    for account, number in found.of_mule.items():
        sets.setdefault(number, set()).add(account)
    return sorted(map(sorted, sets.values()))


def test_mules_of_one_pattern_and_those_connected_through_others_are_a_ring(tmp_path):
    payments = [
        ("p1", "victim", "A", 1), ("p1", "A", "B", 2), ("p2", "B", "C", 3), ("p3", "X", "Y", 4),
    ]  # fmt: skip
    found = rings(ledger(tmp_path / "l", "ABCXY", payments))
    assert members(found) == [["A", "B", "C"], ["X", "Y"]]
    assert found.of(["A", "victim", "B"]).tolist() == [found.of_mule["A"], NO_RING,
                                                       found.of_mule["A"]]  # fmt: skip
    assert found.largest_share == 0.6
    assert not found.are_told_apart


def test_who_pays_before_laundered_money_reaches_it_was_a_victim_then(tmp_path):
    # D pays the ring of A, and is recruited by the ring of X later.
    payments = [("p1", "D", "A", 1), ("p1", "A", "B", 2), ("p2", "X", "D", 5), ("p2", "D", "Y", 6)]
    assert members(rings(ledger(tmp_path / "l", "ABDXY", payments))) == [
        ["A", "B"], ["D", "X", "Y"],
    ]  # fmt: skip


def test_a_mule_that_only_ever_pays_has_a_part(tmp_path):
    assert members(rings(ledger(tmp_path / "l", "AB", [("p1", "A", "B", 1)]))) == [["A", "B"]]


def test_without_patterns_there_are_no_rings(tmp_path):
    found = rings(ledger(tmp_path / "l", "AB", [(None, "A", "B", 1)]))
    assert found == Rings()
    assert (found.are_told_apart, found.largest_share) == (False, 0.0)


def test_test_rows_of_rings_that_a_fold_learnt_of_are_left_out():
    account = np.array(["A", "C", "A", "B", "C", "B", "C", "D"], object)
    as_of = np.array([1, 1, 2, 2, 2, 3, 3, 3])
    label = np.array([1, 0, 0, 1, 1, 0, 0, 0], np.int8)
    rows = Rows(account, as_of, label, np.empty((8, 0)))
    ring = np.array([{"A": 0, "B": 0, "C": 1, "D": NO_RING}[each] for each in account])
    folds = [Fold((), (1,), (2,)), Fold((1,), (2,), (3,))]
    # The first fold learnt of ring 0 alone; the second of both; D belongs to none.
    assert of_known_rings(rows, folds, ring).tolist() == [True, True, False, True, True, False]


def test_recall_is_of_the_top_of_all_accounts():
    account = np.array([f"A{number}" for number in range(200)], object)
    label = np.zeros(200, np.int8)
    label[[0, 1, 2]] = 1
    model = scored(account, np.ones(200, int), label, -np.arange(200.0))
    known = np.isin(np.arange(200), [0, 2])
    found = recalls(model, known)
    assert found["of_known_rings"] == {"positives": 2, "recall_at_1pct": 0.5}
    assert found["of_others"] == {"positives": 1, "recall_at_1pct": 1.0}
    none = recalls(model, np.zeros(200, bool))["of_known_rings"]
    assert none["positives"] == 0
    assert np.isnan(none["recall_at_1pct"])


@pytest.mark.parametrize("ring", [None, np.array([-1, -1, -1])])
def test_without_a_ring_the_account_is_resampled(ring):
    rows = scored(np.array(["a", "b", "a"], object), np.ones(3), np.zeros(3), np.zeros(3), ring)
    assert rows.unit[0] == rows.unit[2] != rows.unit[1]


def test_accounts_of_one_ring_are_resampled_together_and_never_with_another_account():
    account = np.array(["a", "b", "c"], object)
    rows = scored(account, np.ones(3), np.zeros(3), np.zeros(3), np.array([0, 0, -1]))
    assert rows.unit[0] == rows.unit[1] != rows.unit[2]
    assert rows.only(np.array([False, True, True])).unit.tolist() == rows.unit[1:].tolist()
