"""Any bank's CSV files, read as a mapping file says."""

from pathlib import Path

from ledger.errors import Fault, InputRefused
from ledger.importers.delimited import read_csv
from ledger.importers.derived import derive_accounts
from ledger.importers.intake import Intake
from ledger.importers.mapping import TableMapping, read_mapping


def read_mapped(intake: Intake, path: Path, mapping: Path) -> None:
    """Read the files that a mapping names into the tables of a ledger.

    Where it maps no accounts they are derived from the transactions.

    Parameters
    ----------
    intake : Intake
    path : Path
        The folder of the files, or the file of the transactions; others stand beside it.
    mapping : Path

    Raises
    ------
    InputRefused
        With what is wrong in the mapping, or in the form of all files.
    """
    tables = read_mapping(mapping)
    faults: list[Fault] = []
    for table in tables:
        try:
            _read_table(intake, path, table)
        except InputRefused as refusal:
            faults += refusal.faults
    if faults:
        raise InputRefused(tuple(faults))
    if all(table.table.name != "accounts" for table in tables):
        derive_accounts(intake)


def _read_table(intake: Intake, path: Path, mapping: TableMapping) -> None:
    source = f"source_{mapping.table.name}"
    read_csv(intake.connection, _file(path, mapping), source, mapping.required)
    intake.fill(mapping.table, mapping.cells(intake.reference_currency), source)
    for column, twice in mapping.occurring_twice().items():
        words = f"{mapping.table.name}.{column} that occurs twice read as the later time"
        intake.note(words, intake.count(f"{source} WHERE {twice}"))


def _file(path: Path, mapping: TableMapping) -> Path:
    if path.is_dir():
        return path / mapping.file
    return path if mapping.table.name == "transactions" else path.parent / mapping.file
