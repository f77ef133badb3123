"""A mapping file: which of a bank's columns fill which of ours.

```yaml
transactions:
  file: payments.csv                # not needed where PATH is the file
  columns:
    transaction_id: Reference       # their column, read as our type
    happened_at: {column: Booked, format: "%d/%m/%Y %H:%M", zone: Asia/Bangkok}
    payer_amount_minor: {column: Amount, unit: major}   # decimals of the payer's currency
    payer_currency: {constant: THB}
    channel: {column: Type, values: {ATM-WDL: atm, XFER: transfer}}
```
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import yaml

from ledger import sql
from ledger.contract import Column, Table, Type
from ledger.errors import Fault, InputRefused, refuse
from ledger.importers.cells import Cell, minor_units, read, read_time, translated
from ledger.schema import TABLES

CURRENCY_OF = {
    "payer_amount_minor": "payer_currency",
    "payee_amount_minor": "payee_currency",
    "balance_minor": "currency",
}
"""Amount -> its currency; an amount not named here is in the reference currency."""

_KEYS = {"column", "constant", "format", "zone", "unit", "values"}
_CURE = "See docs/import.md for what a mapping file holds."


@dataclass(frozen=True)
class Filling:
    """How one column of ours is filled: from a column of theirs, or with a constant."""

    column: str = ""
    constant: str = ""
    format: str = ""
    zone: str = "UTC"
    unit: str = "minor"
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text to be read, in SQL."""
        text = sql.quoted(self.column) if self.column else sql.literal(self.constant)
        return translated(text, self.values)


@dataclass(frozen=True)
class TableMapping:
    """How one table of ours is filled."""

    table: Table
    file: str
    columns: Mapping[str, Filling]

    @property
    def required(self) -> list[str]:
        """Their columns that are read."""
        return sorted({filling.column for filling in self.columns.values() if filling.column})

    def cells(self, reference_currency: str) -> dict[str, Cell]:
        """Write each column as SQL over their rows."""
        return {name: self._cell(name, reference_currency) for name in self.columns}

    def _cell(self, name: str, reference_currency: str) -> Cell:
        filling, column = self.columns[name], self.table.column(name)
        if filling.unit == "major":
            currency = self.columns.get(CURRENCY_OF.get(name, ""))
            code = currency.text if currency else sql.literal(reference_currency)
            return minor_units(filling.text, code)
        if filling.format:
            return read_time(filling.text, filling.format, filling.zone)
        return read(column.type, filling.text)


def read_mapping(path: Path) -> tuple[TableMapping, ...]:
    """Read a mapping file.

    Raises
    ------
    InputRefused
        With everything that is wrong in it.
    """
    try:
        tables = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise refuse(path.name, "is no YAML file", f"Check the path {path} and its text.") from None
    if not isinstance(tables, dict) or "transactions" not in tables:
        raise refuse(path.name, "does not map transactions", _CURE)
    faults = tuple(fault for name in tables for fault in _table_faults(name, tables[name]))
    if faults:
        raise InputRefused(faults)
    return tuple(_table_mapping(name, fields) for name, fields in tables.items())


def _table_mapping(name: str, fields: dict[str, Any]) -> TableMapping:
    columns = {ours: Filling(**_spelled(theirs)) for ours, theirs in fields["columns"].items()}
    return TableMapping(TABLES[name], fields.get("file", ""), columns)


def _spelled(theirs: Any) -> dict[str, Any]:
    """Write the short form, a name alone, in full."""
    if not isinstance(theirs, dict):
        return {"column": str(theirs)}
    texts = {key: str(value) for key, value in theirs.items() if key != "values"}
    values = theirs.get("values", {})
    return {**texts, "values": {str(key): str(value) for key, value in values.items()}}


def _table_faults(name: object, fields: object) -> Iterator[Fault]:
    where = f"mapping of {name}"
    if name not in TABLES:
        yield Fault(where, "is of no table", 0, f"Use one of {', '.join(TABLES)}.")
    elif not isinstance(fields, dict) or not isinstance(fields.get("columns"), dict):
        yield Fault(where, "has no columns", 0, _CURE)
    else:
        table, columns = TABLES[str(name)], fields["columns"]
        for ours, theirs in columns.items():
            yield from _column_faults(table, str(ours), _spelled(theirs))
        for column in table:
            if column.name not in columns and not column.nullable and column.default is None:
                yield Fault(where, f"column {column.name} is missing", 0, f"Add it. {column.about}")


def _column_faults(table: Table, ours: str, spelled: dict[str, Any]) -> Iterator[Fault]:
    where = f"mapping of {table.name}.{ours}"
    if ours not in table.arrow.names:
        yield Fault(where, "is no column", 0, f"Use one of {', '.join(table.arrow.names)}.")
        return
    for key in sorted(set(spelled) - _KEYS):
        yield Fault(where, f"{key!r} is unknown", 0, f"Use {', '.join(sorted(_KEYS))}.")
    for broken, rule, cure in _rules(table.column(ours), spelled):
        if broken:
            yield Fault(where, rule, 0, cure)


def _rules(column: Column, spelled: dict[str, Any]) -> tuple[tuple[bool, str, str], ...]:
    is_time, is_money = column.type is Type.TIME, column.unit.startswith("minor units")
    zone, unit = spelled.get("zone", "UTC"), spelled.get("unit", "minor")
    return (
        (
            bool(spelled.get("column")) == bool(spelled.get("constant")),
            "needs a column or a constant",
            "Give one of the two.",
        ),
        ("format" in spelled and not is_time, "has a format but is no time", "Remove it."),
        (zone not in available_timezones(), f"zone {zone!r} is unknown", "Write Asia/Bangkok."),
        (unit not in ("major", "minor"), f"unit {unit!r} is unknown", "Write major or minor."),
        (unit == "major" and not is_money, "has a unit but is no amount", "Remove it."),
    )
