"""Features of many accounts at many instants: one function for batch and for a single request."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue import ACCOUNT_FAMILIES, ACCOUNT_NAMES
from features.events import Events, lay_out
from features.kernel import Question, compute_range, pack
from ledger.view import microseconds

_CHUNKS_PER_THREAD = 8


@dataclass(frozen=True)
class FeatureTable:
    """One row for each account with at least one visible transaction, at each instant.

    Attributes
    ----------
    account_id : object, shape (n,)
    as_of : int64, shape (n,), microseconds since 1970 UTC
    values : float64, shape (n, len(names)); NaN is missing
    names : tuple of str
        The columns: account features, or with those of the network the whole catalogue.
    """

    account_id: NDArray[np.object_]
    as_of: NDArray[np.int64]
    values: NDArray[np.float64]
    names: tuple[str, ...] = ACCOUNT_NAMES

    def to_arrow(self) -> pa.Table:
        """Convert to a table with one column for each feature."""
        columns = {
            "account_id": pa.array(self.account_id, pa.string()),
            "as_of": pa.array(self.as_of, pa.timestamp("us", tz="UTC")),
        }
        columns |= zip(self.names, map(pa.array, _by_feature(self.values)), strict=True)
        return pa.table(columns)

    @classmethod
    def from_arrow(cls, table: pa.Table) -> "FeatureTable":
        """Read back what `to_arrow` wrote."""
        names = tuple(table.column_names[2:])
        return cls(
            table["account_id"].to_numpy(),
            table["as_of"].cast(pa.int64()).to_numpy(),
            np.column_stack([table[name].to_numpy() for name in names]),
            names,
        )


_ROWS = 2**10
"""Rows that become columns at a time: so few that they stay in the processor's cache."""


def _by_feature(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Copy rows into columns."""
    columns = np.empty(values.shape[::-1])
    for first in range(0, len(values), _ROWS):
        columns[:, first : first + _ROWS] = values[first : first + _ROWS].T
    return columns


def compute(
    transactions: pa.Table,
    accounts: pa.Table,
    as_ofs: Sequence[datetime],
    *,
    threads: int = 1,
    families: Collection[str] = tuple(ACCOUNT_FAMILIES),
) -> FeatureTable:
    """Compute every account feature of `accounts` at every instant.

    Parameters
    ----------
    transactions : pyarrow.Table
        All that touch the accounts; facts not visible at an instant do not count at it.
    accounts : pyarrow.Table
        The accounts wanted.
    as_ofs : sequence of datetime
        With a zone.
    threads : int
        The result does not depend on it.
    families : collection of str
        Where fewer are wanted, the features of the others are missing and cost nothing.
    """
    events, ids = lay_out(transactions, accounts), accounts["account_id"].to_numpy()
    return compute_events(events, ids, as_ofs, threads=threads, families=families)


def compute_events(
    events: Events,
    account_ids: NDArray[np.object_],
    as_ofs: Sequence[datetime],
    *,
    threads: int = 1,
    families: Collection[str] = tuple(ACCOUNT_FAMILIES),
) -> FeatureTable:
    """Compute every account feature of accounts whose transactions are laid out already."""
    instants = np.array([microseconds(as_of) for as_of in as_ofs], np.int64)
    shape = (len(instants), len(account_ids))
    question = Question(instants, np.array([family in families for family in ACCOUNT_FAMILIES]))
    values = np.empty((*shape, len(ACCOUNT_NAMES)))
    if not question.families.all():
        values.fill(np.nan)
    active = np.zeros(shape, np.bool_)

    def fill(first: int, end: int) -> None:
        compute_range(events, first, end, question, values, active)

    if threads == 1:
        # One request must not wait for a thread to start.
        fill(0, len(account_ids))
    else:
        ends = _balanced_ends(events, threads * _CHUNKS_PER_THREAD)
        with ThreadPoolExecutor(threads) as pool:
            # Asking for the results raises what a thread raised.
            list(pool.map(fill, ends[:-1], ends[1:]))
    at, row = np.nonzero(active)
    rows = values.reshape(-1, len(ACCOUNT_NAMES))
    return FeatureTable(account_ids[row], instants[at], rows[: pack(rows, active.ravel())])


def _balanced_ends(events: Events, chunks: int) -> NDArray[np.int64]:
    """Cut the accounts into chunks with about as many events each."""
    shares = np.linspace(0, events.start[-1], chunks + 1)
    ends = np.searchsorted(events.start, shares)
    ends[0], ends[-1] = 0, len(events.start) - 1
    return ends
