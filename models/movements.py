"""Movements: the transactions of one account, each less what was taken back of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from ledger.order import ORDER, in_order


@dataclass(frozen=True)
class Movement:
    """One transaction seen from the account.

    Attributes
    ----------
    transaction_id : str
    happened_at : datetime
    received : bool
        Whether the account received it; else it paid.
    amount : int
        In minor units, less what was taken back; 0 where all was.
    currency : str
        ISO 4217 code.
    """

    transaction_id: str
    happened_at: datetime
    received: bool
    amount: int
    currency: str


COLUMNS = (
    *ORDER, "payee_account", "payer_amount_minor", "payer_currency", "payee_amount_minor",
    "payee_currency", "status", "reverses",
)  # fmt: skip
"""What movements are made from."""


def movements(transactions: pa.Table, account_id: str) -> list[Movement]:
    """List what moved, oldest first.

    A reversal takes back of a transaction what it returns, and no more than that moved; the rest
    of it is a movement of its own.

    Parameters
    ----------
    transactions : pyarrow.Table
        Visible transactions that touch the account, with `COLUMNS`.
    account_id : str
    """
    rows = in_order(transactions.select(COLUMNS)).to_pylist()
    whole = {row["transaction_id"]: _whole(row, account_id) for row in rows}
    left = {name: movement.amount for name, movement in whole.items()}
    for name in _marked_as_reversed(rows):
        left[name] = 0
    # Latest first, so that a reversal which was itself reversed takes nothing back.
    for row in reversed(rows):
        reversal, original = whole[row["transaction_id"]], whole.get(row["reverses"])
        if original is not None and _can_take_back(reversal, original):
            returned = min(left[reversal.transaction_id], left[original.transaction_id])
            left[reversal.transaction_id] -= returned
            left[original.transaction_id] -= returned
    return [replace(movement, amount=left[name]) for name, movement in whole.items()]


def most_common_currency(moved: Sequence[Movement]) -> str:
    """Name the currency of most movements; of those with as many, the one that came first."""
    currencies = [movement.currency for movement in moved]
    return max(dict.fromkeys(currencies), key=currencies.count)


def _marked_as_reversed(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Name what the source itself marked as reversed, and the transactions that did it."""
    undone = {row["transaction_id"] for row in rows if row["status"] == "reversed"}
    return undone | {row["transaction_id"] for row in rows if row["reverses"] in undone}


def _can_take_back(reversal: Movement, original: Movement) -> bool:
    return reversal.received != original.received and reversal.currency == original.currency


def _whole(row: dict[str, Any], account_id: str) -> Movement:
    received = row["payee_account"] == account_id
    side = "payee" if received else "payer"
    return Movement(
        row["transaction_id"],
        row["happened_at"],
        received,
        row[f"{side}_amount_minor"],
        row[f"{side}_currency"],
    )
