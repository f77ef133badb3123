"""Whether a table has its columns, with their types, and rows where it must."""

from ledger import sql
from ledger.contract import Column, Table
from ledger.errors import Fault
from ledger.quality.rows import UNREAD

BOOKKEEPING = frozenset({"row", "recorded_seq"})
"""Columns that a relation may have beside the contract's."""


def structure(table: Table, types: dict[str, str]) -> tuple[Fault, ...]:
    """Compare the columns of a relation (name to SQL type) with the contract's."""
    allowed = BOOKKEEPING | set(table.arrow.names)
    extra = [name for name in types if name not in allowed and not name.startswith(UNREAD)]
    present = [column for column in table if column.name in types]
    return (
        *(unknown_column(table, name) for name in extra),
        *(missing_column(table, column) for column in table if column.name not in types),
        *(
            _wrong_type(table, column, types[column.name])
            for column in present
            if types[column.name] != sql.TYPES[column.type]
        ),
    )


def unknown_column(table: Table, name: str) -> Fault:
    """Tell of a column that the contract does not have."""
    known = ", ".join(table.arrow.names)
    cure = f"Remove it or name it as one of {known}."
    return Fault(table.name, f"column {name[:80]!r} is unknown", 0, cure)


def missing_column(table: Table, column: Column) -> Fault:
    """Tell of a column that is not there."""
    return Fault(table.name, f"column {column.name} is missing", 0, f"Add it. {column.about}")


def missing_rows(table: Table) -> tuple[Fault, ...]:
    """Tell of a table without rows that a ledger cannot do without."""
    if table.may_be_empty:
        return ()
    return (Fault(table.name, "has no rows", 0, f"Give at least one. {table.about}"),)


def _wrong_type(table: Table, column: Column, seen: str) -> Fault:
    rule = f"column {column.name} has the type {seen} and not {sql.TYPES[column.type]}"
    return Fault(table.name, rule, 0, "Write the column with that type.")
