"""What can be wrong in a mapping file: all of it is found before any of it is used."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

import duckdb

from ledger import sql
from ledger.contract import Column, Table, Type
from ledger.errors import Fault
from ledger.importers.local_times import has_offset
from ledger.schema import TABLES

CURE = "See docs/import.md for what a mapping file holds."


def spelled(theirs: Any) -> Any:
    """Write the short form, a name or a list of names alone, in full."""
    return theirs if isinstance(theirs, dict) else {"column": theirs}


def names(column: Any) -> tuple[str, ...]:
    """List the columns that a name or a list of names stands for."""
    return tuple(column) if isinstance(column, list) else (column,) if column else ()


def faults(tables: Mapping[str, Any]) -> Iterator[Fault]:
    """Find everything that is wrong in a mapping, given as texts, lists and mappings."""
    for name, fields in tables.items():
        if name in TABLES:
            yield from _table_faults(TABLES[name], fields)
        else:
            cure = f"Use one of {', '.join(TABLES)}."
            yield Fault(f"mapping of {name}", "is of no table", 0, cure)


def _table_faults(table: Table, fields: Any) -> Iterator[Fault]:
    where = f"mapping of {table.name}"
    if not isinstance(fields, dict) or not isinstance(fields.get("columns"), dict):
        yield Fault(where, "has no columns", 0, CURE)
        return
    if not isinstance(fields.get("file", ""), str):
        yield Fault(where, "has a file that is no name", 0, "Write one name, as file: name.csv.")
    for key in sorted(set(fields) - {"file", "columns"}):
        yield Fault(where, f"{key[:80]!r} is unknown", 0, "Use columns and file.")
    for ours, theirs in fields["columns"].items():
        yield from _column_faults(table, ours, spelled(theirs))
    for column in table:
        if column.name not in fields["columns"] and not column.nullable and column.default is None:
            yield Fault(where, f"column {column.name} is missing", 0, f"Add it. {column.about}")


def _column_faults(table: Table, ours: str, theirs: dict[str, Any]) -> Iterator[Fault]:
    where = f"mapping of {table.name}.{ours[:80]}"
    if ours not in table.arrow.names:
        yield Fault(where, "is no column", 0, f"Use one of {', '.join(table.arrow.names)}.")
        return
    found = tuple(_form_faults(where, theirs))
    yield from found
    for broken, rule, cure in _rules(table.column(ours), theirs) if not found else ():
        if broken:
            yield Fault(where, rule, 0, cure)


def _form_faults(where: str, theirs: dict[str, Any]) -> Iterator[Fault]:
    for key, value in theirs.items():
        if key not in _FORMS:
            yield Fault(where, f"{key[:80]!r} is unknown", 0, f"Use {', '.join(_FORMS)}.")
        elif not _FORMS[key][0](value):
            yield Fault(where, f"{key} is not of its form", 0, _FORMS[key][1])


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_name(value: Any) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(map(_is_text, value)))


def _is_translation(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_text, [*value, *value.values()]))


_FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "column": (_is_name, "Write a name, or [one, another] to join columns."),
    **dict.fromkeys(("constant", "format", "zone", "unit"), (_is_text, "Write one text.")),
    "values": (_is_translation, "Write {their value: ours, another: ours}."),
}
"""Key -> whether a value has its form, and the cure."""


def _rules(column: Column, theirs: dict[str, Any]) -> tuple[tuple[bool, str, str], ...]:
    is_time, is_money = column.type is Type.TIME, column.unit.startswith("minor units")
    zone, unit, layout = (theirs.get(key, "") for key in ("zone", "unit", "format"))
    return (
        (
            bool(theirs.get("column")) == bool(theirs.get("constant")),
            "needs a column or a constant",
            "Give one of the two.",
        ),
        ("format" in theirs and not is_time, "has a format but is no time", "Remove it."),
        (
            bool(layout) and not _is_layout(layout),
            f"format {layout[:80]!r} cannot be read",
            "Use the letters of strptime, such as %d/%m/%Y %H:%M:%S.",
        ),
        (
            bool(zone) and has_offset(layout),
            "has a zone, and a format with an offset",
            "Remove the zone.",
        ),
        (
            bool(zone) and zone not in available_timezones(),
            f"zone {zone[:80]!r} is unknown",
            "Write Asia/Bangkok.",
        ),
        (
            unit not in ("", "major", "minor"),
            f"unit {unit[:80]!r} is unknown",
            "Write major or minor.",
        ),
        (unit == "major" and not is_money, "has a unit but is no amount", "Remove it."),
    )


def _is_layout(layout: str) -> bool:
    try:
        with sql.connect() as connection:
            connection.execute(f"SELECT try_strptime('', {sql.literal(layout)})")
    except duckdb.Error:
        return False
    return True
