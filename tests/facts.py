"""Rows of every table, for tests that need facts and not a story."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ledger.contract import Column, Table, Type
from ledger.schema import TABLES

DAY_0 = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
_PLAIN = {Type.TEXT: "x", Type.INTEGER: 1, Type.REAL: 1.5, Type.BOOLEAN: True, Type.TIME: DAY_0}


def rows_of(table: str, *rows: dict[str, object]) -> pa.Table:
    """Build rows of a table; a column not given has the first of its values, or is missing."""
    contract = TABLES[table]
    return pa.Table.from_pylist([_row(contract, row) for row in rows], contract.arrow)


def _row(contract: Table, given: dict[str, object]) -> dict[str, object]:
    return {c.name: given.get(c.name, None if c.nullable else _plain(c)) for c in contract}


def _plain(column: Column) -> object:
    if column.values:
        return column.values[0]
    if column.name == "known_at":
        return DAY_0 + timedelta(hours=1)
    return column.default or _PLAIN[column.type]


def transactions(*ids: str, **columns: object) -> pa.Table:
    """Build transactions from ann to bob, one for each id, a minute apart."""
    rows = (
        {
            "transaction_id": name,
            "payer_account": "ann",
            "payee_account": "bob",
            "happened_at": DAY_0 + timedelta(minutes=place),
            **columns,
        }
        for place, name in enumerate(ids)
    )
    return rows_of("transactions", *rows)


def ids(rows: pa.Table) -> list[str]:
    """Name the transactions among these rows."""
    return rows["transaction_id"].to_pylist()
