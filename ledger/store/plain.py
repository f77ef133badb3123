"""Arrow columns and the plain values that databases take and give."""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ledger.contract import Column, Table, Type
from ledger.errors import Fault, InputRefused
from ledger.lake import SEQUENCE

Row = tuple[Any, ...]

FETCHED = 50_000
"""Rows held as Python values at a time while a large answer becomes Arrow."""


def fitting(contract: Table, rows: pa.Table) -> pa.Table:
    """Bring rows into the columns and types of their contract.

    The rules of a contract are checked where facts come in, by `ledger.quality`; here only what a
    database could not keep as it is given.

    Raises
    ------
    InputRefused
        Naming every column that is missing, of another type, or holds what cannot be stored.
    """
    columns, faults = [], []
    for column in contract:
        values = _values(column, rows)
        if isinstance(values, str):
            faults.append(Fault(contract.name, values, 0, f"Give {column.name} as documented."))
        else:
            columns.append(values)
            faults.extend(_faults(contract.name, column, values))
    if faults:
        raise InputRefused(tuple(faults))
    return pa.table(columns, contract.arrow)


def _values(column: Column, rows: pa.Table) -> pa.ChunkedArray | str:
    if column.name not in rows.column_names:
        if column.nullable:
            return pa.chunked_array([pa.nulls(len(rows), column.type.arrow)])
        return f"{column.name} is missing"
    try:
        return rows[column.name].cast(column.type.arrow)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return f"{column.name} is not {column.type.value}"


def _faults(table: str, column: Column, values: pa.ChunkedArray) -> Iterable[Fault]:
    if values.null_count and not column.nullable:
        yield Fault(table, f"{column.name} is missing", values.null_count, "Give every row one.")
    if column.type is Type.TEXT:
        # PostgreSQL keeps no NUL in a text; a ledger must fit either database.
        nul = pc.sum(pc.match_substring(values, "\0")).as_py()
        if nul:
            yield Fault(table, f"{column.name} holds a NUL character", nul, "Leave it out.")
    if column.type is Type.REAL:
        infinite = pc.sum(pc.invert(pc.is_finite(values))).as_py()
        if infinite:
            yield Fault(table, f"{column.name} is not finite", infinite, "Give a number.")


def values_of(rows: pa.Table) -> dict[str, list[Any]]:
    """Turn rows into plain values, column by column; times become integers."""
    plain = pa.schema([
        field.with_type(pa.int64()) if pa.types.is_timestamp(field.type) else field
        for field in rows.schema
    ])  # fmt: skip
    columns = rows.cast(plain).columns
    return {name: values.to_pylist() for name, values in zip(plain.names, columns, strict=True)}


def fetched(cursor: Any, contract: Table, names: Sequence[str]) -> pa.Table:
    """Fetch all rows of these columns, `recorded_seq` may be one of them, into Arrow."""
    full = contract.arrow.append(SEQUENCE)
    schema = pa.schema([full.field(name) for name in names])
    parts = [_rows(schema, cursor.fetchmany(FETCHED))]
    while len(parts[-1]) == FETCHED:
        parts.append(_rows(schema, cursor.fetchmany(FETCHED)))
    return pa.concat_tables(parts)


def _rows(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    if not rows:
        return schema.empty_table()
    columns = zip(schema, zip(*rows, strict=True), strict=True)
    return pa.table([_array(field.type, values) for field, values in columns], schema)


def _array(kind: pa.DataType, values: Sequence[Any]) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.int64()).view(kind)
    return pa.array(values, kind)
