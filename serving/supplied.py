"""Facts that come along with a question: seen like a ledger, and not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from ledger.order import in_order
from ledger.schema import ACCOUNTS, SNAPSHOTS, TABLES, TRANSACTIONS
from ledger.view import SIDES, only, seen_with, visible
from serving.amounts import with_reference, without_reference
from serving.api.requests import TENANT, SuppliedQuestion
from serving.checking import faults, refuse
from serving.tables import put, table_of


@dataclass(frozen=True)
class SuppliedView:
    """The view of supplied facts; a `LedgerView`."""

    supplied_accounts: pa.Table
    supplied_transactions: pa.Table
    as_of: datetime

    @property
    def recorded_seq(self) -> int:
        """Tell that nothing was recorded."""
        return 0

    def accounts(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read these accounts, or all."""
        return only(self.supplied_accounts, ("account_id",), account_ids)

    def transactions(
        self, account_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the visible transactions that touch these accounts, or all."""
        touching = only(visible(self.supplied_transactions, self.as_of), SIDES, account_ids)
        return touching if columns is None else touching.select(columns)

    def segments(self, account_ids: Sequence[str]) -> None:
        """Tell that what comes along with a question is kept nowhere."""

    def complaints(self, transaction_ids: Sequence[str]) -> pa.Table:
        """Read no complaints: none come along with a question."""
        return only(self.facts("complaints"), ("transaction_id",), transaction_ids)

    def labels(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read no outcomes: none come along with a question."""
        return only(self.facts("labels"), ("account_id",), account_ids)

    def snapshots(self, account_ids: Sequence[str] | None, definitions: str) -> pa.Table:  # noqa: ARG002 - there are none, of any
        """Read no snapshots: a network does not come along with a question."""
        return SNAPSHOTS.arrow.empty_table()

    def facts(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the visible rows of a table; only transactions come along."""
        if table == "transactions":
            return self.transactions(columns=columns)
        rows = TABLES[table].arrow.empty_table()
        return rows if columns is None else rows.select(columns)

    def last_learnt(self) -> None:
        """Tell nothing of a ledger's end: a question brings what it is about."""

    def seen_with(self, account_id: str) -> pa.Table:
        """Read what the transactions tell of identifiers: no others come along."""
        return seen_with(account_id, self.facts("identifiers"), self.transactions())


def supplied_view(
    question: SuppliedQuestion, currency: str, as_of: datetime, now: datetime
) -> SuppliedView:
    """Check the facts of a question and make a view of them.

    Raises
    ------
    Problem
        If a row breaks its contract.
    """
    accounts = table_of(ACCOUNTS, question.accounts)
    transactions = with_reference(_known(table_of(TRANSACTIONS, question.transactions)), currency)
    transactions = put(transactions, "tenant", [TENANT] * len(transactions))
    tables = {"accounts": accounts, "transactions": transactions}
    refuse([*faults(tables, now), *without_reference(transactions, currency)])
    return SuppliedView(accounts, in_order(transactions), as_of)


def _known(transactions: pa.Table) -> pa.Table:
    """Count a fact without known_at as known when it happened."""
    known = pc.coalesce(transactions["known_at"], transactions["happened_at"])
    return put(transactions, "known_at", known)
