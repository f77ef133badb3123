"""Instants and labels of a ledger that an analyst can check with a calendar."""

from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from ledger.lake import Lake, append
from tests.facts import rows_of
from training import features, labels
from training.grid import LedgerTooShort, Span, grid, span
from training.parameters import Features

START = datetime(2024, 3, 1, 9, 30, tzinfo=UTC)
EVERY_14 = Features(21, 14, snapshot_hours=24, snapshot_delay_minutes=0, threads=1)


def day(number):
    return datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=number)


def ledger(folder, *, days, cases):
    """A pays B every day; `cases` are outcomes of B with the day they were learnt."""
    paid = [
        {
            "transaction_id": f"t{number:03}",
            "payer_account": "A",
            "payee_account": "B",
            "reference_minor": 100,
            "happened_at": START + timedelta(days=number),
            "known_at": START + timedelta(days=number),
        }
        for number in range(days + 1)
    ]
    found = [
        {"account_id": "B", "outcome": outcome, "happened_at": day(at), "known_at": day(at)}
        for outcome, at in cases
    ]
    return append(
        Lake(folder, "test", "USD"),
        {
            "transactions": rows_of("transactions", *paid),
            "accounts": rows_of("accounts", {"account_id": "A"}, {"account_id": "B"}),
            "labels": rows_of("labels", *found),
        },
    )


def labelled(tmp_path, cases, days=70):
    lake = ledger(tmp_path / "ledger", days=days, cases=cases)
    features.run(lake, tmp_path, EVERY_14, horizon_days=14)
    rows = labels.run(lake, tmp_path / "features.parquet", tmp_path, horizon_days=14)
    assert pq.read_table(tmp_path / "labels.parquet").equals(rows)
    return [
        ((row["as_of"] - day(0)).days, row["label"])
        for row in rows.to_pylist()
        if row["account_id"] == "B"
    ]


def test_the_grid_starts_at_midnight_and_leaves_a_horizon_at_the_end():
    found = grid(Span(START, day(77)), burn_in_days=21, stride_days=14, horizon_days=14)
    assert found == [day(21), day(35), day(49), day(63)]
    shorter = Span(START, day(77) - timedelta(microseconds=1))
    assert grid(shorter, burn_in_days=21, stride_days=14, horizon_days=14) == found[:-1]


def test_a_longer_ledger_keeps_the_instants_it_had():
    wish = {"burn_in_days": 21, "stride_days": 14, "horizon_days": 14}
    short, long = (grid(Span(START, day(last)), **wish) for last in (80, 200))
    assert long[: len(short)] == short


def test_a_ledger_without_room_or_transactions_says_so(tmp_path):
    with pytest.raises(LedgerTooShort, match="covers 30 days"):
        grid(Span(START, day(30)), burn_in_days=21, stride_days=14, horizon_days=14)
    with pytest.raises(LedgerTooShort, match="no transaction"):
        span(Lake(tmp_path, "test", "USD"))


def test_a_mule_is_positive_once_and_then_left_out(tmp_path):
    rows = labelled(tmp_path, [("unwitting_mule", 40)])
    assert rows == [(21, 0), (35, 1)]


def test_an_outcome_learnt_at_the_instant_itself_is_still_a_forecast(tmp_path):
    rows = labelled(tmp_path, [("complicit_mule", 35)])
    assert rows == [(21, 0), (35, 1)]


def test_only_the_first_mule_outcome_counts(tmp_path):
    cases = [("legitimate", 22), ("complicit_mule", 36), ("unwitting_mule", 50)]
    assert labelled(tmp_path, cases) == [(21, 0), (35, 1)]


def test_without_a_positive_there_is_nothing_to_learn(tmp_path):
    with pytest.raises(labels.NothingToLearn, match="within 14 days"):
        labelled(tmp_path, [("victim", 40), ("complicit_mule", 5)])
