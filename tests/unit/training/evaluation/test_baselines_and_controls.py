"""What stands beside the model: plain aggregates, controls and innocents."""

from datetime import timedelta

import numpy as np
import pytest
from scipy.stats import binom

from ledger.lake import Lake, append
from ledger.view import microseconds
from tests.facts import DAY_0, rows_of
from training.evaluation import aggregates
from training.evaluation.controls import laundering_free, single_features
from training.evaluation.innocents import flagged_innocents, known_accounts, upper_bound
from training.evaluation.metrics import scored
from training.parameters import Features
from training.rows import Rows, positions

AS_OF = microseconds(DAY_0 + timedelta(days=10))
FEATURES = Features(0, 1, snapshot_hours=24, snapshot_delay_minutes=0, threads=1)


def paid(name, payer, payee, amount, *, day, known=None):
    return {
        "transaction_id": name,
        "payer_account": payer,
        "payee_account": payee,
        "reference_minor": amount,
        "happened_at": DAY_0 + timedelta(days=day),
        "known_at": DAY_0 + timedelta(days=day if known is None else known),
    }


@pytest.fixture
def lake(tmp_path):
    """B gets from A, C and cash, and pays C; the launderers L1 and L2 pay each other only."""
    return append(
        Lake(tmp_path / "ledger", "test", "USD"),
        {
            "transactions": rows_of(
                "transactions",
                paid("t1", "A", "B", 100, day=1),
                paid("t2", "C", "B", 300, day=2),
                paid("t3", None, "B", 50, day=3),
                paid("t4", "B", "C", 200, day=4),
                paid("late", "A", "B", 999, day=5, known=10),
                paid("dirty", "L1", "L2", 700, day=6),
            ),
            "accounts": rows_of(
                "accounts", *({"account_id": i} for i in ("A", "B", "C", "L1", "L2"))
            ),
            "truth_transactions": rows_of("truth_transactions", {"transaction_id": "dirty"}),
            "truth_accounts": rows_of(
                "truth_accounts",
                {"account_id": "A", "is_mule": False, "is_hard_innocent": False},
                {"account_id": "B", "is_mule": False, "is_hard_innocent": True},
                {"account_id": "L1", "is_mule": True, "is_hard_innocent": False},
            ),
        },
    )


def rows(*accounts):
    size = len(accounts)
    return Rows(
        np.array(accounts, object),
        np.full(size, AS_OF),
        np.zeros(size, np.int8),
        np.empty((size, 0)),
    )


def test_aggregates_are_of_all_that_was_visible(lake):
    found = aggregates.aggregates(lake, rows("B", "A", "nobody"))
    b, a, nobody = (dict(zip(aggregates.NAMES, row, strict=True)) for row in found)
    assert b == {
        "credit_count": 3, "credit_sum": 450, "credit_mean": 150, "credit_max": 300,
        "payer_count": 2, "debit_count": 1, "debit_sum": 200, "debit_mean": 200, "debit_max": 200,
        "payee_count": 1,
    }  # fmt: skip
    assert (a["credit_count"], a["debit_count"], a["debit_max"]) == (0, 1, 100)
    assert np.isnan(a["credit_sum"])
    assert all(np.isnan(value) for value in nobody.values())


def test_without_laundering_a_launderer_has_no_row_and_others_keep_theirs(lake):
    cleaned = laundering_free(lake, [AS_OF], FEATURES)
    found = positions(rows("A", "B", "L1", "L2"), cleaned.account_id, cleaned.as_of)
    assert (found >= 0).tolist() == [True, True, False, False]


def test_the_best_single_feature_is_found_in_either_direction_and_by_what_is_missing():
    label = np.array([1, 1, 0, 0, 0], np.int8)
    values = np.array([[1.0, 5, np.nan], [2.0, 5, np.nan], [8.0, 5, 1], [9.0, 5, 1], [0.0, 5, 1]])
    account = np.array(list("abcde"), object)
    hard = np.array([False, False, True, True, False])
    table = Rows(account, np.ones(5, np.int64), label, values)
    found = single_features(table, ("low", "same", "gone"), hard)
    assert found == {"low": 1.0, "gone": 1.0, "same": 0.5}


def test_innocents_are_counted_by_what_the_generator_knows(lake):
    known = known_accounts(lake)
    accounts = np.array(["A", "B", "L1"], object)
    assert known.is_hard(accounts).tolist() == [False, True, False]
    assert known.is_ordinary(accounts).tolist() == [True, False, False]


def test_flagged_innocents_per_10_000_rows():
    account = np.array([f"A{number}" for number in range(400)], object)
    score = np.arange(400.0)
    table = scored(account, np.ones(400, int), np.zeros(400, np.int8), score)
    hard = np.isin(np.arange(400), [10, 20, 398, 399])
    ordinary = ~hard & (np.arange(400) != 397)
    found = flagged_innocents(table, hard, ordinary)
    # Four of 400 are looked at: 399 and 398 are hard innocents, 396 is ordinary.
    assert (found["flagged_per_10k"], found["rows"]) == (5000, 4)
    assert found["ordinary_flagged_per_10k"] == pytest.approx(10_000 / 395)
    assert found["upper_95"] > 5000
    assert flagged_innocents(table, np.zeros(400, bool), ordinary) == {}


def one_row_each(found, seen):
    return upper_bound(np.repeat([1, 0], [found, seen - found]), np.ones(seen, int))


@pytest.mark.parametrize(("found", "seen"), [(0, 50), (3, 50), (49, 50)])
def test_the_upper_bound_is_the_rate_at_which_so_few_are_seen_once_in_twenty(found, seen):
    assert binom.cdf(found, seen, one_row_each(found, seen)) == pytest.approx(0.05, abs=0.002)


def test_the_upper_bound_of_all_is_1():
    assert one_row_each(50, 50) == 1.0


def test_copies_of_the_rows_of_an_account_do_not_lower_the_upper_bound():
    flagged = np.repeat([1, 0], [3, 47])
    bounds = [upper_bound(copies * flagged, np.full(50, copies)) for copies in (1, 2, 10)]
    assert bounds[1:] == pytest.approx(bounds[:1] * 2, rel=0.01)
    none = [upper_bound(0 * flagged, np.full(50, copies)) for copies in (1, 10)]
    assert none[0] == none[1]


def test_the_upper_bound_holds_nineteen_times_in_twenty_where_rows_of_an_account_are_alike():
    draw, truth = np.random.default_rng(1), 0.05
    held = []
    for _ in range(400):
        # Some accounts are flagged at most instants and most at none: 5 % of the rows on average.
        inclined = draw.random(200) < 0.1
        held.append(truth <= upper_bound(draw.binomial(6, 0.5 * inclined), np.full(200, 6)))
    assert 0.92 <= np.mean(held) <= 1
