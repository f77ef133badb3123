"""Who paid an account and whom it paid."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.view import LedgerView
from serving.reports.flow import DAYS
from serving.reports.payments import under_complaint

SHOWN = 6
"""So many on each side stand by themselves; the others are summed."""


@dataclass(frozen=True)
class Party:
    """One counterparty, or all the money that moved one way without a named one.

    Attributes
    ----------
    name : str
        The account; empty for cash, or for a place outside the ledger that is not named.
    kind, institution : str
        Of the account; empty where the ledger does not say.
    channels : tuple of str
        How the money moved.
    transactions : int
    amount_minor : int
        In the reference currency.
    complained_minor : int
        The part of it that the account received under a complaint.
    """

    name: str
    kind: str
    institution: str
    channels: tuple[str, ...]
    transactions: int
    amount_minor: int
    complained_minor: int


@dataclass(frozen=True)
class Side:
    """The parties on one side: the largest by themselves, and the sum of `others`."""

    parties: tuple[Party, ...] = ()
    others: int = 0
    others_transactions: int = 0
    others_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All the money on this side."""
        return sum(party.amount_minor for party in self.parties) + self.others_minor


@dataclass(frozen=True)
class Parties:
    """Who paid in, and who was paid."""

    payers: Side = Side()
    payees: Side = Side()


def parties(
    own: pa.Table, complained: frozenset[str], as_of: datetime, view: LedgerView
) -> Parties:
    """Sum money by counterparty over the `DAYS` days before `as_of`.

    Parameters
    ----------
    own : pyarrow.Table
        From `own_side`.
    complained : frozenset of str
        Transactions under a standing complaint.
    view : LedgerView
        Tells what the ledger knows of the counterparties.
    """
    since = pa.scalar(as_of - timedelta(days=DAYS), pa.timestamp("us", tz="UTC"))
    rows = own.filter(pc.greater_equal(own["happened_at"], since))
    sums = _sums(rows, under_complaint(rows, complained))
    return Parties(_side(sums.filter(sums["received"]), view),
                   _side(sums.filter(pc.invert(sums["received"])), view))  # fmt: skip


def _sums(rows: pa.Table, under: pa.ChunkedArray) -> pa.Table:
    """Sum by counterparty, and where none is named by channel; the largest first."""
    name, reference = pc.fill_null(rows["counterparty"], ""), rows["reference_minor"]
    told = {
        "received": rows["received"],
        "name": name,
        "unnamed_channel": pc.if_else(pc.equal(name, ""), rows["channel"], ""),
        "institution": rows["institution"],
        "channel": rows["channel"],
        "amount": reference,
        "complained": pc.if_else(under, reference, 0),
    }
    keys = ["received", "name", "unnamed_channel"]
    sums = (
        pa.table(told)
        .group_by(keys)
        .aggregate(
            [("amount", "sum"), ("amount", "count"), ("complained", "sum"),
             ("channel", "distinct"), ("institution", "distinct")]
        )
    )  # fmt: skip
    return sums.sort_by([("amount_sum", "descending"), *((key, "ascending") for key in keys)])


def _side(sums: pa.Table, view: LedgerView) -> Side:
    shown, others = sums.slice(0, SHOWN).to_pylist(), sums.slice(SHOWN)
    names = [row["name"] for row in shown if row["name"]]
    known = {row["account_id"]: row for row in view.accounts(names).to_pylist()}
    return Side(
        tuple(_party(row, known.get(row["name"], {})) for row in shown),
        len(others),
        pc.sum(others["amount_count"]).as_py() or 0,
        pc.sum(others["amount_sum"]).as_py() or 0,
    )


def _party(row: dict[str, Any], account: dict[str, Any]) -> Party:
    named = sorted(filter(None, row["institution_distinct"]))
    return Party(
        name=row["name"],
        kind=account.get("kind", ""),
        institution=account.get("institution") or ", ".join(named),
        channels=tuple(sorted(row["channel_distinct"])),
        transactions=row["amount_count"],
        amount_minor=row["amount_sum"],
        complained_minor=row["complained_sum"],
    )
