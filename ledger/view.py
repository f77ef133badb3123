"""The one rule of what is known at an instant, in every form that is needed.

Nothing outside this file decides whether a fact may be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ledger.errors import MuleriskError
from ledger.lake import SEQUENCE, Lake

if TYPE_CHECKING:
    from ledger.segments import Segments

MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SIDES = ("payer_account", "payee_account")
"""The columns by which a transaction touches an account."""

IDENTIFIER_COLUMNS = {"device_id": "device", "ip": "ip", "phone": "phone"}
"""Columns of a transaction that hold an identifier of its payer -> what kind it is."""

HAPPENED = {"identifiers": "seen_from"}
"""The column that tells when a row happened, where it is not happened_at."""

SEEN = pa.schema([("account_id", pa.string()), ("kind", pa.string()), ("value", pa.string())])
"""Which account was seen with which identifier."""

VISIBLE_SQL = "happened_at < :as_of AND known_at < :as_of"
"""The rule for the SQL store."""


def is_visible(happened_at: int, known_at: int, as_of: int) -> bool:
    """Tell whether a fact may be seen at `as_of` (all in microseconds since 1970, UTC).

    The feature kernel compiles this very function.
    """
    return happened_at < as_of and known_at < as_of


def are_visible(
    happened_at: NDArray[np.int64], known_at: NDArray[np.int64], as_of: int
) -> NDArray[np.bool_]:
    """Tell of many facts which may be seen at `as_of`."""
    return (happened_at < as_of) & (known_at < as_of)


def microseconds(instant: datetime) -> int:
    """Convert an instant to microseconds since 1970, UTC.

    Raises
    ------
    ValueError
        If `instant` has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no zone; write it as 2024-06-01T00:00:00Z")
    return (instant - _EPOCH) // MICROSECOND


def instant(microseconds_since_1970: int) -> datetime:
    """Convert microseconds since 1970 to an instant in UTC."""
    return _EPOCH + timedelta(microseconds=int(microseconds_since_1970))


class LedgerView(Protocol):
    """A ledger as it was known at `as_of`: the only way to facts for features, labels and reports.

    A Parquet lake and the SQL store each have one, and both answer alike.
    """

    @property
    def as_of(self) -> datetime:
        """Tell the instant the view shows."""

    @property
    def recorded_seq(self) -> int:
        """Tell the last fact recorded when the view was opened; an assessment pins it."""

    def accounts(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read these accounts, or all; one unknown to the ledger has no row."""

    def transactions(
        self, account_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the visible transactions that touch these accounts, or all, each of them once.

        They come in the ledger's order (`ledger.order`), with every column unless some are named:
        the store reads half the columns in two thirds of the time.
        """

    def segments(self, account_ids: Sequence[str]) -> "Segments | None":
        """Read the visible transactions that touch these accounts as bytes, where they are kept so.

        Nothing else may then be asked of them than the columns that segments hold.
        """

    def complaints(self, transaction_ids: Sequence[str]) -> pa.Table:
        """Read the visible complaints about these transactions, every status event of them."""

    def labels(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read the visible outcomes of investigations of these accounts, or all."""

    def snapshots(self, account_ids: Sequence[str] | None, definitions: str) -> pa.Table:
        """Read the latest visible snapshot of each of these accounts, or of all.

        Parameters
        ----------
        definitions : str
            Those made by other definitions of the network features are passed over.
        """

    def facts(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the visible rows of any table of facts, with these columns or all."""

    def last_learnt(self) -> datetime | None:
        """Tell when the last transaction was learnt, visible or not; None where there is none."""

    def seen_with(self, account_id: str) -> pa.Table:
        """Read the visible identifiers of an account, and who else was seen with them (`SEEN`)."""


@dataclass(frozen=True)
class LakeView:
    """The view of a Parquet lake.

    Attributes
    ----------
    lake : Lake
    as_of : datetime
    pin : int or None
        Reopen an earlier view: facts recorded after this number stay out of sight, even those that
        were known in time. None shows everything recorded so far.

    Raises
    ------
    MuleriskError
        If the lake has not come to `pin`.
    """

    lake: Lake
    as_of: datetime
    pin: int | None = None

    def __post_init__(self) -> None:
        """Refuse a pin that lies ahead."""
        check_pin(self.pin, self.lake.last_seq())

    @property
    def recorded_seq(self) -> int:
        """Tell the last fact recorded when the view was opened."""
        return self.lake.last_seq() if self.pin is None else self.pin

    def facts(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the visible rows of any table of facts, with these columns or all."""
        happened_at = HAPPENED.get(table, "happened_at")
        needed = columns and list(dict.fromkeys([*columns, happened_at, "known_at"]))
        rows = visible(self._recorded(table, needed), self.as_of, happened_at)
        return rows if columns is None else rows.select(columns)

    def accounts(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read these accounts, or all; one unknown to the ledger has no row."""
        return only(self._recorded("accounts"), ("account_id",), account_ids)

    def transactions(
        self, account_ids: Sequence[str] | None = None, columns: Sequence[str] | None = None
    ) -> pa.Table:
        """Read the visible transactions that touch these accounts, or all, each of them once."""
        wanted = columns and list(dict.fromkeys([*columns, *SIDES]))
        facts = self.facts("transactions", wanted)
        touching = only(facts, SIDES, account_ids)
        return touching if columns is None else touching.select(columns)

    def segments(self, account_ids: Sequence[str]) -> None:
        """Tell that a lake keeps no transactions as bytes."""

    def complaints(self, transaction_ids: Sequence[str]) -> pa.Table:
        """Read the visible complaints about these transactions, every status event of them."""
        return only(self.facts("complaints"), ("transaction_id",), transaction_ids)

    def labels(self, account_ids: Sequence[str] | None = None) -> pa.Table:
        """Read the visible outcomes of investigations of these accounts, or all."""
        return only(self.facts("labels"), ("account_id",), account_ids)

    def snapshots(self, account_ids: Sequence[str] | None, definitions: str) -> pa.Table:
        """Read the latest visible snapshot of each of these accounts, or of all."""
        rows = only(self.facts("snapshots"), ("definitions",), [definitions])
        return latest_snapshots(only(rows, ("account_id",), account_ids))

    def last_learnt(self) -> datetime | None:
        """Tell when the last transaction was learnt, visible or not; None where there is none."""
        last: datetime | None = pc.max(self._recorded("transactions", ["known_at"])[0]).as_py()
        return last

    def seen_with(self, account_id: str) -> pa.Table:
        """Read the visible identifiers of an account, and who else was seen with them (`SEEN`)."""
        listed = self.facts("identifiers")
        ordered = self.facts("transactions", ["payer_account", *IDENTIFIER_COLUMNS])
        return seen_with(account_id, listed, ordered)

    def _recorded(self, table: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read the rows of a table that had been recorded when the view was opened."""
        if self.recorded_seq >= self.lake.last_seq(table):
            return self.lake.read(table, list(columns) if columns else None)
        named = list(dict.fromkeys([*columns, SEQUENCE.name])) if columns else None
        rows = self.lake.read(table, named)
        return rows.filter(pc.less_equal(rows[SEQUENCE.name], self.recorded_seq))


def check_pin(pin: int | None, last: int) -> None:
    """Refuse to reopen a view that a ledger with `last` facts cannot have shown.

    Raises
    ------
    MuleriskError
    """
    if pin is not None and pin > last:
        raise MuleriskError(
            f"the ledger has recorded {last} facts and no {pin}; was the assessment made on another"
            " ledger?"
        )


def visible(rows: pa.Table, as_of: datetime, happened_at: str = "happened_at") -> pa.Table:
    """Keep the facts that may be seen at `as_of`; identifiers happen when they are first seen."""
    cutoff = pa.scalar(as_of, pa.timestamp("us", tz="UTC"))
    return rows.filter(
        pc.and_(pc.less(rows[happened_at], cutoff), pc.less(rows["known_at"], cutoff))
    )


def latest_snapshots(snapshots: pa.Table) -> pa.Table:
    """Keep the last snapshot of each account; of one instant that which was learnt last."""
    order = [("account_id", "ascending"), ("happened_at", "ascending"), ("known_at", "ascending")]
    rows = snapshots.sort_by(order) if len(snapshots) else snapshots
    account = rows["account_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    return rows.take(np.flatnonzero(np.diff(account, append=-1)))


def only(rows: pa.Table, columns: tuple[str, ...], values: Sequence[str] | None) -> pa.Table:
    """Keep the rows that have one of `values` in one of `columns`; all if `values` is None."""
    if values is None:
        return rows
    wanted = pa.array(values, pa.string())
    return rows.filter(
        reduce(pc.or_, (pc.is_in(rows[column], value_set=wanted) for column in columns))
    )


def seen_with(account_id: str, identifiers: pa.Table, ordered: pa.Table) -> pa.Table:
    """Tell which identifiers an account was seen with, and which other accounts were.

    Parameters
    ----------
    identifiers : pyarrow.Table
        Visible rows of the table `identifiers`.
    ordered : pyarrow.Table
        Visible transactions: payer_account and `IDENTIFIER_COLUMNS`.

    Returns
    -------
    pyarrow.Table
        Of the schema `SEEN`, each pair once, ordered by its columns.
    """
    parts = [identifiers.select(SEEN.names).cast(SEEN)]
    for column, kind in IDENTIFIER_COLUMNS.items():
        rows = ordered.select(["payer_account", column]).drop_null()
        kinds = pa.array([kind] * len(rows), pa.string())
        parts.append(pa.table([rows["payer_account"], kinds, rows[column]], schema=SEEN))
    pairs = pa.concat_tables(parts).group_by(SEEN.names).aggregate([])
    own = only(pairs, ("account_id",), [account_id])
    key = pc.binary_join_element_wise(pairs["kind"], pairs["value"], "\0")
    owned = pc.binary_join_element_wise(own["kind"], own["value"], "\0")
    return pairs.filter(pc.is_in(key, value_set=owned.combine_chunks())).sort_by(
        [(name, "ascending") for name in SEEN.names]
    )
