"""Write the features of every account at one instant or several."""

from datetime import datetime
from pathlib import Path

import click

from cli._instant import Instant
from cli._outputs import written_whole
from ledger.errors import MuleriskError


@click.command
@click.option(
    "--ledger", required=True, metavar="DIR",
    help="The ledger's folder; for Spark on any file system it knows, as in hdfs:///ledgers/bank.",
)  # fmt: skip
@click.option(
    "--as-of", "as_ofs", required=True, metavar="T", type=Instant(), multiple=True,
    help="The instant asked about, such as 2024-06-29T00:00:00Z; nothing later is used. May be"
    " given several times.",
)  # fmt: skip
@click.option(
    "--out", required=True, metavar="F.parquet",
    help="File for the table; Spark makes a folder of that name, which must not exist yet.",
)  # fmt: skip
@click.option("--threads", default=2, show_default=True, type=click.IntRange(1, 256))
@click.option(
    "--engine", default="local", show_default=True, type=click.Choice(["local", "spark"]),
    help="Spark is for ledgers that outgrow one machine, and takes its own settings for cores and"
    " memory (docs/scale.md). The values are the same.",
)  # fmt: skip
@click.option(
    "--partitions", metavar="N", type=click.IntRange(1),
    help="Into how many parts Spark divides the accounts; its own number if left out.",
)  # fmt: skip
def command(
    ledger: str, as_ofs: tuple[datetime, ...], out: str, threads: int, engine: str,
    partitions: int | None,
) -> None:  # fmt: skip
    """Write a Parquet table with a row for each account, as the ledger was known at an instant.

    Example: mulerisk features --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out f.parquet
    """
    as_ofs = tuple(dict.fromkeys(as_ofs))
    if engine == "spark":
        _with_spark(ledger, as_ofs, out, partitions)
    elif partitions:
        raise click.UsageError("--partitions needs --engine spark.")
    else:
        _here(Path(ledger), as_ofs, Path(out), threads)


def _here(folder: Path, as_ofs: tuple[datetime, ...], out: Path, threads: int) -> None:
    from ledger.lake import open_lake
    from training.features import table, write

    features = table(open_lake(folder), as_ofs, threads=threads)
    with written_whole(out) as file:
        write(features, file)
    accounts = len(set(features.account_id))
    click.echo(f"{out}: {accounts:,} accounts")


def _with_spark(
    ledger: str, as_ofs: tuple[datetime, ...], out: str, partitions: int | None
) -> None:
    try:
        from features.spark.job import run, session
    except ModuleNotFoundError as missing:
        raise MuleriskError(
            f"Spark needs {missing.name}. Install requirements/spark.txt, as docs/scale.md says."
        ) from None
    spark = session(**{"ui.showConsoleProgress": "true"})
    rows = run(spark, ledger, as_ofs, out, partitions=partitions)
    click.echo(f"{out}: {rows:,} rows")
