"""A table of transactions as the pass reads it."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.patterns.multigraph import NO_SEQUENCE, NONE

TRANSACTION_COLUMNS = (
    "transaction_id", "happened_at", "known_at", "payer_account", "payee_account",
    "source_sequence",
)  # fmt: skip
"""What patterns need of a transaction."""


class Transfers(NamedTuple):
    """Transactions in the order in which they happened; all arrays of length n.

    Attributes
    ----------
    happened_at, known_at : int64, microseconds since 1970 UTC
        A search that starts at a transaction sees only what was known when that became known.
    sequence : int64
        Order among transactions of one instant; `NO_SEQUENCE`, which is last, if it is not given.
    payer, payee : int32
        Numbers of accounts; `NONE` where there is none.
    """

    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    sequence: NDArray[np.int64]
    payer: NDArray[np.int32]
    payee: NDArray[np.int32]


def read(transactions: pa.Table) -> tuple[Transfers, pa.Array]:
    """Read transactions that stand in the ledger's order (`ledger.order`).

    Returns
    -------
    Transfers
    pyarrow.Array
        The ids of the accounts, by their numbers.
    """
    sides = [transactions[name] for name in ("payer_account", "payee_account")]
    # Integers that stand for ids are numbered as ids are.
    kind = sides[0].type if pa.types.is_integer(sides[0].type) else pa.string()
    both = pa.chunked_array([chunk for side in sides for chunk in side.cast(kind).chunks], kind)
    encoded = both.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(NONE).to_numpy().astype(np.int32)
    transfers = Transfers(
        _integers(transactions["happened_at"]),
        _integers(transactions["known_at"]),
        _integers(transactions["source_sequence"].fill_null(NO_SEQUENCE)),
        codes[: len(transactions)].copy(),
        codes[len(transactions) :].copy(),
    )
    return transfers, encoded.dictionary


def _integers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    # A copy, since Arrow's memory is read-only now and then, and numba would compile a second time.
    return np.array(column.cast(pa.int64()).to_numpy())
