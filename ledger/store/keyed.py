"""Rows of the store by the columns that make them unique."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ledger.contract import Table
from ledger.store.backend import Backend
from ledger.store.plain import Row
from ledger.store.tables import SQL_TABLES


def rows_under(
    connection: sa.Connection, backend: Backend, contract: Table, keys: Mapping[str, list[Any]]
) -> dict[Row, Row]:
    """Fetch the rows of a table that stand under these keys, each by its key.

    Parameters
    ----------
    connection, backend
    contract : Table
    keys : mapping of str to list
        Plain values of the key's columns.
    """
    table = SQL_TABLES[contract.name]
    wanted = backend.keys([table.c[name] for name in contract.key])
    same = [wanted.c[name] == table.c[name] for name in contract.key]
    columns = [table.c[name] for name in contract.arrow.names]
    select = sa.select(*columns).join_from(wanted, table, sa.and_(*same))
    statement = str(select.compile(dialect=connection.dialect))
    fetched = connection.exec_driver_sql(statement, backend.key_values(keys))
    return {key_of(contract, row): tuple(row) for row in fetched}


def key_of(contract: Table, row: Row) -> Row:
    """Pick the key out of a row."""
    return tuple(row[contract.arrow.names.index(name)] for name in contract.key)
