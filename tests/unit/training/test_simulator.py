"""The simulated ledger as a whole: repeatable, valid, and as large as asked for."""

from dataclasses import replace
from datetime import timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ledger.lake import open_lake
from ledger.quality import check_ledger
from ledger.schema import MULE_OUTCOMES, TABLES
from training import simulate
from training.simulator.personas import PERSONAS
from training.simulator.settings import TINY, SettingsRefused


@pytest.fixture(scope="module")
def tables():
    return simulate.simulate(TINY)


def test_same_settings_give_the_same_ledger(tmp_path):
    first = simulate.run(TINY, tmp_path / "a")
    second = simulate.run(TINY, tmp_path / "b")
    assert first.digest == second.digest
    assert simulate.run(replace(TINY, seed=2), tmp_path / "c").digest != first.digest


def test_ledger_can_be_opened_and_is_never_overwritten(tmp_path):
    lake = simulate.run(TINY, tmp_path)
    opened = open_lake(tmp_path)
    opened.verify()
    assert opened.reference_currency == "THB"
    assert opened.rows("accounts") == TINY.accounts
    with pytest.raises(simulate.LedgerStands, match="Remove it or name another"):
        simulate.run(TINY, tmp_path)
    assert open_lake(tmp_path).digest == lake.digest


def test_progress_is_told(tmp_path):
    told = []
    simulate.run(TINY, tmp_path, told.append)
    assert [line for line in told if "800 accounts" in line]


def test_every_row_meets_the_contracts(tables):
    connection = duckdb.connect()
    for name, rows in tables.items():
        numbered = rows.append_column("row", pa.array(range(1, len(rows) + 1)))
        connection.register(name, numbered)
    end = TINY.origin + timedelta(days=TINY.days + 2)
    assert check_ledger(connection, end) == ()
    assert all(rows.schema == TABLES[name].arrow for name, rows in tables.items())


def test_accounts_pay_only_after_they_are_opened(tables):
    opened = {r["account_id"]: r["opened_at"] for r in tables["accounts"].to_pylist()}
    for side in ("payer_account", "payee_account"):
        rows = tables["transactions"].select([side, "happened_at"]).to_pylist()
        assert all(r["happened_at"] >= opened[r[side]] for r in rows if r[side])


def test_mules_and_hard_innocents_have_their_shares(tables):
    truth = tables["truth_accounts"]
    assert pc.sum(truth["is_mule"]).as_py() == pytest.approx(TINY.accounts * TINY.mule_share, abs=6)
    assert 0.06 <= pc.mean(truth["is_hard_innocent"].cast(pa.float64())).as_py() <= 0.10
    assert not pc.any(pc.and_(truth["is_mule"], truth["is_hard_innocent"])).as_py()
    assert sum(p.share for p in PERSONAS.values()) == pytest.approx(1)


def test_mule_outcomes_follow_their_laundering(tables):
    first = {}
    truth = set(tables["truth_transactions"]["transaction_id"].to_pylist())
    for row in tables["transactions"].to_pylist():
        if row["transaction_id"] in truth:
            for side in ("payer_account", "payee_account"):
                first.setdefault(row[side], row["happened_at"])
    mules = [r for r in tables["labels"].to_pylist() if r["outcome"] in MULE_OUTCOMES]
    assert mules
    assert all(first[row["account_id"]] < row["known_at"] for row in mules)


def test_undiscovered_mules_have_truth_and_no_label():
    tables = simulate.simulate(replace(TINY, undiscovered_share=1.0))
    assert pc.sum(tables["truth_accounts"]["is_mule"]).as_py() > 10
    assert not set(tables["labels"]["outcome"].to_pylist()) & set(MULE_OUTCOMES)


def first_received(tables):
    """Sum for each mule, found or not, what reached it in its first pattern; in order of sums."""
    launders = tables["truth_transactions"].to_pylist()
    pattern = {row["transaction_id"]: row["pattern_id"] for row in launders}
    mules = tables["truth_accounts"].filter(tables["truth_accounts"]["is_mule"])["account_id"]
    sums, first = dict.fromkeys(mules.to_pylist(), 0), {}
    for row in tables["transactions"].to_pylist():
        played, mule = pattern.get(row["transaction_id"]), row["payee_account"]
        if played and mule in sums and first.setdefault(mule, played) == played:
            sums[mule] += row["reference_minor"]
    return sorted(sums, key=sums.get)


def test_large_sums_are_found_more_easily_where_that_is_asked_for():
    half = replace(TINY, accounts=2_000, undiscovered_share=0.5)
    more = {}
    for power in (0.0, 1.5):
        tables = simulate.simulate(replace(half, discovery_by_sum=power))
        mules, found = first_received(tables), set(tables["labels"]["account_id"].to_pylist())
        small, large = mules[: len(mules) // 2], mules[len(mules) // 2 :]
        more[power] = (len(found & set(large)) - len(found & set(small))) / len(small)
    assert more[1.5] > more[0.0] + 0.2


@pytest.mark.parametrize("undiscovered", [0.0, 1.0])
def test_all_or_none_stay_undiscovered_whatever_the_sum(undiscovered):
    settings = replace(TINY, undiscovered_share=undiscovered)
    plain, by_sum = (
        simulate.simulate(replace(settings, discovery_by_sum=power))["labels"]
        for power in (0.0, 2.0)
    )
    assert by_sum.equals(plain)


def test_some_transactions_are_learnt_late(tables):
    rows = tables["transactions"]
    seconds = (
        pc.subtract(rows["known_at"].cast("int64"), rows["happened_at"].cast("int64")).to_numpy()
        / 1e6
    )
    assert 0.02 < np.mean(seconds >= 60) < 0.06
    assert np.max(seconds) <= 30 * 3600


def test_neighbours_money_is_converted_at_the_day_s_rate(tables):
    ringgit = [r for r in tables["fx_rates"].to_pylist() if r["currency"] == "MYR"]
    seen = [r for r in tables["transactions"].to_pylist() if r["payee_currency"] == "MYR"]
    assert seen
    for row in seen:
        rate = [r["rate"] for r in ringgit if r["happened_at"] <= row["happened_at"]][-1]
        assert abs(row["payee_amount_minor"] - row["reference_minor"] / rate) <= 1


def test_impossible_settings_are_refused_all_together():
    with pytest.raises(SettingsRefused) as refusal:
        replace(TINY, accounts=10, days=1, late_share=2.0, discovery_by_sum=-1.0)
    words = ("accounts", "days", "late_share", "discovery_by_sum")
    assert all(word in str(refusal.value) for word in words)
