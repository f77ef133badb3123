"""Keeping the segments in step with the table of transactions.

Whatever is appended goes into segments in the same transaction of the database. A load of a whole
lake leaves them behind and makes up for it at its end, many transactions of an account at a time;
until then accounts are read from their rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa
from numpy.typing import NDArray

from ledger.order import LAST
from ledger.schema import CHANNELS, TRANSACTIONS
from ledger.segments import (
    EMPTY,
    INTEGERS,
    NONE,
    NUMBERED,
    RECORD,
    SIZE,
    Segment,
    Unpacked,
    in_bytes,
)
from ledger.store.backend import Backend
from ledger.store.plain import fetched
from ledger.store.tables import SEGMENTS, SQL_TABLES, STATE
from ledger.store.texts import Texts

_COLUMNS = ("transaction_id", "reverses", "channel", *INTEGERS, *NUMBERED)
_ACCOUNTS = 2_000
"""Accounts whose segments are written at a time."""


@dataclass(frozen=True)
class Segmenting:
    """One step of the work, within a transaction that no other writer shares."""

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
        ids, reverses = (in_bytes(rows[name]) for name in ("transaction_id", "reverses"))
        new = Unpacked(self._records(rows), ids, reverses)
        account, row = _touched(new.records)
        accounts, starts = np.unique(account, return_index=True)
        own = np.split(row, starts[1:])
        for first in range(0, len(accounts), _ACCOUNTS):
            some = slice(first, first + _ACCOUNTS)
            self._write(accounts[some].tolist(), [new.taken(rows) for rows in own[some]])

    def _write(self, accounts: Sequence[int], new: Sequence[Unpacked]) -> None:
        last = self._last(accounts)
        segments = [
            (account, place, *segment)
            for account, added in zip(accounts, new, strict=True)
            for place, segment in _continued(*last.get(account, (0, EMPTY)), added)
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


def _continued(place: int, last: Segment, added: Unpacked) -> Iterator[tuple[int, Segment]]:
    """Add transactions after an account's last segment; give each segment to be written."""
    whole = Unpacked.of(last).and_then(added)
    for first in range(0, len(whole.records), SIZE):
        yield place + first // SIZE, whole.taken(slice(first, first + SIZE)).packed()


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
