"""Movements: the transactions of one account, each less what was taken back of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from ledger.order import ORDER, in_order


@dataclass(frozen=True)
class Movement:
    """One transaction seen from the account.

    Attributes
    ----------
    transaction_id : str
    amount : int
        In minor units, above 0 for a credit, less what was taken back.
    currency : str
        ISO 4217 code.
    """

    transaction_id: str
    amount: int
    currency: str


COLUMNS = (
    *ORDER, "payee_account", "payer_amount_minor", "payer_currency", "payee_amount_minor",
    "payee_currency", "status", "reverses",
)  # fmt: skip
"""What movements are made from."""


def movements(transactions: pa.Table, account_id: str) -> list[Movement]:
    """List what moved, oldest first.

    Parameters
    ----------
    transactions : pyarrow.Table
        Visible transactions that touch the account, with `COLUMNS`.
    account_id : str
    """
    rows = _standing_rows(in_order(transactions.select(COLUMNS)).to_pylist())
    net = {row["transaction_id"]: _movement(row, account_id) for row in rows}
    # Latest first, so that a reversal which was itself reversed takes nothing back.
    for row in reversed(rows):
        reversal, original = net[row["transaction_id"]], net.get(row["reverses"])
        if original is not None and _takes_back(reversal, original):
            del net[reversal.transaction_id]
            left = original.amount + reversal.amount
            net[original.transaction_id] = replace(original, amount=left)
    return list(net.values())


def most_common_currency(moved: Sequence[Movement]) -> str:
    """Name the currency of most movements; of those with as many, the one that came first."""
    currencies = [movement.currency for movement in moved]
    return max(dict.fromkeys(currencies), key=currencies.count)


def _standing_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what the source itself marked as reversed, and the transactions that did it."""
    undone = {row["transaction_id"] for row in rows if row["status"] == "reversed"}
    return [row for row in rows if not undone & {row["transaction_id"], row["reverses"]}]


def _takes_back(reversal: Movement, original: Movement) -> bool:
    opposite = reversal.amount * original.amount < 0
    return opposite and reversal.currency == original.currency


def _movement(row: dict[str, Any], account_id: str) -> Movement:
    side, sign = ("payee", 1) if row["payee_account"] == account_id else ("payer", -1)
    amount, currency = row[f"{side}_amount_minor"], row[f"{side}_currency"]
    return Movement(row["transaction_id"], sign * amount, currency)
