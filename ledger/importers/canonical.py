"""Ledgers in the project's own form: one file for each table, filled as its contract says.

A folder with `transactions`, `accounts`, `labels` and any other table as `.csv`, `.csv.gz` or
`.parquet`. Any fault is refused; nothing is changed.
"""

from collections.abc import Iterator
from pathlib import Path

from ledger import sql
from ledger.contract import Table, Type
from ledger.errors import Fault, InputRefused
from ledger.importers.cells import Cell, read
from ledger.importers.columnar import read_parquet
from ledger.importers.delimited import read_csv
from ledger.importers.intake import Intake
from ledger.quality.structure import missing_column, unknown_column
from ledger.schema import TABLES

_SUFFIXES = (".csv", ".csv.gz", ".parquet")
_WHOLE_NUMBERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})


def read_canonical(intake: Intake, path: Path) -> None:
    """Read a canonical folder into the tables of a ledger.

    Raises
    ------
    InputRefused
        With the faults of all files and their columns.
    """
    files = {table: _files(path, table) for table in TABLES}
    faults = [*_unknown_files(path), *_said_twice(files)]
    for name, found in files.items():
        if len(found) == 1:
            try:
                _read_table(intake, TABLES[name], found[0])
            except InputRefused as refusal:
                faults += refusal.faults
    if faults:
        raise InputRefused(tuple(faults))


def _files(path: Path, table: str) -> list[Path]:
    return [file for suffix in _SUFFIXES if (file := path / f"{table}{suffix}").exists()]


def _unknown_files(path: Path) -> Iterator[Fault]:
    if not path.is_dir():
        cure = f"Give a folder with {', '.join(TABLES)} as {' or '.join(_SUFFIXES)}."
        yield Fault(path.name, "is no folder", 0, cure)
        return
    known = {f"{table}{suffix}" for table in TABLES for suffix in _SUFFIXES}
    for file in sorted(path.iterdir()):
        if file.name.endswith(_SUFFIXES) and file.name not in known:
            cure = f"Remove it, or name it after one of the tables: {', '.join(TABLES)}."
            yield Fault(file.name, "is no table of a ledger", 0, cure)


def _said_twice(files: dict[str, list[Path]]) -> Iterator[Fault]:
    for name, found in files.items():
        if len(found) > 1:
            listed = " and ".join(file.name for file in found)
            yield Fault(name, f"comes twice, as {listed}", 0, "Keep one of them.")


def _read_table(intake: Intake, table: Table, file: Path) -> None:
    source = f"source_{table.name}"
    if file.suffix == ".parquet":
        types = read_parquet(intake.connection, file, source)
        _check_columns(table, types)
        cells = {name: Cell(name) for name in types}
    else:
        header = read_csv(intake.connection, file, source)
        _check_columns(table, dict.fromkeys(header, ""))
        cells = {name: read(table.column(name).type, name) for name in header}
    intake.fill(table, cells, source)
    intake.connection.execute(f"DROP TABLE {source}")


def _check_columns(table: Table, types: dict[str, str]) -> None:
    """Compare the columns of a file (name to SQL type, empty for text to be read)."""
    absent = [column for column in table if column.name not in types]
    faults = (
        *(unknown_column(table, name) for name in types if name not in table.arrow.names),
        *(missing_column(table, c) for c in absent if not c.nullable and c.default is None),
        *_wrong_types(table, types),
    )
    if faults:
        raise InputRefused(faults)


def _wrong_types(table: Table, types: dict[str, str]) -> Iterator[Fault]:
    for column in table:
        seen, wanted = types.get(column.name, ""), sql.TYPES[column.type]
        narrower = column.type is Type.INTEGER and seen in _WHOLE_NUMBERS
        if seen and seen != wanted and not narrower:
            rule = f"column {column.name} has the type {seen} and not {wanted}"
            yield Fault(table.name, rule, 0, "Write the column with that type.")
