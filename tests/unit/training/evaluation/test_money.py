"""Money on a ledger that a pencil can follow.

On day 5 a victim pays mule A 100, on day 6 A passes 90 on to mule B, and B 80 to an innocent shop.
A is found out on day 20 and receives again on day 25; something came before the test began.
"""

from datetime import timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from ledger.lake import Lake, append
from ledger.view import microseconds
from tests.facts import DAY_0, rows_of
from training.evaluation.metrics import scored
from training.evaluation.money import money
from training.evaluation.tainted import credits_under_test, tainted_credits
from training.rows import Rows

PAID = {
    "before": (2, "victim", "A", 700),
    "first": (5, "victim", "A", 100),
    "second": (6, "A", "B", 90),
    "third": (7, "B", "shop", 80),
    "late": (25, "victim", "A", 500),
}
REVIEWED = microseconds(DAY_0 + timedelta(days=5.5))


@pytest.fixture
def tested(tmp_path):
    times = {name: DAY_0 + timedelta(days=day) for name, (day, *_) in PAID.items()}
    paid = [
        {"transaction_id": name, "happened_at": times[name], "known_at": times[name],
         "payer_account": payer, "payee_account": payee, "reference_minor": 100 * amount}
        for name, (_, payer, payee, amount) in PAID.items()
    ]  # fmt: skip
    found = DAY_0 + timedelta(days=20)
    tables = {
        "transactions": rows_of("transactions", *paid),
        "labels": rows_of("labels", {"account_id": "A", "happened_at": found, "known_at": found}),
        "truth_transactions": rows_of(
            "truth_transactions",
            *({"transaction_id": name, "pattern_id": "p", "typology": "chain"} for name in PAID),
        ),
        "truth_accounts": rows_of(
            "truth_accounts",
            *({"account_id": name, "persona": "x", "is_mule": name in "AB",
               "is_hard_innocent": False} for name in ("A", "B", "shop")),
        ),
    }  # fmt: skip
    accounts = np.array(["A", "B", "shop", "other"], object)
    return SimpleNamespace(
        inputs=SimpleNamespace(lake=append(Lake(tmp_path / "bank", "test", "THB"), tables)),
        spans=(
            (microseconds(DAY_0 + timedelta(days=4)), microseconds(DAY_0 + timedelta(days=30))),
        ),
        test=Rows(accounts, np.full(4, REVIEWED), np.zeros(4, np.int8), np.zeros((4, 0))),
        reviews=2,
        units=lambda names: np.unique(list(names), return_inverse=True)[1],
        parameters=SimpleNamespace(
            evaluate=SimpleNamespace(resamples=50, seed=1),
            alerts=SimpleNamespace(currency="THB", review_cost=1, wrongful_hold_cost=10),
        ),
    )


def reviewing(tested, *names):
    """Score the accounts named above all others."""
    rows = tested.test
    score = np.isin(rows.account_id, names).astype(float)
    return scored(rows.account_id, rows.as_of, rows.label, score)


def test_tainted_is_what_reached_a_mule_under_test_that_was_not_known_yet(tested):
    assert tainted_credits(tested)["transaction_id"].tolist() == ["first", "second"]
    found = credits_under_test(tested)
    assert found["account"].tolist() == ["A", "B"]
    assert found.attrs["of"] == "laundered money"


def test_money_that_comes_after_an_alert_is_detected_and_counted_once_as_saved(tested):
    found = money(tested, reviewing(tested, "B", "shop"))
    assert (found["reached"], found["detected"]) == (190, 90)
    assert found["value_detection_rate"]["value"] == pytest.approx(90 / 190)
    assert (found["entered"], found["saved"]) == (100, 90)
    assert (found["reviews"], found["wrongful_holds"]) == (2, 1)
    assert found["net"]["value"] == 90 - 2 - 10
    assert found["break_even"] == 88


def test_money_that_came_before_the_alert_is_lost(tested):
    found = money(tested, reviewing(tested, "A", "other"))
    assert (found["detected"], found["saved"]) == (0, 0)
    assert (found["reviews"], found["wrongful_holds"]) == (2, 1)
