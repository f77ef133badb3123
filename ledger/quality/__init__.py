"""Checks of a ledger against its contracts, on every row.

A relation to be checked is called like its table and holds the contract's columns and `row`, the
position in the input counted from 1. Where a value came as text that could not be read, its column
is missing and `unread_<column>` holds the text as it stood, so that a refusal shows what was seen.
"""

from datetime import datetime

import duckdb

from ledger import sql
from ledger.contract import Table
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow
from ledger.quality.keys import changed_constants, repeated_keys
from ledger.quality.references import broken_references
from ledger.quality.rows import UNREAD, RowCheck, row_checks
from ledger.quality.structure import missing_rows, structure
from ledger.quality.totals import too_large_totals
from ledger.schema import TABLES

__all__ = ["UNREAD", "check", "check_ledger", "count_broken"]


def check_ledger(connection: duckdb.DuckDBPyConnection, now: datetime) -> tuple[Fault, ...]:
    """Check every table that the connection holds, and the references between them.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds each table of the ledger under its own name.
    now : datetime
        No fact can have been learnt after it.

    Returns
    -------
    tuple of Fault
        Every broken rule with its exact number of rows.
    """
    held = sql.relations(connection)
    faults: list[Fault] = []
    sound = set()
    for name, table in TABLES.items():
        if name not in held:
            faults += missing_rows(table)
        elif wrong := structure(table, sql.columns(connection, name)):
            faults += wrong
        else:
            sound.add(name)
            faults += _content(connection, table, now)
    if "transactions" in sound:
        faults += too_large_totals(connection)
    return (*faults, *broken_references(connection, sound))


def check(connection: duckdb.DuckDBPyConnection, table: Table, now: datetime) -> tuple[Fault, ...]:
    """Check one table by itself; where its columns are wrong, those faults alone are returned."""
    wrong = structure(table, sql.columns(connection, table.name))
    return wrong or tuple(_content(connection, table, now))


def count_broken(
    connection: duckdb.DuckDBPyConnection, table: Table, now: datetime
) -> tuple[int, dict[RowCheck, int]]:
    """Count the rows of a table, and those that break each rule about single rows."""
    held = frozenset(sql.columns(connection, table.name))
    checks = tuple(row_checks(table, held, now))
    counted = ", ".join(f"count(*) FILTER (WHERE {check.broken})" for check in checks)
    query = f"SELECT count(*), {counted} FROM {table.name}"
    rows, *counts = connection.execute(query).fetchall()[0]
    return rows, dict(zip(checks, counts, strict=True))


def _content(connection: duckdb.DuckDBPyConnection, table: Table, now: datetime) -> list[Fault]:
    rows, counts = count_broken(connection, table, now)
    return [
        *(missing_rows(table) if not rows else ()),
        *(_fault(connection, table, check, count) for check, count in counts.items() if count),
        *repeated_keys(connection, table),
        *changed_constants(connection, table),
    ]


def _fault(
    connection: duckdb.DuckDBPyConnection, table: Table, check: RowCheck, count: int
) -> Fault:
    shown = f"{check.column}::VARCHAR"
    if UNREAD + check.column in sql.columns(connection, table.name):
        shown = f"coalesce({UNREAD}{check.column}, {shown})"
    rows = connection.execute(
        f"SELECT row, left({shown}, 80) FROM {table.name} WHERE {check.broken}"
        f" ORDER BY row LIMIT {ROWS_SHOWN}"
    ).fetchall()
    seen = tuple(FaultyRow(row, check.column, value or "") for row, value in rows)
    return Fault(table.name, check.rule, count, check.cure, seen)
