"""The reference set in pandas: integer codes, groupbys on them, running totals."""

from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.feature_peers.reference_set import NAMES, SIDES, WINDOWS
from benchmarks.feature_peers.task import Task, unprepared
from ledger.lake import Lake
from ledger.order import ORDER
from ledger.view import microseconds

_LENGTHS = np.array(list(WINDOWS.values()))
_SIZE = len(WINDOWS)
_MONTH = list(WINDOWS).index("30d")
_HOUR, _DAY = 3600 * 10**6, 24 * 3600 * 10**6
_TEXTS = ["payer_account", "payee_account"]
_NUMBERS = ["happened_at", "known_at", "reference_minor"]

Column = NDArray[Any]
Columns = dict[str, Column]
"""Columns with one row for each account."""


class Rows(NamedTuple):
    """The tables of a ledger; texts of transactions come as categories."""

    transactions: pd.DataFrame
    accounts: pd.Series


def _loaded(lake: Lake) -> Rows:
    files = lake.files("transactions")
    # Each part of a lake is written in order.
    keys = [] if len(files) == 1 else ["source_sequence", "transaction_id"]
    rows = pd.read_parquet(files, columns=_NUMBERS + _TEXTS + keys, read_dictionary=_TEXTS)
    accounts = pd.read_parquet(lake.files("accounts"), columns=["account_id"])["account_id"]
    return Rows(rows.sort_values(list(ORDER)) if keys else rows, accounts)


def _features(rows: Rows, as_of: datetime) -> pd.DataFrame:
    size = len(rows.accounts)
    events = _events(rows, as_of)
    month = events[events["bucket"] <= _MONTH]
    totals = _totals(events, size)
    values = {**totals, **_parties(events, size), **_of_month(month, size)}
    came, went = values["credit_sum_30d"], values["debit_sum_30d"]
    values["pass_through_30d"] = _divided(np.minimum(came, went), came)
    table = pd.DataFrame({name: values[name] for name in NAMES})
    table.insert(0, "account_id", rows.accounts)
    active = np.bincount(events["account"], minlength=size) > 0
    return table[active]


def _events(rows: Rows, as_of: datetime) -> pd.DataFrame:
    """Give each account an event for every visible transaction that touches it.

    Numbers stand for accounts; the `bucket` is the position of the shortest window that holds it.
    """
    seen = (rows.transactions["happened_at"] < as_of) & (rows.transactions["known_at"] < as_of)
    visible = rows.transactions[seen]
    payer, payee = _codes(visible, rows.accounts)
    at = visible["happened_at"].to_numpy("datetime64[us]").view(np.int64)
    shared = {
        "at": at,
        "bucket": np.searchsorted(_LENGTHS, microseconds(as_of) - at).astype(np.int8),
        "amount": visible["reference_minor"].to_numpy(),
    }
    parties = 1 + max(int(codes.max(initial=0)) for codes in (payer, payee))
    sides = []
    for credit, (own, other) in enumerate(((payer, payee), (payee, payer))):
        row = np.flatnonzero((own >= 0) & (own < len(rows.accounts)))
        account, who = own[row].astype(np.int64), other[row]
        sides.append(
            pd.DataFrame(
                {
                    **{name: column[row] for name, column in shared.items()},
                    "account": account,
                    "credit": np.full(len(row), credit, np.int8),
                    "order": account * 2**32 + row,
                    "pair": np.where(who < 0, -1, account * parties + who),
                }
            )
        )
    return pd.concat(sides, ignore_index=True)


def _codes(visible: pd.DataFrame, accounts: pd.Series) -> list[Column]:
    """Give equal texts of accounts and both sides equal numbers, the accounts' first."""
    sides = [visible[name].cat for name in _TEXTS]
    every = pd.Index(accounts).append([side.categories for side in sides]).unique()
    return [
        np.append(every.get_indexer(side.categories), -1).astype(np.int32)[side.codes]
        for side in sides
    ]


def _totals(events: pd.DataFrame, size: int) -> Columns:
    """Add up each side in each bucket, then each window's buckets."""
    key = (events["account"] * 2 + events["credit"]) * (_SIZE + 1) + events["bucket"]
    squares = events["amount"].astype(np.float64) ** 2
    found = events.assign(square=squares).groupby(key).agg(
        count=("amount", "size"), sum=("amount", "sum"), max=("amount", "max"),
        squares=("square", "sum"),
    )  # fmt: skip
    found = found.reindex(np.arange(size * 2 * (_SIZE + 1)), fill_value=0)
    by_bucket = {name: found[name].to_numpy().reshape(size, 2, -1)[:, :, :_SIZE] for name in found}
    count, total, squares = (by_bucket[name].cumsum(2) for name in ("count", "sum", "squares"))
    largest = np.maximum.accumulate(by_bucket["max"], 2)
    mean = _divided(total, count)
    spread = np.maximum(_divided(squares, count) - mean**2, 0)
    measures = {
        "count": count, "sum": total, "max": np.where(count > 0, largest, np.nan),
        "mean": mean, "std": np.sqrt(spread),
    }  # fmt: skip
    columns = {
        f"{side}_{name}_{window}": measure[:, place, at]
        for name, measure in measures.items()
        for place, side in enumerate(SIDES)
        for at, window in enumerate(WINDOWS)
    }
    ratio = _divided(total[:, 0], total[:, 1])
    return columns | {f"out_in_{window}": ratio[:, at] for at, window in enumerate(WINDOWS)}


def _parties(events: pd.DataFrame, size: int) -> Columns:
    """Find when each pair of accounts met first and last, then count the pairs of each account."""
    named = events[events["pair"] >= 0]
    columns = {}
    for place, side in enumerate(SIDES):
        own = named[named["credit"] == place]
        last = own.groupby("pair", sort=False).agg(
            account=("account", "first"), bucket=("bucket", "min")
        )
        latest = np.bincount(last["account"] * (_SIZE + 1) + last["bucket"],
                             minlength=size * (_SIZE + 1))  # fmt: skip
        count = latest.reshape(size, -1).cumsum(1)
        columns |= {f"{side}_parties_{window}": count[:, at] for at, window in enumerate(WINDOWS)}
    met_before = named["pair"][named["bucket"] > _MONTH].unique()
    month = named[named["bucket"] <= _MONTH]
    new = month[~month["pair"].isin(met_before)]
    columns["new_party_share_30d"] = _divided(_count(new, size), _count(month, size))
    return columns


def _of_month(month: pd.DataFrame, size: int) -> Columns:
    month = month.iloc[np.argsort(month["order"].to_numpy())]
    paid_at = month["at"].where(month["credit"] == 0).groupby(month["account"]).bfill()
    waits = (paid_at - month["at"])[month["credit"] == 1].groupby(month["account"]).median()
    at_night = month[month["at"] % _DAY < 5 * _HOUR]
    return {
        "dwell_median_30d": (waits / (60 * 10**6)).reindex(np.arange(size)).to_numpy(),
        "night_share_30d": _divided(_count(at_night, size), _count(month, size)),
    }


def _count(events: pd.DataFrame, size: int) -> Column:
    return np.bincount(events["account"], minlength=size)


def _divided(numerator: Column, denominator: Column) -> Column:
    return np.divide(
        numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator != 0
    )


TASKS = {
    "files": Task(unprepared, lambda lake, as_of: _features(_loaded(lake), as_of)),
    "memory": Task(_loaded, _features),
}
"""From files and from frames in memory."""
