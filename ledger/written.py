"""Rows as one text, the same wherever they were read: to be hashed, or to be handed on.

A JSON object of tables, each an object of columns, each a list with one value for a row; a time is
its microseconds since 1970 in UTC, null is missing.
"""

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ledger.contract import Table, Type


def written(tables: Mapping[str, pa.Table]) -> bytes:
    """Write tables; equal rows in equal order give equal bytes."""
    plain = {name: _columns(table) for name, table in tables.items()}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def read_back(content: bytes, contracts: Mapping[str, Table]) -> dict[str, pa.Table]:
    """Read what `written` wrote of any of the tables that have these contracts.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, pyarrow.ArrowException
        If it is something else.
    """
    plain = json.loads(content)
    return {name: _table(columns, contracts[name]) for name, columns in plain.items()}


def _columns(table: pa.Table) -> dict[str, list[Any]]:
    if not len(table):
        return {name: [] for name in table.column_names}
    columns = zip(table.schema, table.columns, strict=True)
    return {field.name: _plain(field, column) for field, column in columns}


def _plain(field: pa.Field, column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_timestamp(field.type):
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    return values


def _table(columns: Mapping[str, list[Any]], contract: Table) -> pa.Table:
    return pa.table({name: _array(contract, name, column) for name, column in columns.items()})


def _array(contract: Table, name: str, values: list[Any]) -> pa.Array:
    kind = contract.column(name).type
    if kind is Type.TIME:
        return pa.array(values, pa.int64()).cast(kind.arrow)
    return pa.array(values, kind.arrow)
