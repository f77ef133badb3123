"""Keeping the segments in step with the table of transactions.

Whatever is appended goes into segments in the same transaction of the database. A load of a whole
lake leaves them behind and makes up for it at its end, many transactions of an account at a time;
until then accounts are read from their rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from numpy.typing import NDArray

from ledger.order import LAST
from ledger.schema import CHANNELS, TRANSACTIONS
from ledger.segments import END, INTEGERS, NONE, NUMBERED, RECORD, SIZE, Segment
from ledger.store.backend import Backend
from ledger.store.plain import fetched
from ledger.store.tables import SEGMENTS, SQL_TABLES, STATE
from ledger.store.texts import Texts

_COLUMNS = ("transaction_id", "reverses", "channel", *INTEGERS, *NUMBERED)
_ACCOUNTS = 2_000
"""Accounts whose segments are written at a time."""


class _Transactions(NamedTuple):
    """Transactions on their way into segments; arrays of length n.

    Attributes
    ----------
    records : RECORD
    ids : object
    reverses : object
        What each takes back; None for most.
    """

    records: NDArray[np.void]
    ids: NDArray[np.object_]
    reverses: NDArray[np.object_]

    @classmethod
    def of(cls, segment: Segment) -> "_Transactions":
        records = np.frombuffer(segment[0], RECORD)
        reverses = np.full(len(records), None)
        reverses[records["is_reversal"]] = _parted(segment[2])
        return cls(records, _parted(segment[1]), reverses)

    def segment(self) -> Segment:
        reverses = self.reverses[self.records["is_reversal"]]
        return self.records.tobytes(), _ended(self.ids), _ended(reverses)

    def taken(self, rows: NDArray[np.int64] | slice) -> "_Transactions":
        return _Transactions._make(column[rows] for column in self)

    def and_then(self, others: "_Transactions") -> "_Transactions":
        return _Transactions._make(map(np.concatenate, zip(self, others, strict=True)))


@dataclass(frozen=True)
class Segmenting:
    """One share of the work, within a transaction that no other writer shares."""

    connection: sa.Connection
    backend: Backend

    def catch_up(self, most: int) -> int:
        """Put transactions into segments; tell as far as which fact that is done now.

        Parameters
        ----------
        most : int
            How many facts, of any table, to go on by.
        """
        stand = sa.select(STATE.c.segmented_seq, STATE.c.recorded_seq)
        done, last = self.connection.execute(stand).one()
        through = min(done + most, last)
        if through > done:
            self._put(self._recorded(done, through))
            self.connection.execute(sa.update(STATE).values(segmented_seq=through))
        return int(through)

    def _recorded(self, after: int, through: int) -> pa.Table:
        columns = SQL_TABLES["transactions"].c
        number = columns.recorded_seq
        chosen = [columns[name] for name in _COLUMNS]
        select = sa.select(*chosen).where(number > after, number <= through).order_by(number)
        return fetched(self.connection.execute(select).cursor, TRANSACTIONS, _COLUMNS)

    def _put(self, rows: pa.Table) -> None:
        new = _Transactions(self._records(rows), _bytes(rows["transaction_id"]),
                            _bytes(rows["reverses"]))  # fmt: skip
        account, row = _touched(new.records)
        accounts, starts = np.unique(account, return_index=True)
        own = np.split(row, starts[1:])
        for first in range(0, len(accounts), _ACCOUNTS):
            some = slice(first, first + _ACCOUNTS)
            self._write(accounts[some].tolist(), [new.taken(rows) for rows in own[some]])

    def _write(self, accounts: Sequence[int], new: Sequence[_Transactions]) -> None:
        last = self._last(accounts)
        segments = [
            (account, place, *segment)
            for account, added in zip(accounts, new, strict=True)
            for place, segment in _continued(*last.get(account, _FIRST), added)
        ]
        columns = map(list, zip(*segments, strict=True))
        values = dict(zip(SEGMENTS.c.keys(), columns, strict=True))
        replace = self.backend.replace(SEGMENTS, ["account", "place"])
        self.connection.exec_driver_sql(replace, self.backend.insert_values(values))

    def _last(self, accounts: Sequence[int]) -> dict[int, tuple[int, Segment]]:
        """Read the last segment of each account that has one, after its place."""
        columns, other = SEGMENTS.c, SEGMENTS.alias()
        last = sa.select(sa.func.max(other.c.place)).where(other.c.account == columns.account)
        among = self.backend.among(columns.account, "accounts")
        found = sa.select(SEGMENTS).where(among, columns.place == last.scalar_subquery())
        rows = self.connection.execute(found, {"accounts": self.backend.among_value(accounts)})
        return {account: (place, tuple(segment)) for account, place, *segment in rows}

    def _records(self, rows: pa.Table) -> NDArray[np.void]:
        records = np.zeros(len(rows), RECORD)
        for name in INTEGERS:
            records[name] = rows[name].cast(pa.int64()).fill_null(LAST).to_numpy()
        for name, numbers in self._numbers(rows).items():
            records[name] = numbers
        channel = pc.index_in(rows["channel"], pa.array(CHANNELS))
        records["channel"] = channel.fill_null(NONE).to_numpy()
        records["has_sequence"] = rows["source_sequence"].is_valid().to_numpy()
        records["is_reversal"] = rows["reverses"].is_valid().to_numpy()
        return records

    def _numbers(self, rows: pa.Table) -> dict[str, NDArray[np.int32]]:
        texts = pa.concat_arrays([chunk for name in NUMBERED for chunk in rows[name].chunks])
        coded = texts.dictionary_encode()
        distinct = coded.dictionary.to_pylist()
        number_of = Texts(self.connection, self.backend).numbers(distinct)
        numbers = np.array([*(number_of[text] for text in distinct), NONE], np.int32)
        of_rows = numbers[coded.indices.fill_null(len(distinct)).to_numpy()]
        return dict(zip(NUMBERED, np.split(of_rows, len(NUMBERED)), strict=True))


_FIRST: tuple[int, Segment] = 0, (b"", b"", b"")
"""Where an account's first segment goes, and what it holds before."""


def _continued(place: int, last: Segment, added: _Transactions) -> Iterator[tuple[int, Segment]]:
    """Add transactions after an account's last segment; give each segment to be written."""
    whole = _Transactions.of(last).and_then(added)
    for first in range(0, len(whole.records), SIZE):
        yield place + first // SIZE, whole.taken(slice(first, first + SIZE)).segment()


def _touched(records: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Name the accounts that transactions touch, ascending, and the row of each transaction."""
    payer, payee = records["payer_account"], records["payee_account"]
    row = np.arange(len(records))
    other = payee != payer
    account = np.concatenate([payer, payee[other]])
    rows = np.concatenate([row, row[other]])
    order = np.lexsort((rows, account))
    order = order[np.searchsorted(account[order], NONE, "right") :]
    return account[order], rows[order]


def _bytes(texts: pa.ChunkedArray) -> NDArray[np.object_]:
    return np.array([*texts.cast(pa.binary()).to_pylist(), None], object)[:-1]


def _ended(texts: NDArray[np.object_]) -> bytes:
    return b"".join(text + END for text in texts)


def _parted(ended: bytes) -> NDArray[np.object_]:
    return np.array([*ended.split(END)[:-1], None], object)[:-1]
