"""Snapshots: the network features of all accounts at one instant, and their form as facts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isnan

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.network.coded import Coded
from features.network.evidence import payments_behind
from features.network.facts import Network, network
from features.network.families import DEFINITIONS, FAMILIES, FEATURES
from ledger.errors import MuleriskError
from ledger.schema import SNAPSHOTS

Payments = dict[str, list[str]]


class SnapshotDamaged(MuleriskError):
    """A row of the table `snapshots` that does not hold what `mulerisk snapshot` writes."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """What the network showed of each account at an instant.

    Attributes
    ----------
    as_of, known_at : datetime
        Nothing later was used; from when on it may be used itself.
    account_id : object, shape (n,)
        The ledger's accounts with a visible transaction.
    values : float64, shape (n, len(FEATURES))
        NaN is missing.
    left_out : dict of str to int
        By family, how often a stated bound left something out; a family without is not named.
    payments : sequence of str, of length n
        The payments of the account that make each value, as `payments_behind` writes them; empty
        where that is not told.
    """

    as_of: datetime
    known_at: datetime
    account_id: NDArray[np.object_]
    values: NDArray[np.float64]
    left_out: Mapping[str, int]
    payments: Sequence[str] = ()


def take(
    coded: Coded, as_of: datetime, delay: timedelta = timedelta(), *, with_payments: bool = True
) -> Snapshot:
    """Compute every network feature of every account, of what was visible at an instant.

    Parameters
    ----------
    coded : Coded
        A ledger, or what a view showed of it at `as_of`.
    as_of : datetime
    delay : timedelta
        How long after `as_of` the snapshot is known.
    with_payments : bool
        Whether to name the payments behind the values, which costs nearly as much again: where
        nothing is explained, nobody asks for them.
    """
    seen = network(coded, as_of)
    values, left_out = computed(seen)
    active = np.flatnonzero(seen.active[: len(coded.accounts)])
    ids = coded.ids.take(pa.array(active)).to_numpy(zero_copy_only=False)
    payments: list[str] = []
    if with_payments:
        behind = payments_behind(seen, values, coded.transaction_ids)
        payments = [behind[account] for account in active.tolist()]
    return Snapshot(as_of, as_of + delay, ids, values[active], left_out, payments)


def computed(seen: Network) -> tuple[NDArray[np.float64], dict[str, int]]:
    """Compute every network feature of every account, and count by family what a bound left out."""
    values = np.full((seen.size, len(FEATURES)), np.nan)
    left_out, first = {}, 0
    for name, family in FAMILIES.items():
        end = first + len(family.features)
        if count := family.compute(seen, values[:, first:end]):
            left_out[name] = count
        first = end
    return values, left_out


def rows_of(snapshot: Snapshot) -> pa.Table:
    """Write a snapshot as rows of the table `snapshots`."""
    told = snapshot.payments or ["null"] * len(snapshot.values)
    figures = [
        f"[{_listed(row)}, {payments}]"
        for row, payments in zip(snapshot.values.tolist(), told, strict=True)
    ]
    count = len(figures)
    columns = {
        "account_id": pa.array(snapshot.account_id, pa.string()),
        "definitions": pa.array([DEFINITIONS] * count, pa.string()),
        "happened_at": _repeated(snapshot.as_of, count),
        "known_at": _repeated(snapshot.known_at, count),
        "figures": pa.array(figures, pa.string()),
    }
    return pa.table(columns, SNAPSHOTS.arrow)


def _listed(row: list[float]) -> str:
    return json.dumps([None if isnan(value) else value for value in row])[1:-1]


def values_of(rows: pa.Table) -> NDArray[np.float64]:
    """Read the values of rows of the table `snapshots`, shape (n, len(FEATURES)).

    Raises
    ------
    SnapshotDamaged
        If a row holds something else.
    """
    try:
        figures = [_parts(text)[0] for text in rows["figures"].to_pylist()]
        return np.array(figures, dtype=np.float64).reshape(len(figures), len(FEATURES))
    except (ValueError, TypeError, KeyError) as fault:
        raise _damaged(type(fault).__name__) from None


def payments_of(row: pa.Table) -> Payments | None:
    """Read which payments make the values of one row of the table `snapshots`.

    Returns
    -------
    dict of str to list of str, or None
        Ids of transactions by feature; None where the snapshot does not tell, as those of releases
        that named no payments.

    Raises
    ------
    SnapshotDamaged
        If it holds something else.
    """
    try:
        return _parts(row["figures"][0].as_py())[1]
    except (ValueError, TypeError, KeyError) as fault:
        raise _damaged(type(fault).__name__) from None


def _parts(text: str) -> tuple[list[float | None], Payments | None]:
    """Part the values of a row from the payments behind them, which may not be told."""
    figures = json.loads(text)
    values, told = figures[: len(FEATURES)], figures[len(FEATURES) :]
    payments = told[0] if told else None
    if len(told) > 1 or not isinstance(payments, dict | None):
        raise ValueError("more than values and payments")
    return values, payments


def _damaged(seen: str) -> SnapshotDamaged:
    return SnapshotDamaged(
        f"a row of the table snapshots does not hold a list of {len(FEATURES)} numbers and the"
        f" payments behind them ({seen}). Take the snapshot again with `mulerisk snapshot`."
    )


def _repeated(instant: datetime, count: int) -> pa.Array:
    return pa.array([instant] * count, pa.timestamp("us", tz="UTC"))
