"""What `lay_out` refuses, and that what it returns is always of one type."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numba
import numpy as np
import pyarrow as pa
import pytest

from benchmarks.feature_peers import random_ledger
from benchmarks.feature_peers.reference_set import COLUMNS
from features import placing
from features.events import lay_out

_NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def _transactions(moments: list[datetime], countries: list[str]) -> pa.Table:
    times = pa.array(moments, pa.timestamp("us", tz="UTC"))
    count = len(moments)
    columns = {
        "happened_at": times,
        "known_at": times,
        "reference_minor": pa.array([100] * count),
        "channel": pa.array(["transfer"] * count),
        "payer_account": pa.array(["a"] * count),
        "payee_account": pa.array(["b"] * count),
        "payer_country": pa.array(countries),
    }
    for name in ("payer_institution", "payee_institution", "payee_country", "device_id"):
        columns[name] = pa.nulls(count, pa.string())
    return pa.table(columns)


def _account() -> pa.Table:
    nothing = pa.nulls(1, pa.string())
    opened_at = pa.nulls(1, pa.timestamp("us", tz="UTC"))
    columns = {"account_id": ["a"], "opened_at": opened_at}
    texts = dict.fromkeys(("institution", "country", "holder_kind"), nothing)
    return pa.table(columns | texts | {"declared_income": pa.nulls(1, pa.int64())})


def test_transactions_out_of_order_are_refused() -> None:
    later_first = [_NOON, _NOON - timedelta(seconds=1)]
    with pytest.raises(ValueError, match="order of time"):
        lay_out(_transactions(later_first, ["TH", "TH"]), _account())


@pytest.mark.parametrize(("countries", "fits"), [(2**15, True), (2**15 + 1, False)])
def test_more_countries_than_an_event_has_numbers_for_are_refused(
    countries: int, fits: bool
) -> None:
    transactions = _transactions([_NOON] * countries, [f"c{i}" for i in range(countries)])
    if fits:
        assert lay_out(transactions, _account()).start[-1] == countries
    else:
        with pytest.raises(ValueError, match="32,768 numbers of country"):
            lay_out(transactions, _account())


def test_columns_left_out_stand_as_if_empty() -> None:
    full = _transactions([_NOON] * 3, ["TH"] * 3)
    empty = full.set_column(
        full.column_names.index("payer_country"), "payer_country", pa.nulls(3, pa.string())
    )
    short = full.select(list(COLUMNS))
    for own, expected in zip(lay_out(short, _account()), lay_out(empty, _account()), strict=True):
        np.testing.assert_equal(own, expected)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_partitions_changes_nothing(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = random_ledger.write(tmp_path, 1000)
    transactions, accounts = lake.read("transactions"), lake.read("accounts")
    expected = lay_out(transactions, accounts)
    assert all(
        np.all(np.diff(expected.event["transaction"][start:end]) > 0)
        for start, end in pairwise(expected.start)
    )
    monkeypatch.setattr(placing, "_PARTITION", size)
    np.testing.assert_array_equal(lay_out(transactions, accounts).event, expected.event)


def _received(rows: pa.Table) -> pa.Table:
    """Read rows out of memory that cannot be written to, as Spark hands them over."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_table(rows)
    return pa.ipc.open_stream(pa.py_buffer(sink.getvalue().to_pybytes())).read_all()


@pytest.mark.parametrize("opened_at", [_NOON, None], ids=["given", "missing"])
def test_the_kernel_is_compiled_for_one_layout_only(opened_at: datetime | None) -> None:
    account, transactions = _account(), _transactions([_NOON], ["TH"])
    times = pa.array([opened_at], pa.timestamp("us", tz="UTC"))
    account = account.set_column(1, "opened_at", times)
    layouts = (
        lay_out(transactions, account),
        lay_out(transactions.slice(1), account.slice(1)),
        lay_out(_received(transactions), _received(account)),
    )
    assert len({numba.typeof(layout) for layout in layouts}) == 1
