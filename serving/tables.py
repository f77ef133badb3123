"""Rows of a request as Arrow tables in their contract's schema."""

from collections.abc import Sequence

import pyarrow as pa
from pydantic import BaseModel

from ledger.contract import Table


def table_of(contract: Table, rows: Sequence[BaseModel]) -> pa.Table:
    """Put rows into the contract's schema; what the service stamps is missing as yet."""
    columns = {name: [getattr(row, name, None) for row in rows] for name in contract.arrow.names}
    return pa.table(columns, schema=contract.arrow)


def put(rows: pa.Table, column: str, values: Sequence[object] | pa.ChunkedArray) -> pa.Table:
    """Replace a column."""
    field = rows.schema.field(column)
    if not isinstance(values, pa.ChunkedArray):
        values = pa.array(values, field.type)
    return rows.set_column(rows.column_names.index(column), field, values)
