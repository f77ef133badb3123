"""The order of a ledger's transactions, the same wherever they are read."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ORDER = ("happened_at", "source_sequence", "transaction_id")
"""By time; of one instant by the source's sequence, missing ones last; then by id."""

LAST = np.iinfo(np.int64).max
"""Stands for a missing source_sequence."""


def in_order(transactions: pa.Table) -> pa.Table:
    """Put transactions in the ledger's order; those that stand in it are returned as they are."""
    if rises(transactions):
        return transactions
    return transactions.sort_by([(column, "ascending") for column in ORDER])


def rises(transactions: pa.Table) -> bool:
    """Tell whether each row is seen to come after the one before it without a look at the ids."""
    happened_at = transactions["happened_at"].cast(pa.int64()).to_numpy()
    sequence = transactions["source_sequence"].fill_null(LAST).to_numpy()
    return times_rise(happened_at, sequence)


def times_rise(happened_at: NDArray[np.int64], sequence: NDArray[np.int64]) -> bool:
    """Tell it from their columns; a missing sequence is `LAST`."""
    pause = np.diff(happened_at)
    return bool(((pause > 0) | ((pause == 0) & (sequence[1:] > sequence[:-1]))).all())
