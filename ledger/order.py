"""The order of a ledger's transactions, the same wherever they are read."""

import numpy as np
import pyarrow as pa

ORDER = ("happened_at", "source_sequence", "transaction_id")
"""By time; of one instant by the source's sequence, missing ones last; then by id."""

_LAST = np.iinfo(np.int64).max


def in_order(transactions: pa.Table) -> pa.Table:
    """Put transactions in the ledger's order; those that stand in it are returned as they are."""
    if rises(transactions):
        return transactions
    return transactions.sort_by([(column, "ascending") for column in ORDER])


def rises(transactions: pa.Table) -> bool:
    """Tell whether each row is seen to come after the one before it without a look at the ids."""
    happened_at = transactions["happened_at"].cast(pa.int64()).to_numpy()
    sequence = transactions["source_sequence"].fill_null(_LAST).to_numpy()
    pause = np.diff(happened_at)
    return bool(((pause > 0) | ((pause == 0) & (sequence[1:] > sequence[:-1]))).all())
