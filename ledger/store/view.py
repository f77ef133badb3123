"""The store as it was known at an instant, read by statements compiled once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

import pyarrow as pa
import sqlalchemy as sa

from ledger.store.backend import Backend
from ledger.store.plain import rows_of
from ledger.store.tables import SQL_TABLES, STORED
from ledger.view import VISIBLE_SQL, microseconds

_Select = TypeVar("_Select", bound=sa.GenerativeSelect)

FETCHED = 50_000
"""Rows held as Python values at a time while a large answer becomes Arrow."""


@dataclass(frozen=True)
class Reader:
    """The statements of one store, ready to run."""

    engine: sa.Engine
    backend: Backend

    @cached_property
    def _autocommit(self) -> sa.Engine:
        # A view is pinned by recorded_seq, so it needs no transaction and none of its round trips.
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @cached_property
    def _statements(self) -> Mapping[str, str]:
        among = self.backend.among
        transactions, accounts = SQL_TABLES["transactions"], SQL_TABLES["accounts"]
        complaints, labels = SQL_TABLES["complaints"], SQL_TABLES["labels"]
        statements = {
            "accounts": _in_order(_pinned(accounts, among(accounts.c.account_id, "ids"))),
            "all_accounts": _in_order(_pinned(accounts)),
            "transactions": _touching(self.backend),
            "all_transactions": _by_time(_visible(transactions)),
            "complaints": _in_order(
                _visible(complaints, among(complaints.c.transaction_id, "ids"))
            ),
            "labels": _in_order(_visible(labels, among(labels.c.account_id, "ids"))),
            "all_labels": _in_order(_visible(labels)),
        }
        for name, table in SQL_TABLES.items():
            statements[f"recorded_{name}"] = _recorded(table)
        return {
            name: str(statement.compile(dialect=self.engine.dialect))
            for name, statement in statements.items()
        }

    def read(self, statement: str, table: str, **parameters: Any) -> pa.Table:
        """Run one of the statements and return its rows with their `recorded_seq`."""
        contract = STORED[table]
        with self._autocommit.connect() as connection:
            result = connection.exec_driver_sql(self._statements[statement], parameters)
            cursor = result.cursor
            parts = [rows_of(contract, cursor.fetchmany(FETCHED))]
            while len(parts[-1]) == FETCHED:
                parts.append(rows_of(contract, cursor.fetchmany(FETCHED)))
        return pa.concat_tables(parts)

    def recorded(self, table: str, after: int, through: int) -> pa.Table:
        """Read the rows numbered `after + 1` to `through`."""
        return self.read(f"recorded_{table}", table, after=after, through=through)


@dataclass(frozen=True)
class StoreView:
    """The view of the SQL store; a `LedgerView`.

    It shows only what had been recorded when it was opened, whatever is appended meanwhile.
    """

    reader: Reader
    as_of: datetime
    recorded_seq: int

    def accounts(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read these accounts, or all; one unknown to the ledger has no row."""
        if account_ids is None:
            return self._read("all_accounts", "accounts")
        return self._read("accounts", "accounts", ids=self._ids(account_ids))

    def transactions(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read the visible transactions that touch these accounts, or all, each of them once.

        They come in order of time, then of source_sequence and id.
        """
        visible_at = microseconds(self.as_of)
        if account_ids is None:
            return self._read("all_transactions", "transactions", as_of=visible_at)
        return self._read(
            "transactions", "transactions", as_of=visible_at, ids=self._ids(account_ids)
        )

    def complaints(self, transaction_ids: Sequence[str]) -> pa.Table:
        """Read the visible complaints about these transactions, every status event of them."""
        return self._read(
            "complaints", "complaints",
            as_of=microseconds(self.as_of), ids=self._ids(transaction_ids),
        )  # fmt: skip

    def labels(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read the visible outcomes of investigations of these accounts, or all."""
        visible_at = microseconds(self.as_of)
        if account_ids is None:
            return self._read("all_labels", "labels", as_of=visible_at)
        return self._read("labels", "labels", as_of=visible_at, ids=self._ids(account_ids))

    def _read(self, statement: str, table: str, **parameters: Any) -> pa.Table:
        return self.reader.read(statement, table, recorded_seq=self.recorded_seq, **parameters)

    def _ids(self, ids: Sequence[str]) -> object:
        # No id with a NUL was ever stored, and PostgreSQL does not take one as a parameter.
        return self.reader.backend.among_value([text for text in ids if "\0" not in text])


def _pinned(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    # "+ 0": no planner shall take "everything up to now" for a narrow range and read it by number.
    pin = table.c.recorded_seq + sa.text("0") <= sa.bindparam("recorded_seq")
    return sa.select(*table.c).where(*conditions, pin)


def _visible(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return _pinned(table, *conditions).where(sa.text(VISIBLE_SQL))


def _touching(backend: Backend) -> sa.CompoundSelect[Any]:
    # Two index ranges; the second leaves out what the first has found.
    transactions = SQL_TABLES["transactions"]
    paid = backend.among(transactions.c.payer_account, "ids")
    received = backend.among(transactions.c.payee_account, "ids")
    not_paid = sa.or_(transactions.c.payer_account.is_(None), sa.not_(paid))
    return _by_time(
        sa.union_all(_visible(transactions, paid), _visible(transactions, received, not_paid))
    )


def _in_order(select: sa.Select[Any]) -> sa.Select[Any]:
    return select.order_by(select.selected_columns.recorded_seq)


def _by_time(select: _Select) -> _Select:
    columns = select.selected_columns
    return select.order_by(
        columns.happened_at,
        columns.source_sequence.nulls_last(),
        columns.transaction_id,
        columns.recorded_seq,
    )


def _recorded(table: sa.Table) -> sa.Select[Any]:
    number = table.c.recorded_seq
    after: sa.BindParameter[int] = sa.bindparam("after")
    through: sa.BindParameter[int] = sa.bindparam("through")
    return _in_order(sa.select(*table.c).where(number > after, number <= through))
