"""Write the features of every account at one instant."""

from datetime import datetime
from pathlib import Path

import click

from cli._inputs import Instant
from cli._outputs import written_whole


@click.command
@click.option(
    "--ledger", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="The ledger's folder.",
)  # fmt: skip
@click.option(
    "--as-of", required=True, metavar="T", type=Instant(),
    help="The instant asked about, such as 2024-06-29T00:00:00Z; nothing later is used.",
)  # fmt: skip
@click.option(
    "--out", required=True, metavar="F.parquet", type=click.Path(path_type=Path, dir_okay=False),
    help="File for the table.",
)  # fmt: skip
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 256))
def command(folder: Path, as_of: datetime, out: Path, threads: int) -> None:
    """Write a Parquet table with a row for each account, as the ledger was known at an instant.

    Example: mulerisk features --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out f.parquet
    """
    from ledger.lake import open_lake
    from training.features import table, write

    features = table(open_lake(folder), [as_of], threads=threads)
    with written_whole(out) as file:
        write(features, file)
    click.echo(f"{out}: {len(features.account_id):,} accounts")
