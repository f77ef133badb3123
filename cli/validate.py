"""Check a ledger."""

from pathlib import Path

import click


@click.command()
@click.argument("ledger", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--docs", metavar="DIR", type=click.Path(path_type=Path),
    help="Folder for the pages; artifacts/LEDGER/validate/docs if left out.",
)  # fmt: skip
@click.option(
    "--sample-rows", default=10_000, show_default=True, type=click.IntRange(100),
    help="Rows of each table that the pages look at one by one.",
)  # fmt: skip
def command(ledger: Path, docs: Path | None, sample_rows: int) -> None:
    """Check every row of the ledger in folder DIR and write Great Expectations data docs.

    Example: mulerisk validate ledgers/amlsim
    """
    from ledger.lake import open_lake
    from training.validate import DOCS, document

    lake = open_lake(ledger)
    pages = docs or Path("artifacts") / lake.name / "validate" / DOCS
    document(lake, pages, sample_rows)
    rows = sum(lake.rows(table) for table in {part.table for part in lake.parts})
    click.echo(f"{lake.name}: {rows:,} rows keep every rule; see {pages / 'index.html'}")
