"""Write the features of every account at one instant or several."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from cli._instant import Instant
from cli._outputs import written_whole
from cli._spark import begin


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
    "--memory", metavar="GB", type=click.FloatRange(0, min_open=True),
    help="Compute one share of the accounts after the other, and write its rows after theirs, so"
    " that this is enough; all at once if left out.",
)  # fmt: skip
@click.option(
    "--engine", default="local", show_default=True, type=click.Choice(["local", "spark"]),
    help="Spark is for ledgers that outgrow one machine, and takes its own settings for cores and"
    " memory (docs/scale.md). The values are the same.",
)  # fmt: skip
@click.option(
    "--partitions", metavar="N", type=click.IntRange(1),
    help="Into how many parts Spark divides the accounts; its own number if left out.",
)  # fmt: skip
@click.option(
    "--snapshots", metavar="DIR",
    help="Where `mulerisk snapshot --engine spark` wrote snapshots, which count beside the ledger's"
    " own; needs --engine spark.",
)  # fmt: skip
def command(  # noqa: PLR0913 - one for each option
    *, ledger: str, as_ofs: tuple[datetime, ...], out: str, threads: int, memory: float | None,
    engine: str, partitions: int | None, snapshots: str | None,
) -> None:  # fmt: skip
    """Write a Parquet table with a row for each account, as the ledger was known at an instant.

    The features of the network are those of the latest snapshot that was visible then, as
    `mulerisk snapshot` takes them; they are missing where there was none.

    Example: mulerisk features --ledger ledgers/demo --as-of 2024-06-29T00:00:00Z --out f.parquet
    """
    as_ofs = tuple(dict.fromkeys(as_ofs))
    if engine == "spark" and memory:
        raise click.UsageError("--memory is for the local engine; Spark takes its own settings.")
    if engine == "spark":
        shown_after = _with_spark(ledger, as_ofs, out, partitions, snapshots)
    elif partitions or snapshots:
        raise click.UsageError("--partitions and --snapshots need --engine spark.")
    else:
        shown_after = _here(Path(ledger), as_ofs, Path(out), threads, memory)
    _tell_gaps(as_ofs, shown_after)


def _here(
    folder: Path, as_ofs: tuple[datetime, ...], out: Path, threads: int, memory: float | None
) -> datetime | None:
    from features.network.join import shown_after
    from ledger.lake import open_lake
    from training.shares import shares_within, tables, write

    lake = open_lake(folder)
    shares = 1 if memory is None else shares_within(round(memory * 2**30), lake, len(as_ofs))
    label, accounts = "Shares of the accounts", 0
    with (
        written_whole(out) as file,
        click.progressbar(length=shares, label=label, file=sys.stderr) as bar,
    ):
        for count in write(tables(lake, as_ofs, threads=threads, shares=shares), file):
            accounts += count
            bar.update(1)
    click.echo(f"{out}: {accounts:,} accounts")
    return shown_after(lake.read("snapshots", ["definitions", "happened_at", "known_at"]))


def _with_spark(
    ledger: str,
    as_ofs: tuple[datetime, ...],
    out: str,
    partitions: int | None,
    snapshots: str | None,
) -> datetime | None:
    spark = begin()
    from features.spark.job import run

    wrote = run(spark, ledger, as_ofs, out, snapshots=snapshots, partitions=partitions)
    click.echo(f"{out}: {wrote.rows:,} rows")
    return wrote.shown_after


def _tell_gaps(as_ofs: Sequence[datetime], shown_after: datetime | None) -> None:
    """Say at which instants the features of the network are missing, and how to have them."""
    gaps = [at.isoformat() for at in as_ofs if shown_after is None or at <= shown_after]
    if gaps:
        click.echo(
            f"No snapshot of the network is visible at {', '.join(gaps)}, so its features are"
            " missing there. Take one of an instant before with `mulerisk snapshot`.",
            err=True,
        )
