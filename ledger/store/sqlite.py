"""The store in one SQLite file: one writer at a time, readers never wait."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

_DURABLE = "synchronous = FULL"  # in WAL mode NORMAL may lose the last commits with the power
_PRAGMAS = (
    "busy_timeout = 30000",
    _DURABLE,
    # The trigger on each insert writes what an abort would need. Sorts stay in memory with it, and
    # what was sorted comes there in any case.
    "temp_store = MEMORY",
    "cache_size = -65536",  # KiB: a load touches several indexes at random places
    "mmap_size = 268435456",
    "recursive_triggers = ON",  # INSERT OR REPLACE fires the trigger that refuses a delete
)
_TRIES, _PAUSE = 300, 0.1


class SQLite:
    """See `Backend`."""

    def engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections, each of them durable at commit."""
        # isolation_level None: the store itself says where a transaction begins.
        engine = sa.create_engine(
            url, paramstyle="named", connect_args={"isolation_level": None}, hide_parameters=True
        )
        sa.event.listen(engine, "connect", _set_pragmas)
        return engine

    def reading_engine(self, url: sa.URL) -> sa.Engine:
        """Make the pool of connections that only read, each statement for itself."""
        return self.engine(url)

    def exists(self, url: sa.URL) -> bool:
        """Tell whether there may be a database to connect to; never create one."""
        return Path(str(url.database)).is_file()

    def prepare(self, url: sa.URL) -> None:
        """Make the folder of the file."""
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)

    def lock(self, connection: sa.Connection) -> None:
        """Let no other writer in until this transaction ends; readers go on."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @contextmanager
    def read(self, engine: sa.Engine, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
        """Run a statement on an engine that only reads, and lend the driver's cursor."""
        connection = engine.raw_connection()
        try:
            yield connection.cursor().execute(sql, parameters)
        finally:
            connection.close()

    @contextmanager
    def written_soon(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        """Open a transaction that does not wait for the disk at its end."""
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
            try:
                self.lock(connection)
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql(f"PRAGMA {_DURABLE}")

    def insert(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that passes over those whose key is there."""
        insert = sqlite.insert(table).on_conflict_do_nothing(index_elements=key)
        return str(insert.compile(dialect=sqlite.dialect(paramstyle="qmark")))

    def replace(self, table: sa.Table, key: Sequence[str]) -> str:
        """Build the insert of many rows that replaces those whose key is there."""
        insert = sqlite.insert(table)
        replace = insert.on_conflict_do_update(index_elements=key, set_=insert.excluded)
        return str(replace.compile(dialect=sqlite.dialect(paramstyle="qmark")))

    def insert_values(self, columns: Mapping[str, list[Any]]) -> Any:
        """Arrange columns of plain values as the parameters of `insert`."""
        return list(zip(*columns.values(), strict=True))

    def among(self, column: sa.Column[Any], name: str) -> sa.ColumnElement[bool]:
        """Build the condition that `column` is in the list bound to `name`."""
        each = sa.func.json_each(sa.bindparam(name)).table_valued("value")
        return column.in_(sa.select(each.c.value))

    def among_value(self, values: Sequence[str] | Sequence[int]) -> object:
        """Arrange a list as the parameter of `among`."""
        return json.dumps(list(values))

    def keys(self, columns: Sequence[sa.Column[Any]]) -> sa.FromClause:
        """Build a relation of many keys, to be joined with the table that has these columns."""
        each = sa.func.json_each(sa.bindparam("keys")).table_valued("value")
        parts = [
            sa.func.json_extract(each.c.value, sa.text(f"'$[{place}]'")).label(column.name)
            for place, column in enumerate(columns)
        ]
        return sa.select(*parts).subquery("wanted")

    def key_values(self, columns: Mapping[str, list[Any]]) -> dict[str, object]:
        """Arrange columns of plain values as the parameters of `keys`."""
        return {"keys": json.dumps(list(zip(*columns.values(), strict=True)))}


def _set_pragmas(connection: sqlite3.Connection, _: object) -> None:
    _use_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: sqlite3.Connection) -> None:
    # The one change that SQLite does not wait for: of two processes that make the file at once, the
    # second is told that it is locked, whatever the timeout.
    for _ in range(_TRIES - 1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as failure:
            if "locked" not in str(failure):
                raise
            time.sleep(_PAUSE)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")
