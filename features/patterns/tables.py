"""The doors: patterns of each transaction, and of each account at an instant."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES
from features.patterns.settings import FAMILIES, Settings
from features.patterns.stream import count_all
from features.patterns.transfers import TRANSACTION_COLUMNS, Transfers, read
from ledger.order import in_order
from ledger.view import visible


@dataclass(frozen=True)
class Patterns:
    """What one pass counted.

    Attributes
    ----------
    table : pyarrow.Table
    cut : dict of int
        By family, how many searches met `Settings.bound`; their values are lower limits.
    """

    table: pa.Table
    cut: dict[str, int]


def transaction_patterns(transactions: pa.Table, settings: Settings) -> Patterns:
    """Count the patterns that each transaction completes, of what was known when it was.

    Nothing that happened, or became known, after a transaction changes its row.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `TRANSACTION_COLUMNS`, in any order.

    Returns
    -------
    Patterns
        One row for each transaction, in time order: `transaction_id`, `TRANSACTION_VALUES`
        (missing where a payer or a payee is, or both are one), and `cut`, whether a search for it
        was.
    """
    ordered = in_order(transactions.select(TRANSACTION_COLUMNS))
    transfers, accounts = read(ordered)
    counts = count_all(transfers, len(accounts), settings)
    stands_alone = pa.array(_stand_alone(transfers))
    columns = {
        name: pc.if_else(stands_alone, None, pa.array(counts.transactions[:, number].copy()))
        for number, name in enumerate(TRANSACTION_VALUES)
    }
    cut = pa.array(counts.cut.any(axis=1))
    table = pa.table({"transaction_id": ordered["transaction_id"], **columns, "cut": cut})
    return Patterns(table, _cut(counts.cut))


def account_patterns(
    transactions: pa.Table, as_of: datetime, length: timedelta, settings: Settings
) -> Patterns:
    """Count the patterns in each account's history at an instant.

    Only transactions visible at `as_of` that happened in `[as_of - length, as_of)` count, all of
    them, however late they became known.

    Parameters
    ----------
    transactions : pyarrow.Table
        With `TRANSACTION_COLUMNS`, in any order.

    Returns
    -------
    Patterns
        One row for each account that paid or was paid: `account_id`, `as_of`, `ACCOUNT_VALUES`.
    """
    seen = visible(transactions.select(TRANSACTION_COLUMNS), as_of)
    start = pa.scalar(as_of - length, pa.timestamp("us", tz="UTC"))
    recent = in_order(seen.filter(pc.greater_equal(seen["happened_at"], start)))
    transfers, accounts = read(recent)
    # All of them are known at as_of: none came too late for another.
    at_once = transfers._replace(known_at=np.zeros_like(transfers.known_at))
    counts = count_all(at_once, len(accounts), settings)
    columns = {
        name: counts.accounts[:, number].copy() for number, name in enumerate(ACCOUNT_VALUES)
    }
    instants = pa.array([as_of] * len(accounts), pa.timestamp("us", tz="UTC"))
    table = pa.table({"account_id": accounts, "as_of": instants, **columns})
    return Patterns(table, _cut(counts.cut))


def _stand_alone(transfers: Transfers) -> NDArray[np.bool_]:
    missing = (transfers.payer < 0) | (transfers.payee < 0)
    alone: NDArray[np.bool_] = missing | (transfers.payer == transfers.payee)
    return alone


def _cut(cut: NDArray[np.bool_]) -> dict[str, int]:
    return dict(zip(FAMILIES, cut.sum(axis=0).tolist(), strict=True))
