"""Transactions of crimes, beside what the ledger holds of them: laundering, or complained of."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from ledger.lake import Lake

_COLUMNS = ["transaction_id", "happened_at", "known_at", "payer_account", "payee_account",
            "reference_minor"]  # fmt: skip


def laundering_transactions(lake: Lake) -> pd.DataFrame:
    """Read the laundering transactions with their patterns, in the ledger's order.

    Returns
    -------
    DataFrame
        Times in microseconds since 1970, UTC. `pattern_id` is missing where none is named.
    """
    laundering = lake.read("truth_transactions", ["transaction_id", "pattern_id"]).to_pandas()
    return _transactions(lake).merge(laundering, on="transaction_id")


def credits_of(lake: Lake, listed: pa.Table) -> pd.DataFrame:
    """Read the transactions listed by `transaction_id` that reached an `account`, each once."""
    ids = listed.to_pandas().drop_duplicates("transaction_id")[["transaction_id"]]
    found = _transactions(lake).merge(ids, on="transaction_id")
    return found.rename(columns={"payee_account": "account"}).dropna(subset=["account"])


def _transactions(lake: Lake) -> pd.DataFrame:
    transactions = lake.read("transactions", _COLUMNS)
    for place, name in enumerate(_COLUMNS):
        if name in ("happened_at", "known_at"):
            column = transactions[name].cast("int64")
            transactions = transactions.set_column(place, name, column)
    return transactions.to_pandas()


def mules(lake: Lake) -> frozenset[str]:
    """Name the accounts that ever launder."""
    rows = lake.read("truth_accounts", ["account_id", "is_mule"]).to_pylist()
    return frozenset(row["account_id"] for row in rows if row["is_mule"])


def hops(
    pattern: Sequence[object], payer: Sequence[str | None], payee: Sequence[str | None]
) -> npt.NDArray[np.intp]:
    """Count for each laundering transaction how far into its pattern the money is.

    Parameters
    ----------
    pattern, payer, payee : sequences of length n
        In order of time.

    Returns
    -------
    int array, length n
        1 where the payer had received nothing in the pattern before; else 1 more than the largest
        of what it had received.
    """
    reached: dict[tuple[object, str | None], int] = defaultdict(int)
    counts = []
    for number, source, target in zip(pattern, payer, payee, strict=True):
        hop = 1 + (reached[number, source] if source is not None else 0)
        reached[number, target] = max(reached[number, target], hop)
        counts.append(hop)
    return np.array(counts, dtype=np.intp)
