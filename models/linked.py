"""Linked money: what an account received by complained-of transactions and has not passed on.

One hop only: where the money went next is for tracing to say.
"""

from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from ledger.order import ORDER, in_order


@dataclass(frozen=True)
class Linked:
    """Complained-of money in one account.

    Attributes
    ----------
    amount_minor : int
        What of it has not been passed on.
    received_minor : int
        What was received by transactions whose complaint stands.
    currency : str
        ISO 4217 code; empty where no complaint stands.
    transaction_ids : tuple of str
        The complained-of transactions, oldest first.
    """

    amount_minor: int = 0
    received_minor: int = 0
    currency: str = ""
    transaction_ids: tuple[str, ...] = ()

    @property
    def is_complained_of(self) -> bool:
        """Whether a complaint stands about money that the account received."""
        return bool(self.transaction_ids)


@dataclass(frozen=True)
class _Movement:
    """One transaction seen from the account: its amount is above 0 for a credit."""

    transaction_id: str
    amount: int
    currency: str


def linked_money(transactions: pa.Table, complained: frozenset[str], account_id: str) -> Linked:
    """Measure the complained-of money that is still in an account.

    Whatever left the account after a complained-of credit counts as passing that credit on, before
    any other money. So the amount is what must still be there in whichever order money is taken to
    leave: no reading (first in first out, last in first out, in proportion) finds less. It follows
    the complained-of money, and it is the amount that harms an innocent holder least.

    Parameters
    ----------
    transactions : pyarrow.Table
        Visible transactions that touch the account.
    complained : frozenset of str
        Transactions with a standing complaint.
    account_id : str

    Returns
    -------
    Linked
        Of the currency with most complaints, should there be several.
    """
    movements = _movements(transactions, account_id)
    currencies = [
        movement.currency
        for movement in movements
        if movement.amount > 0 and movement.transaction_id in complained
    ]
    if not currencies:
        return Linked()
    currency = max(dict.fromkeys(currencies), key=currencies.count)
    return _linked([m for m in movements if m.currency == currency], complained, currency)


def _linked(movements: list[_Movement], complained: frozenset[str], currency: str) -> Linked:
    left = received = 0
    ids = []
    for movement in movements:
        if movement.amount < 0:
            left = max(0, left + movement.amount)
        elif movement.amount > 0 and movement.transaction_id in complained:
            left += movement.amount
            received += movement.amount
            ids.append(movement.transaction_id)
    return Linked(left, received, currency, tuple(ids))


COLUMNS = (
    *ORDER, "payee_account", "payer_amount_minor", "payer_currency", "payee_amount_minor",
    "payee_currency", "status", "reverses",
)  # fmt: skip
"""What linked money is measured from."""


def _movements(transactions: pa.Table, account_id: str) -> list[_Movement]:
    """List what moved, oldest first, each less what was taken back of it."""
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


def _standing_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what the source itself marked as reversed, and the transactions that did it."""
    undone = {row["transaction_id"] for row in rows if row["status"] == "reversed"}
    return [row for row in rows if not undone & {row["transaction_id"], row["reverses"]}]


def _takes_back(reversal: _Movement, original: _Movement) -> bool:
    opposite = reversal.amount * original.amount < 0
    return opposite and reversal.currency == original.currency


def _movement(row: dict[str, Any], account_id: str) -> _Movement:
    side, sign = ("payee", 1) if row["payee_account"] == account_id else ("payer", -1)
    amount, currency = row[f"{side}_amount_minor"], row[f"{side}_currency"]
    return _Movement(row["transaction_id"], sign * amount, currency)
