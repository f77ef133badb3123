"""The order of a ledger's transactions, the same wherever they are read."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

ORDER = ("happened_at", "source_sequence", "transaction_id")
"""By time; of one instant by the source's sequence, missing ones last; then by id."""

LAST = np.iinfo(np.int64).max
"""Stands for a missing source_sequence."""

_FIRST = np.iinfo(np.int64).min
_PIECE = 2**17


def in_order(transactions: pa.Table) -> pa.Table:
    """Put transactions in the ledger's order; those that stand in it are returned as they are."""
    if rises(transactions):
        return transactions
    return transactions.sort_by([(column, "ascending") for column in ORDER])


def follow_one_another(parts: Sequence[pa.Table]) -> bool:
    """Tell whether each part, in order by itself, is seen to begin after the one before it ends.

    Without a look at the ids.
    """
    filled = [part.select(ORDER[:2]) for part in parts if len(part)]
    ends = [(_end(part, 0), _end(part, len(part) - 1)) for part in filled]
    return all(before < after for (_, before), (after, _) in pairwise(ends))


def _end(transactions: pa.Table, row: int) -> tuple[datetime, int]:
    happened_at, sequence = (column[row].as_py() for column in transactions.columns)
    return happened_at, LAST if sequence is None else sequence


def rises(transactions: pa.Table) -> bool:
    """Tell whether each row is seen to come after the one before it without a look at the ids."""
    before = (_FIRST, LAST)
    # Piece by piece: what a large ledger's columns take at once is new memory for each.
    for piece in transactions.select(ORDER[:2]).to_batches(max_chunksize=_PIECE):
        happened_at = np.append(before[0], piece["happened_at"].cast(pa.int64()).to_numpy())
        sequence = np.append(before[1], piece["source_sequence"].fill_null(LAST).to_numpy())
        if not times_rise(happened_at, sequence):
            return False
        before = (happened_at[-1], sequence[-1])
    return True


def times_rise(happened_at: NDArray[np.int64], sequence: NDArray[np.int64]) -> bool:
    """Tell it from their columns; a missing sequence is `LAST`."""
    earlier, later = happened_at[:-1], happened_at[1:]
    rises = (earlier < later) | ((earlier == later) & (sequence[:-1] < sequence[1:]))
    return bool(rises.all())
