"""What mules do otherwise: victims' payments stay, money keeps its order, and nothing is invented.

v -> a   12,000   day 1   (a victim pays)
a -> b   10,001   day 2   passed on, hop 2
b -> c    9,000   day 3   passed on, hop 3
c -> atm  8,000   day 4   taken out, hop 4
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.lake import Lake, append
from tests.facts import DAY_0, rows_of
from training.robustness.laundered import NothingLaundered, laundered
from training.robustness.tactics import TACTICS, cover, jitter, keep_back, split, wait

CHAIN = (("v", "a", 12_000), ("a", "b", 10_001), ("b", "c", 9_000), ("c", None, 8_000))
SHOPPING = [("i", "shop", 300 + day) for day in range(20)]


@pytest.fixture
def lake(tmp_path):
    def paid(number, payer, payee, amount, day, channel):
        at = DAY_0 + timedelta(days=day)
        return {
            "transaction_id": f"t{number}", "payer_account": payer, "payee_account": payee,
            "payer_amount_minor": amount, "payee_amount_minor": amount, "reference_minor": amount,
            "happened_at": at, "known_at": at, "channel": channel,
        }  # fmt: skip

    chain = [paid(n, *who, 1 + n, "instant") for n, who in enumerate(CHAIN)]
    shopping = [paid(100 + day, *who, day, "card") for day, who in enumerate(SHOPPING)]
    opened = DAY_0 - timedelta(days=3)
    return append(
        Lake(tmp_path / "ledger", "test", "USD"),
        {
            "transactions": rows_of("transactions", *chain, *shopping),
            "accounts": rows_of(
                "accounts", *({"account_id": who, "opened_at": opened} for who in "vabci")
            ),
            "truth_transactions": rows_of(
                "truth_transactions",
                *({"transaction_id": f"t{n}", "pattern_id": "p"} for n in range(len(CHAIN))),
            ),
            "truth_accounts": rows_of(
                "truth_accounts",
                *({"account_id": who, "is_mule": who in "abc"} for who in "vabci"),
            ),
        },
    )


def evaded(lake, evade, seed=1):
    known = laundered(lake)
    return known.with_onward(*evade(known, np.random.default_rng(seed)).payments)


def of(table, payer):
    return table.filter(pc.equal(table["payer_account"], payer)).to_pylist()


def test_what_mules_pass_on_is_told_apart_from_what_victims_pay(lake):
    known = laundered(lake)
    assert known.onward["transaction_id"].tolist() == ["t1", "t2", "t3"]
    assert known.onward["hop"].tolist() == [2, 3, 4]
    assert known.passed_on == 27_001
    assert sorted(known.accounts.index) == ["a", "b", "c"]
    # What nobody changes is the ledger.
    same = known.with_onward(known.onward)
    assert same.sort_by("recorded_seq").equals(lake.read("transactions").sort_by("recorded_seq"))


@pytest.mark.parametrize("tactic", TACTICS, ids=lambda tactic: f"{tactic.name}, {tactic.strength}")
def test_others_pay_as_before_and_money_is_passed_on_after_it_came(lake, tactic):
    before, after = lake.read("transactions"), evaded(lake, tactic.evade)
    for payer in "vi":
        assert of(after, payer) == of(before, payer)
    ids = after["transaction_id"].to_pylist()
    assert len(set(ids)) == len(ids)
    assert pc.all(pc.greater_equal(after["known_at"], after["happened_at"])).as_py()
    assert pc.max(after["happened_at"]).as_py() <= pc.max(before["happened_at"]).as_py()
    chain = after.filter(pc.not_equal(after["channel"], "card"))
    first = {who: min(row["happened_at"] for row in of(chain, who)) for who in "vab"}
    assert first["v"] < first["a"] < first["b"]
    paid = {who: sum(row["reference_minor"] for row in of(chain, who)) for who in "vabc"}
    assert 0 < paid["c"] <= paid["b"] <= paid["a"] <= paid["v"] == 12_000


def test_a_ledger_that_tells_of_no_laundering_is_refused_with_a_cure(tmp_path):
    innocent = append(
        Lake(tmp_path / "other", "test", "USD"),
        {"transactions": rows_of("transactions", {"payer_account": "a", "payee_account": "b"})},
    )
    with pytest.raises(NothingLaundered, match="Take one whose generator"):
        laundered(innocent)


def test_a_ledger_without_cards_lends_other_payments(lake):
    known = laundered(lake)
    others = known.others.filter(pc.not_equal(known.others["channel"], "card"))
    assert replace(known, others=others).purchases["transaction_id"].tolist() == ["t0"]


def test_parts_are_equal_and_minutes_apart(lake):
    parts = of(evaded(lake, split(3)), "a")
    assert [row["payer_amount_minor"] for row in parts] == [3_333] * 3
    times = [row["happened_at"] for row in parts]
    assert np.diff(times).tolist() == [timedelta(minutes=20)] * 2


def test_each_account_lets_money_rest(lake):
    after = evaded(lake, wait(12))
    for payer, day, hours in (("a", 2, 12), ("b", 3, 24), ("c", 4, 36)):
        (row,) = of(after, payer)
        assert row["happened_at"] == DAY_0 + timedelta(days=day, hours=hours)


def test_what_would_come_after_the_ledgers_end_has_not_been_seen(lake):
    assert of(evaded(lake, wait(24 * 30)), "a") == []


def test_a_share_stays_behind_in_each_account_and_less_comes_to_the_next(lake):
    amounts = [of(evaded(lake, keep_back(0.5)), who)[0]["reference_minor"] for who in "abc"]
    assert amounts == [5_000, 2_250, 1_000]


def test_jitter_differs_from_payment_to_payment_and_from_draw_to_draw(lake):
    parts = [
        [of(evaded(lake, jitter(0.3, 6), seed), who)[0]["reference_minor"] / amount
         for who, _, amount in CHAIN[1:]]
        for seed in (1, 2)
    ]  # fmt: skip
    for part in parts:
        for before, share in enumerate(part):
            assert 0.7 ** (before + 1) - 1e-3 <= share <= 0.7**before
    assert len({round(share, 3) for part in parts for share in part}) == 6


def test_purchases_are_like_those_of_others_and_none_is_older_than_the_account(lake):
    known = laundered(lake)
    found = cover(2.0, days_before=10)(known, np.random.default_rng(1))
    bought = pd.concat(found.payments[1:])
    assert set(bought["payer_account"]) == {"a", "b", "c"}
    assert set(bought["payee_account"]) == {"shop"}
    assert set(bought["reference_minor"]) <= {amount for _, _, amount in SHOPPING}
    # The accounts are three days older than the ledger, of which nothing is known before.
    assert bought["happened_at"].min() >= DAY_0
    assert bought["happened_at"].max() <= DAY_0 + timedelta(days=4)
    assert found.cost.money == pytest.approx(bought["reference_minor"].sum() / 27_001)
    assert found.cost.payments == len(bought) / 3
    assert isinstance(known.with_onward(*found.payments), pa.Table)
