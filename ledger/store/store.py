"""The append-only SQL store, in a SQLite file or in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.store import lakes
from ledger.store.appending import Appended, append
from ledger.store.assessments import StoredAssessments
from ledger.store.backend import Backend, StoreRefused, database, reached
from ledger.store.reader import Reader
from ledger.store.revision import check_revision
from ledger.store.segmenting import Segmenting
from ledger.store.tables import SEGMENTS, SQL_TABLES, STATE, TEXTS
from ledger.store.view import StoreView
from ledger.view import check_pin


class OtherLedger(MuleriskError):
    """The store and the lake hold different ledgers."""


_AT_ONCE = 500_000
"""Facts put into segments in one transaction, for which other writers wait some twenty seconds: on
SQLite they give up after thirty. Fewer would have the last segment of most accounts written again
and again."""


def _silent(_: int) -> None:
    pass


@dataclass(frozen=True)
class Store:
    """Every fact a service was told, each once, in the order it was told.

    Facts are appended and never changed or deleted; the database itself refuses both. One store
    may be used by many threads and processes at once.
    """

    engine: sa.Engine
    backend: Backend
    reader: Reader

    @property
    def recorded_seq(self) -> int:
        """Tell the number of the last fact recorded; 0 in an empty store.

        Appends take their numbers one after the other, so whoever saw N never later meets a new
        fact numbered N or less.
        """
        return int(self._state(STATE.c.recorded_seq))

    @property
    def reference_currency(self) -> str | None:
        """Tell the currency of `reference_minor`, known since a lake was first loaded."""
        currency: str | None = self._state(STATE.c.reference_currency)
        return currency

    @cached_property
    def assessments(self) -> StoredAssessments:
        """The records of the assessments made on this store."""
        return StoredAssessments(self.engine, self.backend)

    def append(self, table: str, rows: pa.Table) -> Appended:
        """Append rows of one table, all or none of them.

        Rows that are there already are counted, not written: to send a batch again is harmless.

        Raises
        ------
        InputRefused
            If rows do not fit the table's contract.
        Conflict
            If a key is taken by another content.
        """
        return self.append_all({table: rows})

    def append_all(self, tables: Mapping[str, pa.Table]) -> Appended:
        """Append rows of several tables, all or none of them; see `append`."""
        return append(self.engine, self.backend, tables)

    def view(self, as_of: datetime, recorded_seq: int | None = None) -> StoreView:
        """Open the ledger as it was known at `as_of`.

        Parameters
        ----------
        as_of : datetime
            With a zone.
        recorded_seq : int, optional
            Reopen an earlier view: facts recorded after this number stay out of sight, even those
            that were known in time. Without it the view shows everything recorded so far.

        Raises
        ------
        MuleriskError
            If the store has not come to `recorded_seq` yet.
        """
        last, segmented = self.reader.standing()
        check_pin(recorded_seq, last)
        if recorded_seq is None:
            return StoreView(self.reader, as_of, last, is_segmented=last == segmented)
        # From the facts themselves: whoever looks again wants to know whether they still stand.
        return StoreView(self.reader, as_of, recorded_seq)

    def load(
        self,
        lake: Lake,
        progress: lakes.Progress = _silent,
        segmented: lakes.Progress = _silent,
    ) -> Appended:
        """Append every table of a lake, in the order and with the numbers it was recorded.

        A store that is further on gives its own numbers. A load that was cut short can be repeated.

        Parameters
        ----------
        lake : Lake
        progress, segmented : callable
            Told the number that the facts have reached, and afterwards that the segments have.

        Raises
        ------
        OtherLedger
            If the store counts in another reference currency.
        Conflict
            If a key is taken by another content; what stood before it in the lake stays loaded.
        StoreRefused
            If the database does not answer, or is full; what was loaded before stays.
        """
        with reached(self.engine.url):
            self._adopt(lake.reference_currency)
            loaded = Appended(0, 0)
            for through, tables in lakes.windows(lake, self.recorded_seq):
                loaded += append(self.engine, self.backend, tables, through)
                progress(through)
            last, known = self.reader.standing()
            self.catch_up(segmented)
            if loaded.new or known < last:
                self.analyze()
        return loaded

    def catch_up(self, progress: lakes.Progress = _silent) -> None:
        """Put all that is stored into segments."""
        reached, last = 0, self.recorded_seq
        while reached < last:
            with self.engine.begin() as connection:
                self.backend.lock(connection)
                reached = Segmenting(connection, self.backend).catch_up(_AT_ONCE)
            progress(reached)

    def analyze(self) -> None:
        """Let the database count what it holds, so that it plans its reads well at once."""
        with self.engine.begin() as connection:
            for name in (*SQL_TABLES, TEXTS.name, SEGMENTS.name):
                connection.exec_driver_sql(f"ANALYZE {name}")

    def export(self, lake: Lake, progress: lakes.Progress = _silent) -> Lake:
        """Append to a lake what it does not hold yet; return the lake as it then stands.

        Raises
        ------
        OtherLedger
            If the lake is no earlier export or source of this store.
        """
        through = self.recorded_seq
        self._refuse_other_currency(lake.reference_currency)
        for name, table in SQL_TABLES.items():
            last = lake.last_seq(name)
            shared = self._scalar(sa.select(sa.func.count()).where(table.c.recorded_seq <= last))
            if shared != lake.rows(name):
                raise OtherLedger(
                    f"{lake.folder}: {lake.rows(name)} rows of {name} up to recorded_seq {last},"
                    f" in the store {shared}. The lake is of another store; export to a new folder."
                )
        return lakes.export(self.reader, lake, through, progress)

    def close(self) -> None:
        """Close every connection."""
        for engine in (self.engine, self.reader.engine):
            engine.dispose()

    def _adopt(self, currency: str) -> None:
        self._refuse_other_currency(currency)
        with self.engine.begin() as connection:
            unset = STATE.c.reference_currency.is_(None)
            connection.execute(sa.update(STATE).where(unset).values(reference_currency=currency))

    def _refuse_other_currency(self, currency: str) -> None:
        if self.reference_currency not in (None, currency):
            raise OtherLedger(
                f"the store's reference currency is {self.reference_currency}, the ledger's is"
                f" {currency}; amounts in both cannot be compared. Use a store of its own."
            )

    def _state(self, column: sa.Column[Any]) -> Any:
        return self._scalar(sa.select(column))

    def _scalar(self, select: sa.Select[Any]) -> Any:
        with self.engine.connect() as connection:
            return connection.scalar(select)


def open_store(url: str) -> Store:
    """Open the store at `url`: `sqlite:///FILE` or `postgresql://USER@HOST/NAME`.

    Raises
    ------
    StoreRefused
        If there is no store, or one of another version; `migrate` makes and upgrades stores.
    """
    parsed, backend = database(url)
    if not backend.exists(parsed):
        raise StoreRefused(f"{parsed} does not exist. `mulerisk load LEDGER --store URL` makes it.")
    engine = backend.engine(parsed)
    check_revision(engine)
    return Store(engine, backend, Reader(backend.reading_engine(parsed), backend))
