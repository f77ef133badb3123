"""An account's transactions as it sees them, and the table of evidence among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

COMPLAINED_ROWS = 100


@dataclass(frozen=True)
class Payment:
    """One visible transaction as the account sees it.

    Attributes
    ----------
    row : int
        Number in the report, counted from 1 in the order of time.
    received : bool
        Whether the account received the money.
    counterparty : str
        Empty for cash, or money from or to a place outside the ledger.
    amount_minor, currency
        What this account was credited or debited.
    complained : bool
        Whether a victim's complaint about it stands.
    cited_by : tuple of str
        Keys of the reasons that rest on it.
    """

    row: int
    transaction_id: str
    happened_at: datetime
    received: bool
    counterparty: str
    amount_minor: int
    currency: str
    channel: str
    complained: bool
    cited_by: tuple[str, ...]


def own_side(transactions: pa.Table, account_id: str) -> pa.Table:
    """See transactions, in the ledger's order, as one account does.

    Returns
    -------
    pyarrow.Table
        transaction_id, happened_at, received, counterparty, institution (the counterparty's),
        amount_minor, currency, reference_minor and channel.
    """
    received = pc.fill_null(pc.equal(transactions["payee_account"], account_id), fill_value=False)

    def side(payee: str, payer: str) -> pa.ChunkedArray:
        return pc.if_else(received, transactions[payee], transactions[payer])

    return pa.table(
        {
            "transaction_id": transactions["transaction_id"],
            "happened_at": transactions["happened_at"],
            "received": received,
            "counterparty": side("payer_account", "payee_account"),
            "institution": side("payer_institution", "payee_institution"),
            "amount_minor": side("payee_amount_minor", "payer_amount_minor"),
            "currency": side("payee_currency", "payer_currency"),
            "reference_minor": pc.fill_null(transactions["reference_minor"], 0),
            "channel": transactions["channel"],
        }
    )


def payments(
    own: pa.Table, complained: frozenset[str], cited: Mapping[str, Sequence[str]]
) -> tuple[Payment, ...]:
    """List the transactions that a reason shows.

    Parameters
    ----------
    own : pyarrow.Table
        From `own_side`.
    complained : frozenset of str
        Transactions under a standing complaint; the largest that the account received are listed
        too, at most `COMPLAINED_ROWS`.
    cited : mapping of str to sequence of str
        Key of a reason -> the transactions it shows.
    """
    ids = {id_ for shown in cited.values() for id_ in shown}
    ids |= set(largest(own.filter(under_complaint(own, complained)))[:COMPLAINED_ROWS])
    listed = pc.is_in(own["transaction_id"], value_set=pa.array(sorted(ids), pa.string()))
    rows = own.filter(listed).to_pylist()
    return tuple(
        Payment(
            row=number,
            transaction_id=row["transaction_id"],
            happened_at=row["happened_at"],
            received=row["received"],
            counterparty=row["counterparty"] or "",
            amount_minor=row["amount_minor"],
            currency=row["currency"],
            channel=row["channel"],
            complained=row["transaction_id"] in complained,
            cited_by=tuple(key for key, shown in cited.items() if row["transaction_id"] in shown),
        )
        for number, row in enumerate(rows, start=1)
    )


def under_complaint(own: pa.Table, complained: frozenset[str]) -> pa.ChunkedArray:
    """Mark what the account received by a transaction whose complaint stands."""
    ids = pa.array(sorted(complained), pa.string())
    return pc.and_(own["received"], pc.is_in(own["transaction_id"], value_set=ids))


def largest(own: pa.Table) -> list[str]:
    """Name transactions by falling amount; of equal ones the earliest first."""
    order = [("reference_minor", "descending"), ("happened_at", "ascending"),
             ("transaction_id", "ascending")]  # fmt: skip
    ids: list[str] = own.sort_by(order)["transaction_id"].to_pylist()
    return ids
