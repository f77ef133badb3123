"""CSV files, read as text and refused where their form is broken.

Values are taken as they stand: an importer decides what a text means, so that `1e3`, `NaN` or a
decimal comma cannot become a number by accident. A file is streamed, so its size does not matter;
a line must fit a block of one megabyte.
"""

import codecs
import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ledger import sql
from ledger.errors import ROWS_SHOWN, Fault, FaultyRow, InputRefused, refuse

ROW = "#row"
"""Column with the position of a row in its file, counted from 1 without the header line."""

MOST_COLUMNS = 1_000
_BLOCK = 1 << 20
_DAMAGED = (OSError, EOFError, ValueError, zlib.error, csv.Error, duckdb.Error)
_MEANINGS = {
    "straddling": ("has a line longer than one megabyte", "Check how its lines end."),
    "utf": ("is not UTF-8 text", "Save it in UTF-8."),
    "end-of-stream": ("is cut off", "Fetch the file again."),
}


def find_csv(folder: Path, name: str) -> Path:
    """Find `name` as a CSV file in a folder, compressed or not.

    Raises
    ------
    InputRefused
        If it is not there.
    """
    for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz"):
        if path.exists():
            return path
    cure = f"It needs {name}.csv or {name}.csv.gz; check that {folder} is the folder to import."
    raise refuse(name, "is missing", cure)


def read_csv(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    relation: str,
    required: Sequence[str] = (),
    *,
    may_repeat: bool = False,
) -> list[str]:
    """Load a CSV file as a table of texts; an empty value is missing.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    path : Path
        In UTF-8, compressed by gzip if its name ends in `.gz`.
    relation : str
        Name of the table to make; `ROW` is its last column.
    required : sequence of str
        Columns that the file must have; it may have others.
    may_repeat : bool
        Whether a name may stand twice in the header; the second is then called `name.1`.

    Returns
    -------
    list of str
        Names of the columns.

    Raises
    ------
    InputRefused
        If the file is missing, empty, cut off, no UTF-8 text or no rectangle of values.
    """
    malformed = _Malformed()
    try:
        header = _header(path, required, may_repeat=may_repeat)
        with _open(path) as file:
            watched = _Watched(file)
            connection.register("incoming", _stream(watched, header, malformed))
            connection.execute(
                f'CREATE TABLE {sql.quoted(relation)} AS SELECT *, row_number() OVER () AS "{ROW}"'
                " FROM incoming"
            )
            connection.unregister("incoming")
    except _DAMAGED as error:
        raise _unreadable(path, error) from None
    if malformed.count:
        raise InputRefused((malformed.fault(path.name, len(header)),))
    if watched.quotation_marks % 2:
        raise refuse(path.name, "has a quotation mark that does not close", "Close or double it.")
    return header


class _Watched(io.RawIOBase):
    """Looks at a file's bytes while they are read, for what the parser lets pass.

    It takes an open quotation mark to the end of the file, and rows that are neither text nor of
    the header's width it may drop.
    """

    def __init__(self, file: io.BufferedIOBase) -> None:
        self.file, self.quotation_marks = file, 0
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Read the next bytes; a UnicodeDecodeError tells that they are no UTF-8."""
        data = self.file.read(size)
        self._decoder.decode(data, final=not data)
        self.quotation_marks += data.count(b'"')
        return data


@dataclass
class _Malformed:
    """The rows that have more or fewer values than the header."""

    count: int = 0
    rows: list[FaultyRow] = field(default_factory=list)

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        self.count += 1
        if len(self.rows) < ROWS_SHOWN:
            self.rows.append(FaultyRow((row.number or 1) - 1, "", row.text[:80]))
        return "skip"

    def fault(self, name: str, width: int) -> Fault:
        cure = "Put values with a comma or a line end in quotation marks; write every value."
        rule = f"each row has {width} values, one for each name in the header"
        return Fault(name, rule, self.count, cure, tuple(self.rows))


def _stream(file: _Watched, header: list[str], malformed: _Malformed) -> pa.RecordBatchReader:
    return arrow_csv.open_csv(
        pa.PythonFile(file, mode="r"),
        arrow_csv.ReadOptions(
            block_size=_BLOCK, column_names=header, skip_rows=1, use_threads=False
        ),
        arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=malformed),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(header, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    )


def _open(path: Path) -> io.BufferedIOBase:
    if path.suffix == ".gz":
        return gzip.open(path)
    return path.open("rb")


def _header(path: Path, required: Sequence[str], *, may_repeat: bool) -> list[str]:
    if not path.is_file():
        raise refuse(path.name, "is no file", f"Check the path {path}.")
    with _open(path) as file:
        line = file.readline(_BLOCK)
    if not line.strip():
        raise refuse(path.name, "is empty", "Give a header line and rows.")
    if len(line) == _BLOCK:
        raise refuse(path.name, *_MEANINGS["straddling"])
    if not line.endswith(b"\n"):
        raise refuse(path.name, "ends within its header line", "Give rows, and end every line.")
    names = next(csv.reader([line.decode("utf-8-sig").rstrip("\r\n")], strict=True), [])
    if len(names) > MOST_COLUMNS:
        raise too_wide(path, len(names))
    if may_repeat:
        names = [f"{name}.1" if name in names[:place] else name for place, name in enumerate(names)]
    faults = tuple(_header_faults(path.name, names, required))
    if faults:
        raise InputRefused(faults)
    return names


def too_wide(path: Path, columns: int) -> InputRefused:
    """Build the refusal of a file with more columns than a ledger could use."""
    cure = f"Leave out what no table of a ledger has; at most {MOST_COLUMNS:,} are read."
    return refuse(path.name, f"has {columns:,} columns", cure)


def _header_faults(file: str, names: list[str], required: Sequence[str]) -> Iterator[Fault]:
    times = Counter(name.lower() for name in names)
    for name in sorted(name for name in times if times[name] > 1):
        yield Fault(file, f"column {name[:80]!r} stands twice", 0, "Rename or remove one of them.")
    seen = ", ".join(names)[:200]
    for name in required:
        if name not in names:
            yield Fault(file, f"column {name} is missing", 0, f"Add it; the header has {seen}.")


def _unreadable(path: Path, error: Exception) -> InputRefused:
    for sign, (rule, cure) in _MEANINGS.items():
        if sign in str(error).lower():
            return refuse(path.name, rule, cure)
    return refuse(path.name, "is damaged or no CSV file", "Fetch or save the file again.")
