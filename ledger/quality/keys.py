"""Whether a table's key tells its rows apart, and rows of one identity share what they must."""

from collections.abc import Iterator

import duckdb

from ledger.contract import Table
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow


def repeated_keys(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Fault]:
    """Tell the rows with the key of an earlier row: its repetitions apart from its contradictions.

    A row counts once, as what it is beside the first row with its key; that first row does not
    count.
    """
    _find_repeated(connection, table)
    words = " and ".join(table.key)
    for same, rule, cure in (
        ("true", f"{words} repeats an earlier row", "Leave the repetition out."),
        (
            "false",
            f"{words} repeats an earlier row with other content",
            "Find out which row is right, or give each an identity of its own.",
        ),
    ):
        rows = connection.execute(
            f"SELECT row, key, count(*) OVER () FROM repeated WHERE same = {same}"
            f" ORDER BY row LIMIT {ROWS_SHOWN}"
        ).fetchall()
        if rows:
            seen = tuple(FaultyRow(row, words, key) for row, key, _ in rows)
            yield Fault(table.name, rule, rows[0][2], cure, seen)


def changed_constants(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[Fault]:
    """Tell the rows of an identity that stands with several values of a constant column."""
    identity = table.key[0]
    for name in table.constant:
        rows = connection.execute(
            f"SELECT row, left({name}, 80), count(*) OVER () FROM {table.name} WHERE {identity} IN"
            f" (SELECT {identity} FROM {table.name} GROUP BY 1 HAVING count(DISTINCT {name}) > 1)"
            f" ORDER BY row LIMIT {ROWS_SHOWN}"
        ).fetchall()
        if rows:
            seen = tuple(FaultyRow(row, name, value or "") for row, value, _ in rows)
            rule = f"{name} is the same wherever {identity} is"
            cure = f"Find out which is right, or give each its own {identity}."
            yield Fault(table.name, rule, rows[0][2], cure, seen)


def _find_repeated(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    key, content = ", ".join(table.key), f"row({', '.join(table.arrow.names)})"
    given = " AND ".join(f"{name} IS NOT NULL" for name in table.key)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        WITH
            shared AS (
                SELECT {key} FROM {table.name} WHERE {given} GROUP BY ALL HAVING count(*) > 1
            ),
            members AS (
                SELECT
                    row,
                    left(concat_ws(' / ', {key}), 80) AS key,
                    {content} AS content,
                    first_value({content}) OVER same_key AS earlier,
                    row_number() OVER same_key AS place
                FROM {table.name} SEMI JOIN shared USING ({key})
                WINDOW same_key AS (PARTITION BY {key} ORDER BY row)
            )
        SELECT row, key, content IS NOT DISTINCT FROM earlier AS same
        FROM members WHERE place > 1
    """)
