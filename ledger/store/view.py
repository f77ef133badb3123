"""The store as it was known at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from ledger.lake import SEQUENCE
from ledger.segments import Segments, read
from ledger.store.reader import Reader
from ledger.store.statements import IN_TIME
from ledger.view import (
    IDENTIFIER_COLUMNS,
    SEEN,
    latest_snapshots,
    microseconds,
    seen_with,
)


@dataclass(frozen=True)
class StoreView:
    """The view of the SQL store; a `LedgerView`.

    It shows only what had been recorded when it was opened, whatever is appended meanwhile.

    Attributes
    ----------
    reader : Reader
    as_of : datetime
    recorded_seq : int
    is_segmented : bool
        Whether segments hold all that it shows.
    """

    reader: Reader
    as_of: datetime
    recorded_seq: int
    is_segmented: bool = False

    def accounts(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read these accounts, or all; one unknown to the ledger has no row."""
        if account_ids is None:
            return self._read("all_accounts", "accounts")
        return self._read("accounts", "accounts", ids=self._ids(account_ids))

    def transactions(
        self, account_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the visible transactions that touch these accounts, or all, each of them once.

        They come in order of time, then of source_sequence and id.
        """
        names = () if columns is None else tuple(dict.fromkeys([*columns, *IN_TIME]))
        seen = {"names": names, "as_of": microseconds(self.as_of)}
        if account_ids is None:
            rows = self._read("all_transactions", "transactions", **seen)
        else:
            rows = self._read("transactions", "transactions", ids=self._ids(account_ids), **seen)
        return rows if columns is None else rows.select(columns)

    def segments(self, account_ids: Sequence[str]) -> Segments | None:
        """Read the visible transactions that touch these accounts, as bytes, where they are."""
        if not self.is_segmented:
            return None
        held = self.reader.segments(_storable(account_ids))
        return read(held, self.recorded_seq, microseconds(self.as_of), self.reader)

    def complaints(self, transaction_ids: Sequence[str]) -> pa.Table:
        """Read the visible complaints about these transactions, every status event of them."""
        return self._read(
            "complaints", "complaints",
            as_of=microseconds(self.as_of), ids=self._ids(transaction_ids),
        )  # fmt: skip

    def labels(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read the visible outcomes of investigations of these accounts, or all."""
        if account_ids is None:
            return self.facts("labels")
        seen = {"as_of": microseconds(self.as_of), "ids": self._ids(account_ids)}
        return self._read("labels", "labels", **seen)

    def snapshots(self, account_ids: Sequence[str] | None, definitions: str) -> pa.Table:
        """Read the latest visible snapshot of each of these accounts, or of all."""
        seen = {"as_of": microseconds(self.as_of), "definitions": definitions}
        if account_ids is None:
            return latest_snapshots(self._read("latest_snapshots", "snapshots", **seen))
        ids = self._ids(account_ids)
        return latest_snapshots(self._read("snapshots", "snapshots", ids=ids, **seen))

    def facts(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the visible rows of any table of facts, with these columns or all."""
        if table == "transactions":
            return self.transactions(columns=columns)
        ordered = () if columns is None else tuple(dict.fromkeys([*columns, SEQUENCE.name]))
        rows = self._read(f"all_{table}", table, names=ordered, as_of=microseconds(self.as_of))
        return rows if columns is None else rows.select(columns)

    def last_learnt(self) -> datetime | None:
        """Tell when the last transaction was learnt, visible or not; None where there is none."""
        (last,) = self._read("last_learnt", "transactions", names=("known_at",)).columns
        learnt: datetime | None = last[0].as_py() if len(last) else None
        return learnt

    def seen_with(self, account_id: str) -> pa.Table:
        """Read the visible identifiers of an account, and who else was seen with them (`SEEN`)."""
        ordered = self.transactions([account_id], ["payer_account", *IDENTIFIER_COLUMNS])
        own = seen_with(account_id, self._seen("seen_by", [account_id]), ordered)
        values = own["value"].unique().to_pylist()
        others = self._read(
            "ordered_with", "transactions", names=("payer_account", *IDENTIFIER_COLUMNS),
            as_of=microseconds(self.as_of), ids=self._ids(values),
        )  # fmt: skip
        return seen_with(account_id, self._seen("seen_with", values), others)

    def _seen(self, statement: str, ids: Sequence[str]) -> pa.Table:
        return self._read(
            statement, "identifiers", names=(*SEEN.names, "recorded_seq"),
            as_of=microseconds(self.as_of), ids=self._ids(ids),
        )  # fmt: skip

    def _read(self, statement: str, table: str, **parameters: Any) -> pa.Table:
        return self.reader.read(statement, table, recorded_seq=self.recorded_seq, **parameters)

    def _ids(self, ids: Sequence[str]) -> object:
        return self.reader.backend.among_value(_storable(ids))


def _storable(ids: Sequence[str]) -> list[str]:
    # No id with a NUL was ever stored, and PostgreSQL does not take one as a parameter.
    return [text for text in ids if "\0" not in text]
