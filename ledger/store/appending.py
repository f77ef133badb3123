"""Adding facts to the store: each once, numbered in the order of commit, none ever changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from ledger.contract import Table
from ledger.errors import ROWS_SHOWN, MuleriskError
from ledger.lake import SEQUENCE
from ledger.store.backend import Backend
from ledger.store.keyed import key_of, rows_under
from ledger.store.plain import fitting, values_of
from ledger.store.segmenting import Segmenting
from ledger.store.tables import SQL_TABLES, STATE, STORED

CHUNK = 20_000
"""Rows turned into Python values at a time, which bounds the memory of a large append."""

_SPARE = 1_000
"""Facts that an append puts into segments beside its own, where a load has left them behind."""


@dataclass(frozen=True)
class Appended:
    """What an append did.

    Attributes
    ----------
    new : int
        Rows written.
    repeated : int
        Rows that were there already with the same content; nothing was written for them.
    """

    new: int
    repeated: int

    def __add__(self, other: "Appended") -> "Appended":
        """Add up two appends."""
        return Appended(self.new + other.new, self.repeated + other.repeated)


class Conflict(MuleriskError):
    """Rows whose key is taken by another content. Nothing was stored.

    Attributes
    ----------
    table : str
    positions : tuple of int
        Where the rows stand in the input, counted from 1.
    """

    def __init__(self, table: str, positions: Sequence[int]) -> None:
        self.table = table
        self.positions = tuple(positions)
        shown = ", ".join(map(str, self.positions[:ROWS_SHOWN]))
        key = ", ".join(STORED[table].key)
        super().__init__(
            f"{table}: {len(self.positions)} rows have a key ({key}) that stands for another"
            f" content: rows {shown}. A fact is never changed; send it as it was, or the change as"
            " a fact with a key of its own. Nothing was stored."
        )


def append(
    engine: sa.Engine, backend: Backend, tables: Mapping[str, pa.Table], through: int | None = None
) -> Appended:
    """Append rows of several tables in one transaction.

    Parameters
    ----------
    engine, backend
    tables : mapping of str to pa.Table
    through : int, optional
        The rows bring their `recorded_seq` from a lake, which has been read as far as `through`.
        They keep it if the store is not beyond it yet, so that both number their facts alike.
        Segments are left behind then: `Segmenting` catches up after the last append of a load.

    Raises
    ------
    InputRefused
        If rows do not fit their contract.
    Conflict
        If a key is taken by another content.
    """
    numbers = {name: rows.column(SEQUENCE.name) for name, rows in tables.items() if through}
    facts = {name: fitting(STORED[name], rows) for name, rows in tables.items()}
    appended = Appended(0, 0)
    with engine.begin() as connection:
        backend.lock(connection)
        last: int = connection.execute(sa.select(STATE.c.recorded_seq)).scalar_one()
        lowest = min((pc.min(n).as_py() for n in numbers.values()), default=through)
        keep = lowest is not None and lowest > last
        for name, rows in facts.items():
            numbered = rows.append_column(SEQUENCE, numbers[name] if keep else _from(last, rows))
            appended += _Append(connection, backend, STORED[name], last).all_of(numbered)
            last += 0 if keep else len(rows)
        if keep or appended.new:
            reached = through if keep else last
            connection.execute(sa.update(STATE).values(recorded_seq=reached))
        if through is None:
            own = sum(map(len, facts.values()))
            Segmenting(connection, backend).catch_up(own + _SPARE)
    return appended


def _from(last: int, rows: pa.Table) -> pa.Array:
    return pa.array(range(last + 1, last + 1 + len(rows)), pa.int64())


@dataclass(frozen=True)
class _Append:
    """One table's share of a transaction."""

    connection: sa.Connection
    backend: Backend
    contract: Table
    last: int

    @property
    def _table(self) -> sa.Table:
        return SQL_TABLES[self.contract.name]

    def all_of(self, rows: pa.Table) -> Appended:
        """Insert the rows chunk by chunk; raise `Conflict` naming every conflicting one."""
        insert = self.backend.insert(self._table, self.contract.key)
        new, conflicts = 0, []
        for start in range(0, len(rows), CHUNK):
            values = values_of(rows.slice(start, CHUNK))
            inserted = self.connection.exec_driver_sql(
                insert, self.backend.insert_values(values)
            ).rowcount
            new += inserted
            if inserted < len(values[SEQUENCE.name]):
                conflicts += [start + 1 + i for i in self._conflicts(values)]
            if self.contract.constant:
                conflicts += [start + 1 + i for i in self._differing(values)]
        if conflicts:
            raise Conflict(self.contract.name, sorted(set(conflicts)))
        return Appended(new, len(rows) - new)

    def _conflicts(self, values: dict[str, list[Any]]) -> list[int]:
        """Find the rows whose key was there with another content."""
        *_, numbers = values.values()
        kept = self._kept(numbers[0], numbers[-1])
        passed = [i for i, number in enumerate(numbers) if number not in kept]
        repeated = {name: [column[i] for i in passed] for name, column in values.items()}
        keys = {name: repeated[name] for name in self.contract.key}
        stored = rows_under(self.connection, self.backend, self.contract, keys)
        contents = zip(*(repeated[name] for name in self.contract.arrow.names), strict=True)
        return [
            i
            for i, row in zip(passed, contents, strict=True)
            if stored[key_of(self.contract, row)] != row
        ]

    def _kept(self, first: int, last: int) -> set[int]:
        number = self._table.c.recorded_seq
        return set(self.connection.scalars(sa.select(number).where(number.between(first, last))))

    def _differing(self, values: dict[str, list[Any]]) -> list[int]:
        """Find the rows whose identity stands with two values of a constant column."""
        name = self.contract.key[0]
        identity = self._table.c[name]
        values_of_it = [
            sa.func.count(self._table.c[it].distinct()) for it in self.contract.constant
        ]
        several = (
            sa.select(identity)
            .where(self.backend.among(identity, "ids"))
            .group_by(identity)
            .having(sa.or_(*(count > 1 for count in values_of_it)))
        )
        ids = {"ids": self.backend.among_value(values[name])}
        found = set(self.connection.scalars(several, ids))
        return [i for i, value in enumerate(values[name]) if value in found]
