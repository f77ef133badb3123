"""Stage `validate`: hold every row of a ledger against its contracts, and document it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from ledger import sql
from ledger.contract import Table
from ledger.errors import InputRefused
from ledger.lake import SEQUENCE, Lake
from ledger.quality import check_ledger, count_broken
from ledger.schema import TABLES
from training.data_docs import Page, write_data_docs
from training.data_sheet import data_sheet, write_data_sheet
from training.expectations import of_counts, of_rows

SUMMARY, DOCS = "summary.json", "docs"
_SEED = 1


def run(lake: Lake, out: Path, sample_rows: int) -> None:
    """Check a ledger and write its summary and its data docs.

    Parameters
    ----------
    lake : Lake
    out : Path
        Folder for `summary.json` (the ledger's digest, and the rows of each table), `docs`, and the
        data sheet (`data_sheet.md`, `data_sheet.json`).
    sample_rows : int
        How many rows of each table the pages look at one by one; the rules are counted over all.

    Raises
    ------
    LedgerDamaged
        If a file is not what was written.
    InputRefused
        With every fault. The data docs are written nevertheless; the summary is not.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / SUMMARY).unlink(missing_ok=True)
    document(lake, out / DOCS, sample_rows)
    with _shown(lake) as (connection, held):
        write_data_sheet(data_sheet(connection, lake, held), out)
    rows = {name: lake.rows(name) for name in TABLES if lake.rows(name)}
    summary = {"ledger": lake.name, "digest": lake.digest, "rows": rows, "faults": 0}
    (out / SUMMARY).write_text(json.dumps(summary, indent=2) + "\n")


def document(lake: Lake, docs: Path, sample_rows: int) -> None:
    """Check a ledger and write its data docs, whether it has faults or not.

    Raises
    ------
    LedgerDamaged
        If a file is not what was written; no pages are written then.
    InputRefused
        With every fault.
    """
    lake.verify()
    now = datetime.now(UTC)
    with _shown(lake) as (connection, held):
        faults = check_ledger(connection, now)
        pages = [page for table in held for page in _pages(connection, table, sample_rows, now)]
    write_data_docs(pages, docs)
    if faults:
        raise InputRefused(faults)


@contextmanager
def _shown(lake: Lake) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[Table]]]:
    """Open a database that shows the tables which hold rows."""
    connection = sql.connect()
    try:
        yield connection, [TABLES[name] for name in TABLES if _show(connection, lake, name)]
    finally:
        connection.close()


def _show(connection: duckdb.DuckDBPyConnection, lake: Lake, name: str) -> bool:
    """Show a table of the lake to DuckDB under its name, without reading it."""
    files = ", ".join(sql.literal(sql.plain_path(file)) for file in lake.files(name))
    if files:
        types = {column.name: sql.TYPES[column.type] for column in TABLES[name]}
        absent = "".join(f", NULL::{types[each]} AS {each}" for each in lake.absent(name))
        connection.execute(
            f"CREATE VIEW {name} AS SELECT *{absent}, {SEQUENCE.name} AS row"
            f" FROM read_parquet([{files}], hive_partitioning = false, union_by_name = true)"
        )
    return bool(files)


def _pages(
    connection: duckdb.DuckDBPyConnection, table: Table, sample_rows: int, now: datetime
) -> list[Page]:
    rows, broken = count_broken(connection, table, now)
    counts = {f"rows that break: {check.rule}": n for check, n in broken.items()}
    columns = ", ".join(table.arrow.names)
    sample = connection.sql(
        f"SELECT {columns} FROM {table.name}"
        f" USING SAMPLE reservoir({sample_rows} ROWS) REPEATABLE ({_SEED})"
    ).to_arrow_table()
    return [
        Page(table.name, pd.DataFrame([{"rows": rows, **counts}]), of_counts(list(counts))),
        Page(f"{table.name}_sample", sample.to_pandas(), of_rows(table)),
    ]
