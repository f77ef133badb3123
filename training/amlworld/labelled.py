"""The transactions of a ledger with what its generator knows of them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.errors import MuleriskError
from ledger.lake import Lake

COLUMNS = [
    "transaction_id", "happened_at", "known_at", "payer_account", "payee_account",
    "payer_amount_minor", "payer_currency", "payee_amount_minor", "payee_currency",
    "reference_minor", "channel", "payer_institution", "payee_institution", "source_sequence",
]  # fmt: skip


class ProtocolRefused(MuleriskError):
    """The protocol has no answer on this ledger."""


@dataclass(frozen=True)
class Labelled:
    """Transactions in the ledger's order.

    Attributes
    ----------
    transactions : pyarrow.Table, n rows
        With `COLUMNS`.
    happened_at : int64 array, length n, microseconds since 1970 UTC
    laundering : bool array, length n
    """

    transactions: pa.Table
    happened_at: NDArray[np.int64]
    laundering: NDArray[np.bool_]


def labelled(lake: Lake) -> Labelled:
    """Read the transactions of a ledger, and which of them launder."""
    transactions = lake.read("transactions", COLUMNS, coded=True)
    known = lake.read("truth_transactions", ["transaction_id"])["transaction_id"]
    laundering = pc.is_in(transactions["transaction_id"], value_set=known.combine_chunks())
    return Labelled(
        transactions,
        np.array(transactions["happened_at"].cast(pa.int64()).to_numpy()),
        np.array(laundering.to_numpy(), np.bool_),
    )
