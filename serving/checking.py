"""Holds rows from a request to the contracts of the ledger, all of them before any is used."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from ledger import sql
from ledger.contract import Table
from ledger.errors import Fault
from ledger.quality import check
from ledger.schema import TABLES
from serving.problems import Error, refused

_of_thread = threading.local()

STAMPED = frozenset({"tenant", "known_at"})
"""Columns that the service fills in."""


def faults(tables: Mapping[str, pa.Table], now: datetime) -> list[Error]:
    """List every fault of rows against their contracts.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        Rows by table; their positions are those in the request.
    now : datetime
        No fact can have been learnt long after it.
    """
    return [error for name, rows in tables.items() for error in _errors(TABLES[name], rows, now)]


def refuse(errors: Sequence[Error]) -> None:
    """Raise a `Problem` that lists the errors, if there are any."""
    if errors:
        raise refused("invalid", errors)


def place(table: str, position: int, column: str) -> str:
    """Point to a column of a row of the request; `position` is counted from 0."""
    return f"/{table}/{position}/{column}"


def identity_of(table: Table) -> str:
    """Name the column of a table's key that a client gives."""
    return next(name for name in table.key if name not in STAMPED)


def outside(
    rows: pa.Table, table: str, column: str, known: Collection[str], rule: str
) -> Iterator[Error]:
    """Name the rows whose value, where there is one, is not among those known."""
    for position, value in enumerate(rows[column].to_pylist()):
        if value is not None and value not in known:
            yield Error(place(table, position, column), rule)


def _errors(table: Table, rows: pa.Table, now: datetime) -> Iterator[Error]:
    if len(rows) == 0:
        return
    numbered = rows.append_column("row", pa.array(range(1, len(rows) + 1), pa.int64()))
    connection = _connection()
    connection.register(table.name, numbered)
    try:
        for fault in check(connection, table, now):
            yield from _places(table, fault)
    finally:
        connection.unregister(table.name)


def _connection() -> duckdb.DuckDBPyConnection:
    """Return this thread's database: to open one takes as long as to check a request."""
    if not hasattr(_of_thread, "connection"):
        _of_thread.connection = sql.connect(memory="256MB")
    connection: duckdb.DuckDBPyConnection = _of_thread.connection
    return connection


def _places(table: Table, fault: Fault) -> Iterator[Error]:
    for row in fault.rows:
        # A repeated key is shown under the names of all its columns.
        column = row.column if row.column in table.arrow.names else identity_of(table)
        yield Error(place(table.name, row.row - 1, column), f"{fault.rule}. {fault.cure}")
