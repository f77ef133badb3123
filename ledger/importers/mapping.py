"""A mapping file: which of a bank's columns fill which of ours.

```yaml
transactions:
  file: payments.csv                # not needed where PATH is the file
  columns:
    transaction_id: Reference       # their column, read as our type
    happened_at: {column: Booked, format: "%d/%m/%Y %H:%M", zone: Asia/Bangkok}
    payer_account: [Bank, Account]  # joined by a colon
    payer_amount_minor: {column: Amount, unit: major}   # decimals of the payer's currency
    payer_currency: {constant: THB}
    channel: {column: Type, values: {ATM-WDL: atm, XFER: transfer}}
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ledger import sql
from ledger.contract import Table
from ledger.errors import InputRefused, refuse
from ledger.importers.cells import Cell, minor_units, read, translated
from ledger.importers.local_times import occurs_twice, read_time
from ledger.importers.mapping_faults import CURE, faults, names, spelled
from ledger.schema import TABLES

CURRENCY_OF = {
    "payer_amount_minor": "payer_currency",
    "payee_amount_minor": "payee_currency",
    "balance_minor": "currency",
}
"""Amount -> its currency; an amount not named here is in the reference currency."""

JOINED_BY = ":"


@dataclass(frozen=True)
class Filling:
    """How one column of ours is filled: from columns of theirs, or with a constant."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    format: str = ""
    zone: str = "UTC"
    unit: str = "minor"
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The text to be read, in SQL; missing where one of several columns is."""
        joined = f" || {sql.literal(JOINED_BY)} || ".join(map(sql.quoted, self.columns))
        return translated(f"({joined})" if joined else sql.literal(self.constant), self.values)


@dataclass(frozen=True)
class TableMapping:
    """How one table of ours is filled."""

    table: Table
    file: str
    columns: Mapping[str, Filling]

    @property
    def required(self) -> list[str]:
        """Their columns that are read."""
        return sorted({name for filling in self.columns.values() for name in filling.columns})

    def cells(self, reference_currency: str) -> dict[str, Cell]:
        """Write each column as SQL over their rows."""
        return {name: self._cell(name, reference_currency) for name in self.columns}

    def occurring_twice(self) -> dict[str, str]:
        """Write for each column of local times the condition that a time occurs twice, in SQL."""
        return {
            name: occurs_twice(filling.text, filling.format, filling.zone)
            for name, filling in self.columns.items()
            if filling.format
        }

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
        # Texts, lists and mappings only: `NO` stays Norway's code and 007 an account.
        tables = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        raise refuse(path.name, "is no YAML file", f"Check the path {path} and its text.") from None
    if not isinstance(tables, dict) or "transactions" not in tables:
        raise refuse(path.name, "does not map transactions", CURE)
    if found := tuple(faults(tables)):
        raise InputRefused(found)
    return tuple(_table_mapping(name, fields) for name, fields in tables.items())


def _table_mapping(name: str, fields: dict[str, Any]) -> TableMapping:
    columns = {ours: _filling(theirs) for ours, theirs in fields["columns"].items()}
    return TableMapping(TABLES[name], fields.get("file", ""), columns)


def _filling(theirs: Any) -> Filling:
    fields = dict(spelled(theirs))
    return Filling(names(fields.pop("column", "")), **fields)
