"""Parquet files, with the types that they carry."""

from pathlib import Path

import duckdb

from ledger import sql
from ledger.errors import refuse
from ledger.importers.delimited import MOST_COLUMNS, ROW, too_wide


def read_parquet(
    connection: duckdb.DuckDBPyConnection, path: Path, relation: str
) -> dict[str, str]:
    """Load a Parquet file as a table whose last column is the row's position.

    Returns
    -------
    dict of str to str
        Names of the columns with their SQL types.

    Raises
    ------
    InputRefused
        If it is no sound Parquet file.
    """
    if not path.is_file():
        raise refuse(path.name, "is no file", f"Check the path {path}.")
    file = sql.literal(sql.plain_path(path))
    try:
        width = sql.count(connection, f"SELECT num_children FROM parquet_schema({file}) LIMIT 1")
        if width > MOST_COLUMNS:
            raise too_wide(path, width)
        connection.execute(
            f'CREATE TABLE {sql.quoted(relation)} AS SELECT *, row_number() OVER () AS "{ROW}"'
            f" FROM read_parquet({file})"
        )
    except duckdb.Error:
        raise refuse(path.name, "is no sound Parquet file", "Fetch the file again.") from None
    types = sql.columns(connection, relation)
    del types[ROW]
    return types
