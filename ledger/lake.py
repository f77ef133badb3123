"""A ledger as a folder of Parquet files, appended to and never rewritten.

`ledger.json` lists every part with its rows and its hash. It is replaced last and in one step, so
a folder without it, or a part it does not list, was never part of the ledger.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ledger import parquet
from ledger.contract import Table
from ledger.errors import MuleriskError
from ledger.order import ORDER, follow_one_another, in_order
from ledger.schema import TABLES

MANIFEST = "ledger.json"
SEQUENCE = pa.field("recorded_seq", pa.int64(), nullable=False)
"""Position in the order in which the ledger learnt its facts, counted from 1 over all tables.

One number so says all that was known; the rows of one table may leave gaps.
"""


class LedgerMissing(MuleriskError):
    """No ledger stands at the place named."""


class LedgerDamaged(MuleriskError):
    """The manifest or a part of the ledger is not what was written."""


class LedgerHasGrown(MuleriskError):
    """Somebody else has appended to the ledger since it was opened."""


@dataclass(frozen=True)
class Part:
    """One Parquet file: the rows of a table recorded from `first_seq` to `last_seq`."""

    table: str
    rows: int
    first_seq: int
    last_seq: int
    sha256: str

    @property
    def path(self) -> str:
        """Place of the file below the ledger's folder."""
        return f"{self.table}/{self.first_seq:012}-{self.last_seq:012}.parquet"


@dataclass(frozen=True)
class Lake:
    """A ledger on disk.

    Attributes
    ----------
    folder : Path
    source : str
        The format it came from.
    reference_currency : str
        The currency of `reference_minor`.
    normalisations : dict of str to int
        What an importer changed, and in how many rows.
    parts : tuple of Part
    """

    folder: Path
    source: str
    reference_currency: str
    normalisations: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()

    @property
    def name(self) -> str:
        """Name of the ledger: its folder's."""
        return self.folder.name

    @cached_property
    def digest(self) -> str:
        """Hash over everything the ledger holds."""
        return hashlib.sha256(_manifest(self).encode()).hexdigest()

    def rows(self, table: str) -> int:
        """Count the rows of a table."""
        return sum(part.rows for part in self.parts if part.table == table)

    def last_seq(self, table: str | None = None) -> int:
        """Tell the last fact recorded, of one table or of all; 0 where there is none."""
        return max((p.last_seq for p in self.parts if table in (None, p.table)), default=0)

    def has_values(self, table: str, column: str) -> bool:
        """Tell whether a column holds any value, by a look at the ends of the files only."""
        return any(not parquet.is_empty(file, column) for file in self.files(table))

    def files(self, table: str) -> list[Path]:
        """List the Parquet files of a table in the order they were recorded."""
        return [self.folder / part.path for part in self.parts if part.table == table]

    def read(
        self,
        table: str,
        columns: list[str] | None = None,
        *,
        coded: bool = False,
        among: parquet.Among | None = None,
    ) -> pa.Table:
        """Read a table; its last column is `recorded_seq` unless `columns` are named.

        Transactions come in the ledger's order (`ledger.order`). If `coded`, texts outside the key
        come as dictionaries, as they stand in the file: much less to read. `among` leaves rows out
        while they are read, which takes longer, and memory only for those that are kept.
        """
        contract = TABLES[table]
        schema = contract.arrow.append(SEQUENCE)
        if coded:
            schema = pa.schema([parquet.coded(field, contract) for field in schema])
        wanted = columns or schema.names
        # Each part was written in order; where there are several, they must be merged.
        if len(self.files(table)) > 1 and set(ORDER) <= set(schema.names):
            return self._merged(table, wanted, schema, among)
        return pa.concat_tables(self._in_parts(table, wanted, schema, among))

    def _merged(
        self, table: str, wanted: list[str], schema: pa.Schema, among: parquet.Among | None
    ) -> pa.Table:
        # Most parts follow one another, and ids take as long to read as all else.
        parts = self._in_parts(table, [*wanted, *ORDER[:2]], schema, among)
        if not follow_one_another(parts):
            del parts
            rows = pa.concat_tables(self._in_parts(table, [*wanted, *ORDER], schema, among))
            return in_order(rows).select(wanted)
        return pa.concat_tables(parts).select(wanted)

    def _in_parts(
        self, table: str, names: list[str], schema: pa.Schema, among: parquet.Among | None
    ) -> list[pa.Table]:
        """Read part by part, after one without a row."""
        schema = pa.schema([schema.field(name) for name in dict.fromkeys(names)])
        parts = (parquet.read(file, schema, among) for file in self.files(table))
        return [schema.empty_table(), *parts]

    def read_part(self, part: Part) -> pa.Table:
        """Read one part with its `recorded_seq`, in the order in which it stands on disk."""
        schema = TABLES[part.table].arrow.append(SEQUENCE)
        return parquet.read(self.folder / part.path, schema)

    def absent(self, table: str) -> list[str]:
        """Name the columns that may be missing and that no file of a table has.

        A ledger that an earlier release wrote lacks what contracts have gained since.
        """
        held = {name for file in self.files(table) for name in pq.read_schema(file).names}
        return [c.name for c in TABLES[table] if c.nullable and c.name not in held]

    def verify(self) -> None:
        """Check every part against its hash.

        Raises
        ------
        LedgerDamaged
            Naming each part that is missing or changed.
        """
        damaged = [
            part.path for part in self.parts if _hash_of(self.folder / part.path) != part.sha256
        ]
        if damaged:
            raise LedgerDamaged(
                f"{self.folder}: {', '.join(damaged)} missing or changed since written."
                " Restore the file or import the ledger again."
            )


def open_lake(folder: Path) -> Lake:
    """Open the ledger in `folder`, once every part of it has been checked against its hash.

    Raises
    ------
    LedgerMissing
        If no ledger stands there.
    LedgerDamaged
        If its manifest cannot be read, or a part is missing or changed.
    """
    try:
        manifest = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise LedgerMissing(
            f"{folder} holds no ledger ({MANIFEST} is missing)."
            " Make one with `mulerisk import FORMAT PATH --ledger DIR`."
        ) from None
    lake = from_manifest(folder, manifest)
    lake.verify()
    return lake


def from_manifest(folder: Path, manifest: bytes) -> Lake:
    """Read what a ledger holds, without a look at its parts.

    Raises
    ------
    LedgerDamaged
        If the manifest is not what was written.
    """
    try:
        return _parsed(folder, manifest)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise LedgerDamaged(
            f"{folder / MANIFEST} is not what was written."
            " Restore the file or import the ledger again."
        ) from None


def _parsed(folder: Path, manifest: bytes) -> Lake:
    fields = json.loads(manifest)
    lake = Lake(folder, parts=tuple(Part(**part) for part in fields.pop("parts")), **fields)
    texts = [lake.source, lake.reference_currency]
    numbers = [n for part in lake.parts for n in (part.rows, part.first_seq, part.last_seq)]
    if not (
        {part.table for part in lake.parts} <= set(TABLES)
        and all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int) for number in numbers)
        and isinstance(lake.normalisations, dict)
    ):
        raise ValueError(manifest)
    return lake


def append(lake: Lake, tables: Mapping[str, pa.Table]) -> Lake:
    """Add rows that met their contracts to the ledger, creating it if need be.

    Transactions are written in the ledger's order, so that nobody need sort them again. Rows that
    bring their `recorded_seq`, as those of the SQL store do, keep it; others are numbered on from
    the last fact of the ledger.

    Raises
    ------
    LedgerHasGrown
        If the ledger on disk holds other parts than `lake`; nothing is written then.
    """
    _check_unchanged(lake)
    parts: list[Part] = []
    last_seq = lake.last_seq()
    for name, rows in tables.items():
        if len(rows):
            parts.append(_write_part(lake, TABLES[name], rows, last_seq))
            last_seq = max(last_seq, parts[-1].last_seq)
    grown = replace(lake, parts=(*lake.parts, *parts))
    lake.folder.mkdir(parents=True, exist_ok=True)
    beside = lake.folder / f"{MANIFEST}.new"
    beside.write_text(_manifest(grown))
    os.replace(beside, lake.folder / MANIFEST)
    return grown


def _check_unchanged(lake: Lake) -> None:
    file = lake.folder / MANIFEST
    parts = from_manifest(lake.folder, file.read_bytes()).parts if file.is_file() else ()
    if parts != lake.parts:
        raise LedgerHasGrown(
            f"{lake.folder} is not what it was when it was opened; another command appends to it."
            " Let that end, and run this one again."
        )


def _write_part(lake: Lake, table: Table, rows: pa.Table, last_seq: int) -> Part:
    if set(ORDER) <= set(table.arrow.names):
        rows = in_order(rows)
    if SEQUENCE.name not in rows.column_names:
        sequence = pa.array(range(last_seq + 1, last_seq + 1 + len(rows)), pa.int64())
        rows = rows.append_column(SEQUENCE, sequence)
    schema = table.arrow.append(SEQUENCE)
    rows = rows.select(schema.names).cast(schema)
    bounds = pc.min_max(rows[SEQUENCE.name])
    part = Part(table.name, len(rows), bounds["min"].as_py(), bounds["max"].as_py(), "")
    if part.first_seq <= lake.last_seq(table.name):
        raise ValueError(f"{table.name}: the ledger already holds facts of this recorded_seq")
    path = lake.folder / part.path
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write(rows, path, table)
    return replace(part, sha256=_hash_of(path))


def _hash_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(lake: Lake) -> str:
    fields = asdict(lake)
    del fields["folder"]
    return json.dumps(fields, indent=2, sort_keys=True) + "\n"
