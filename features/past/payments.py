"""The transactions as the pass reads them: those of `patterns`, with amounts and pairs."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.patterns.multigraph import NONE
from features.patterns.transfers import TRANSACTION_COLUMNS, read

PAYMENT_COLUMNS = (*TRANSACTION_COLUMNS, "reference_minor")
"""What the past needs of a transaction."""


class Payments(NamedTuple):
    """Transactions in the ledger's order; all arrays but the last of length n.

    Attributes
    ----------
    happened_at, known_at : int64, microseconds since 1970 UTC
    sequence : int64
        Order among transactions of one instant.
    account : int32, shape (2, n)
        Numbers of the payer and the payee; `NONE` where there is none.
    amount : int64
        In minor units of the reference currency.
    pair : int32
        Number of payer and payee together; `NONE` where one is missing.
    opposite : int32
        The pair of the same accounts the other way round; `NONE` where it has no transaction.
    accounts, pairs : int
        How many there are.
    """

    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    sequence: NDArray[np.int64]
    account: NDArray[np.int32]
    amount: NDArray[np.int64]
    pair: NDArray[np.int32]
    opposite: NDArray[np.int32]
    accounts: int
    pairs: int


def read_payments(transactions: pa.Table) -> Payments:
    """Read transactions that stand in the ledger's order (`ledger.order`)."""
    transfers, accounts = read(transactions)
    sides = np.stack((transfers.payer, transfers.payee))
    pair, opposite, pairs = _pairs(sides)
    return Payments(
        transfers.happened_at,
        transfers.known_at,
        transfers.sequence,
        sides,
        np.array(transactions["reference_minor"].to_numpy(), np.int64),
        pair,
        opposite,
        len(accounts),
        pairs,
    )


def _pairs(sides: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Give each pair of accounts a number, and find that of the pair the other way round."""
    payer, payee = sides.astype(np.int64)
    whole = (payer != NONE) & (payee != NONE)
    codes, pair = np.unique((payer << 32) | payee, return_inverse=True)
    turned = (payee << 32) | payer
    place = np.minimum(np.searchsorted(codes, turned), max(len(codes) - 1, 0))
    opposite = np.where(whole & (codes[place] == turned), place, NONE)
    return np.where(whole, pair, NONE).astype(np.int32), opposite.astype(np.int32), len(codes)
