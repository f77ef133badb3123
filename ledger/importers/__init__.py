"""The one door for a ledger from outside: read, converted, checked on every row, then stored.

Nothing is stored from a refused input: a ledger is written beside its place and moved there last.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from ledger import sql
from ledger.conversion import convert
from ledger.currencies import EXPONENTS
from ledger.errors import Fault, InputRefused, refuse
from ledger.importers.amlgentex import read_amlgentex
from ledger.importers.amlsim import read_amlsim
from ledger.importers.amlworld import read_amlworld
from ledger.importers.canonical import read_canonical
from ledger.importers.intake import Intake
from ledger.importers.mapped import read_mapped
from ledger.lake import Lake, append
from ledger.quality import check_ledger
from ledger.schema import TABLES

Importer = Callable[[Intake, Path], None]

IMPORTERS: dict[str, Importer] = {
    "canonical": read_canonical,
    "amlsim": read_amlsim,
    "amlgentex": read_amlgentex,
    "amlworld": read_amlworld,
}
"""Format -> what reads it. A bank's own format, `mapped`, also needs a mapping file."""

MAPPED = "mapped"
PREVIEW_ROWS = 5
_ROWS_IN_MEMORY = 2_000_000


@dataclass(frozen=True)
class ImportResult:
    """What an import did, or would do.

    Attributes
    ----------
    lake : Lake or None
        The ledger stored; None after a dry run.
    rows : dict of str to int
        Rows of each table.
    normalisations : dict of str to int
        What the importer changed, and in how many rows.
    preview : dict of str to pyarrow.Table
        The first rows of each table as they are, or would be, stored.
    faults : tuple of Fault
        What was found in a dry run; always empty for an import.
    """

    lake: Lake | None
    rows: Mapping[str, int]
    normalisations: Mapping[str, int]
    preview: Mapping[str, pa.Table]
    faults: tuple[Fault, ...] = ()


def import_ledger(
    name: str,
    path: Path,
    folder: Path,
    *,
    mapping: Path | None = None,
    reference_currency: str = "",
    dry_run: bool = False,
) -> ImportResult:
    """Import a ledger. No fact in it can have been learnt after the clock's time.

    Parameters
    ----------
    name : str
        The format: a key of `IMPORTERS`, or `mapped`.
    path : Path
        A folder in the format's layout, or a file.
    folder : Path
        Where the ledger will stand; must not exist, or be empty.
    mapping : Path, optional
        What a bank's columns mean; for the format `mapped`.
    reference_currency : str, optional
        Where it is not given, the format's own or the only one that occurs.
    dry_run : bool
        Whether to read and check only.

    Raises
    ------
    InputRefused
        With every fault found. A dry run returns the faults of rows instead.
    """
    intake = Intake(sql.connect(), reference_currency)
    try:
        _check_request(path, folder, reference_currency)
        _importer(name, mapping)(intake, path)
        faults = (*intake.faults, *_finish(intake, datetime.now(UTC)))
        if faults and not dry_run:
            raise InputRefused(faults)
        rows = {table: intake.count(table) for table in _held(intake)}
        preview = {table: _first_rows(intake, table) for table in rows}
        lake = None if dry_run else _store(intake, name, folder)
    except (duckdb.DataError, duckdb.OperationalError) as error:
        raise refuse(path.name, "cannot be read", f"Check the file: {_first_line(error)}") from None
    except OSError as error:
        raise _unusable(error, folder) from None
    finally:
        intake.connection.close()
    return ImportResult(lake, rows, intake.normalisations, preview, faults)


def _check_request(path: Path, folder: Path, reference_currency: str) -> None:
    if not path.exists():
        raise refuse(str(path), "does not exist", "Check the path.")
    empty = folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())
    if os.path.lexists(folder) and not empty:
        cure = "Name a folder that does not exist yet; a ledger is never overwritten."
        raise refuse(str(folder), "is there already", cure)
    if reference_currency and reference_currency not in EXPONENTS:
        cure = f"Use one of {', '.join(sorted(EXPONENTS))}."
        raise refuse("reference currency", f"{reference_currency[:80]!r} is unknown", cure)


def _importer(name: str, mapping: Path | None) -> Importer:
    if name == MAPPED:
        if mapping is None:
            raise refuse(MAPPED, "has no mapping", "Name a mapping file with --mapping.")
        return partial(read_mapped, mapping=mapping)
    if mapping is not None:
        raise refuse(name, "takes no mapping", f"Import as {MAPPED}, or leave --mapping out.")
    if name not in IMPORTERS:
        known = ", ".join([*IMPORTERS, MAPPED])
        raise refuse("format", f"{name[:80]!r} is unknown", f"Use one of {known}.")
    return IMPORTERS[name]


def _held(intake: Intake) -> list[str]:
    return [name for name in TABLES if name in sql.relations(intake.connection)]


def _finish(intake: Intake, now: datetime) -> Iterator[Fault]:
    """Convert amounts, then check everything."""
    if "transactions" in _held(intake):
        yield from _reference_amounts(intake)
    yield from check_ledger(intake.connection, now)


def _reference_amounts(intake: Intake) -> Iterator[Fault]:
    seen = _currencies(intake)
    if not intake.reference_currency and len(seen) > 1:
        rule = f"amounts are in {len(seen)} currencies: {', '.join(seen)}"
        yield Fault("reference currency", rule, 0, "Choose one with --reference-currency.")
    elif seen:
        intake.reference_currency = intake.reference_currency or seen[0]
        yield from convert(intake.connection, intake.reference_currency)


def _currencies(intake: Intake) -> list[str]:
    rows = intake.connection.execute("""
        SELECT payer_currency FROM transactions UNION SELECT payee_currency FROM transactions
    """).fetchall()
    return sorted(code for (code,) in rows if code in EXPONENTS)


def _store(intake: Intake, name: str, folder: Path) -> Lake:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        lake = Lake(beside, name, intake.reference_currency, intake.normalisations)
        for table in _held(intake):
            for rows in _in_order(intake, table):
                lake = append(lake, {table: rows})
        beside.chmod(0o755)
        os.replace(beside, folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return Lake(folder, name, intake.reference_currency, intake.normalisations, lake.parts)


def _in_order(intake: Intake, table: str) -> Iterator[pa.Table]:
    order = "happened_at, source_sequence, transaction_id" if table == "transactions" else "row"
    columns = ", ".join(TABLES[table].arrow.names)
    query = f"SELECT {columns} FROM {table} ORDER BY {order}"
    for batch in intake.connection.sql(query).to_arrow_reader(_ROWS_IN_MEMORY):
        yield pa.Table.from_batches([batch])


def _first_rows(intake: Intake, table: str) -> pa.Table:
    columns = ", ".join(TABLES[table].arrow.names)
    query = f"SELECT {columns} FROM {table} ORDER BY row LIMIT {PREVIEW_ROWS}"
    return intake.connection.sql(query).to_arrow_table()


def _unusable(error: OSError, folder: Path) -> InputRefused:
    cure = "Check the path, its permissions and the space that is left."
    return refuse(str(error.filename or folder), f"cannot be used: {error.strerror or error}", cure)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]
