"""Import a ledger from outside."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ledger.importers import ImportResult


@click.command()
@click.argument("name", metavar="FORMAT")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--ledger", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="Folder that the ledger will stand in; must not exist yet.",
)  # fmt: skip
@click.option(
    "--mapping", metavar="FILE", type=click.Path(path_type=Path),
    help="What a bank's columns mean; for the format mapped.",
)  # fmt: skip
@click.option(
    "--reference-currency", metavar="CODE", default="",
    help="Currency that features count in; left out, the format's own or the only one that occurs.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show the first rows and all faults; store nothing.")
def command(
    name: str,
    path: Path,
    folder: Path,
    mapping: Path | None,
    reference_currency: str,
    *,
    dry_run: bool,
) -> None:
    """Import the ledger at PATH, a folder or a file.

    FORMAT is canonical, amlsim, amlgentex, amlworld or, with a mapping file, mapped. Any fault is
    refused with the rows that have it, and nothing is stored then. See docs/import.md.

    Example: mulerisk import amlsim DOWNLOADS/amlsim --ledger ledgers/amlsim
    """
    from ledger.errors import InputRefused
    from ledger.importers import import_ledger

    result = import_ledger(
        name,
        path,
        folder,
        mapping=mapping,
        reference_currency=reference_currency,
        dry_run=dry_run,
    )
    for line in _preview(result) if dry_run else ():
        click.echo(line)
    for line in _summary(result):
        click.echo(line)
    if result.faults:
        raise InputRefused(result.faults)
    where = "nothing stored, this was a dry run" if dry_run else f"stored in {folder}"
    click.echo(f"no faults; {where}")


def _summary(result: "ImportResult") -> Iterator[str]:
    yield "rows:"
    for table, rows in result.rows.items():
        yield f"  {rows:>12,}  {table}"
    if result.normalisations:
        yield "normalised:"
    for words, rows in result.normalisations.items():
        yield f"  {rows:>12,}  {words}"


def _preview(result: "ImportResult") -> Iterator[str]:
    for table, rows in result.preview.items():
        for place, row in enumerate(rows.to_pylist(), start=1):
            yield f"{table}, row {place} as it would be stored:"
            yield from (f"  {name}: {value}" for name, value in row.items() if value is not None)
