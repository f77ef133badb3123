"""Reading from a store: statements compiled once, on the driver's own cursor."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from ledger.segments import Found
from ledger.store.backend import Backend
from ledger.store.plain import fetched
from ledger.store.statements import STATEMENTS, Names, recorded
from ledger.store.tables import SQL_TABLES, STORED


@dataclass(frozen=True)
class Reader:
    """The statements of one store, ready to run."""

    engine: sa.Engine
    backend: Backend

    @cached_property
    def _compiled(self) -> dict[tuple[str, Names], str]:
        return {}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {}

    def sql(self, statement: str, names: Names) -> str:
        """Compile a statement for these columns; once, since that takes longer than to run it."""
        if (statement, names) not in self._compiled:
            select = STATEMENTS[statement](self.backend, names)
            self._compiled[statement, names] = str(select.compile(dialect=self.engine.dialect))
        return self._compiled[statement, names]

    def read(self, statement: str, table: str, names: Names = (), **parameters: Any) -> pa.Table:
        """Run one of the statements and return these columns, or all with `recorded_seq`."""
        names = names or tuple(SQL_TABLES[table].c.keys())
        return self._rows(self.sql(statement, names), table, names, parameters)

    def standing(self) -> tuple[int, int]:
        """Tell the last fact recorded, and the last one of which segments know."""
        ((last, segmented),) = self._plain("standing", {})
        return last, segmented

    def segments(self, account_ids: Sequence[str]) -> Sequence[Found]:
        """Read the segments of these accounts."""
        return self._plain("segments", {"ids": self.backend.among_value(account_ids)})

    def numbers(self, texts: Sequence[str]) -> dict[str, int]:
        """Give each of these texts its number in segments; those without one are left out.

        They are looked up once: a number stands for a text for ever. So ask for those of places,
        and not for those of accounts, of which there is no end.
        """
        unknown = [text for text in texts if text not in self._numbers]
        if unknown:
            self._numbers.update(self._plain("numbers", {"ids": self.backend.among_value(unknown)}))
        return {text: self._numbers[text] for text in texts if text in self._numbers}

    def texts(self, numbers: Sequence[int]) -> dict[int, str]:
        """Give each of these numbers in segments its text."""
        return dict(self._plain("texts", {"ids": self.backend.among_value(numbers)}))

    def _plain(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Any]:
        with self._ran(self.sql(statement, ()), parameters) as cursor:
            rows: Sequence[Any] = cursor.fetchall()
            return rows

    def recorded(self, table: str, after: int, through: int) -> pa.Table:
        """Read the rows numbered `after + 1` to `through`."""
        sql = str(recorded(table).compile(dialect=self.engine.dialect))
        names = tuple(SQL_TABLES[table].c.keys())
        return self._rows(sql, table, names, {"after": after, "through": through})

    def _rows(self, sql: str, table: str, names: Names, parameters: Mapping[str, Any]) -> pa.Table:
        with self._ran(sql, parameters) as cursor:
            return fetched(cursor, STORED[table], names)

    @contextmanager
    def _ran(self, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        # A view is pinned by recorded_seq, so it needs no transaction and none of its round trips.
        failures = self.engine.dialect.loaded_dbapi.Error
        try:
            with self.backend.read(self.engine, sql, parameters) as cursor:
                yield cursor
        except failures as failure:
            # Without the parameters, which may be account ids.
            raise sa.exc.DBAPIError.instance(sql, None, failure, failures) from failure
