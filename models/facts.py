"""The visible facts about the accounts of one question, read from the ledger once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features import online
from features.compute import FeatureTable, compute_events
from features.events import TRANSACTION_COLUMNS, Events, lay_out
from features.network.families import DEFINITIONS
from features.network.join import with_rows
from ledger.complaints import complained_of
from ledger.contract import Table
from ledger.outcomes import OUTCOME_COLUMNS, Outcome, known_mules, outcomes_by_account
from ledger.schema import ACCOUNTS, COMPLAINTS, LABELS, SNAPSHOTS
from ledger.segments import Segments
from ledger.view import SIDES, LedgerView
from models.movements import COLUMNS as MONEY
from models.movements import Movement, movements

_EMPTY = {table.name: table.arrow.empty_table() for table in (COMPLAINTS, LABELS, SNAPSHOTS)}


@dataclass(frozen=True, eq=False)
class Facts:
    """Accounts, their transactions, the complaints about those, and outcomes of investigations.

    Attributes
    ----------
    view : LedgerView
        Where they were read.
    accounts : pyarrow.Table
        Those of the accounts asked about that the ledger knows.
    transactions : pyarrow.Table
        Visible ones that touch them, with the columns that features need.
    segments : Segments or None
        The same as bytes, where the ledger keeps them so.
    complaints : pyarrow.Table
        Visible status events of complaints about those.
    labels : pyarrow.Table
        Visible outcomes of the accounts.
    snapshots : pyarrow.Table
        The latest visible snapshot of each account, where there is one.
    """

    view: LedgerView
    accounts: pa.Table
    transactions: pa.Table
    segments: Segments | None
    complaints: pa.Table
    labels: pa.Table
    snapshots: pa.Table

    @classmethod
    def read(cls, view: LedgerView, account_ids: Sequence[str]) -> "Facts":
        """Read what is known of these accounts."""
        segments = view.segments(account_ids)
        transactions = (
            view.transactions(account_ids, TRANSACTION_COLUMNS)
            if segments is None
            else segments.table(TRANSACTION_COLUMNS)
        )
        return cls(
            view,
            view.accounts(account_ids),
            transactions,
            segments,
            view.complaints(transactions["transaction_id"].to_pylist()),
            view.labels(account_ids),
            view.snapshots(account_ids, DEFINITIONS),
        )

    def of(self, account_id: str) -> dict[str, pa.Table]:
        """Pick what was read of one account the ledger knows: an assessment of it rests on this.

        Returns
        -------
        dict of str to pyarrow.Table
            `accounts`, `transactions`, `complaints`, `labels` and `snapshots`, and `movements`
            where money is complained of: its transactions again, with the amounts that are held or
            let go. The same from any ledger that holds the same facts.
        """
        row = self.row_of[account_id]
        transactions = self._transactions_of(row)
        ids = transactions["transaction_id"]
        tables = {
            "accounts": self.accounts.slice(row, 1).select(ACCOUNTS.arrow.names),
            "transactions": transactions,
            "complaints": self._about(self.complaints, "transaction_id", ids, COMPLAINTS),
            "labels": self._outcomes_of(account_id),
            "snapshots": self.snapshot(account_id),
        }
        if account_id in self._complained_accounts:
            tables["movements"] = self._movements.take(self._rows_of_account[account_id])
        return tables

    def snapshot(self, account_id: str) -> pa.Table:
        """Pick the account's row of the table `snapshots`, or none."""
        return self._about(self.snapshots, "account_id", [account_id], SNAPSHOTS)

    def _outcomes_of(self, account_id: str) -> pa.Table:
        found = self._about(self.labels, "account_id", [account_id], LABELS)
        return found.select(OUTCOME_COLUMNS)

    def _transactions_of(self, row: int) -> pa.Table:
        start, end = self.events.start[row : row + 2]
        # A transaction of an account with itself gives it two events.
        rows = np.unique(self.events.event["transaction"][start:end])
        whole = len(rows) == len(self.transactions)
        return self.transactions if whole else self.transactions.take(rows)

    @staticmethod
    def _about(
        rows: pa.Table, column: str, ids: Sequence[str] | pa.ChunkedArray, contract: Table
    ) -> pa.Table:
        if not len(rows):
            return _EMPTY[contract.name]
        # Without `recorded_seq`, which supplied facts have none of.
        return rows.select(contract.arrow.names).filter(pc.is_in(rows[column], pa.array(ids)))

    @cached_property
    def complained(self) -> frozenset[str]:
        """Transactions with a standing complaint."""
        return complained_of(self.complaints)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row of `accounts` by account."""
        return {key: row for row, key in enumerate(self.accounts["account_id"].to_pylist())}

    @cached_property
    def events(self) -> Events:
        """The transactions laid out by account, for the feature engine."""
        if self.segments is None:
            return lay_out(self.transactions, self.accounts)
        return online.lay_out(self.segments, self.accounts)

    def features(self) -> FeatureTable:
        """Compute the features of the accounts that have a visible transaction."""
        account_id = self.accounts["account_id"].to_numpy()
        return with_rows(compute_events(self.events, account_id, [self.view.as_of]), self.snapshots)

    def kind_and_country(self, account_id: str) -> tuple[str | None, str | None]:
        """Tell the kind of an account and the country of its institution."""
        row = self.row_of[account_id]
        return self.accounts["kind"][row].as_py(), self.accounts["country"][row].as_py()

    def movements_of(self, account_id: str) -> list[Movement]:
        """List what moved in an account that money is complained of in; nothing in any other."""
        if account_id not in self._complained_accounts:
            return []
        return movements(self._movements.take(self._rows_of_account[account_id]), account_id)

    @cached_property
    def network_as_of(self) -> Mapping[str, datetime]:
        """Instant of the latest snapshot of each account that has one."""
        if not len(self.snapshots):
            return {}
        columns = (self.snapshots[name].to_pylist() for name in ("account_id", "happened_at"))
        return dict(zip(*columns, strict=True))

    @cached_property
    def outcomes(self) -> Mapping[str, tuple[Outcome, ...]]:
        """Outcomes by account, in the order they were learnt; an account with none is missing."""
        return outcomes_by_account(self.labels)

    @cached_property
    def known_mules(self) -> frozenset[str]:
        """Accounts with a mule outcome."""
        return frozenset(known_mules(self.labels))

    @cached_property
    def _complained_accounts(self) -> frozenset[str]:
        """Accounts asked about that received or paid money under complaint."""
        ids = pa.array(sorted(self.complained), pa.string())
        about = self.transactions.filter(
            pc.is_in(self.transactions["transaction_id"], value_set=ids)
        )
        parties = {account for side in SIDES for account in about[side].to_pylist()}
        return frozenset(self.row_of.keys() & parties)

    @cached_property
    def _movements(self) -> pa.Table:
        """Their transactions, with what movements are made from: few questions need it."""
        return self.view.transactions(
            sorted(self._complained_accounts), list(dict.fromkeys([*SIDES, *MONEY]))
        )

    @cached_property
    def _rows_of_account(self) -> dict[str, NDArray[np.int64]]:
        """Rows of `_movements` by account, in the order of the table."""
        accounts = sorted(self._complained_accounts)
        known = pa.array(accounts, pa.string())
        codes = [
            pc.index_in(self._movements[side], value_set=known).fill_null(-1).to_numpy()
            for side in SIDES
        ]
        touched = np.concatenate(codes)
        row = np.tile(np.arange(len(self._movements)), len(SIDES))
        order = np.lexsort((row, touched))
        ends = np.searchsorted(touched[order], np.arange(len(known) + 1))
        rows = np.split(row[order], ends)[1:-1]
        return dict(zip(accounts, rows, strict=True))
