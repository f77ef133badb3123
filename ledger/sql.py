"""Words of SQL that the contracts are translated into, for DuckDB."""

from datetime import datetime
from pathlib import Path

import duckdb

from ledger.contract import Type

TYPES = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.REAL: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.TIME: "TIMESTAMP WITH TIME ZONE",
}
"""The type of a column in DuckDB."""


def quoted(name: str) -> str:
    """Write a name so that SQL takes it as it is."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Write a text so that SQL takes it as it is."""
    return "'" + value.replace("'", "''") + "'"


def plain_path(path: Path) -> str:
    """Write a path in which `*`, `?` and `[` mean themselves, where SQL takes a pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def instant(value: datetime) -> str:
    """Write an instant in SQL."""
    return f"TIMESTAMPTZ {literal(value.isoformat())}"


def connect(memory: str = "2GB") -> duckdb.DuckDBPyConnection:
    """Open a database in memory that reads times as UTC and never asks the network for anything."""
    offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    connection = duckdb.connect(config={**offline, "memory_limit": memory})
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def relations(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Name the tables and views that a connection holds."""
    rows = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
    return {name for (name,) in rows}


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Name the columns of a relation with their types."""
    rows = connection.execute(f"DESCRIBE {quoted(relation)}").fetchall()
    return {row[0]: row[1] for row in rows}


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Run a query whose answer is one number."""
    return int(connection.execute(query).fetchall()[0][0])
