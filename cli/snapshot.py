"""Take a snapshot of the network: what payments and identifiers between accounts show of each."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cli._instant import Instant
from cli._snapshot_ledger import SnapshotLedger, opened
from cli._spark import begin
from ledger.errors import MuleriskError


@click.command
@click.option(
    "--ledger", metavar="DIR",
    help="Folder of the ledger that is read, and that keeps the snapshot.",
)  # fmt: skip
@click.option(
    "--store", "url", metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
    help="The SQL store of a running service, which uses the snapshot from the next answer on.",
)  # fmt: skip
@click.option(
    "--as-of", metavar="T", type=Instant(),
    help="The instant shown, such as 2024-06-29T00:00:00Z; nothing later is used.",
)  # fmt: skip
@click.option(
    "--delay-minutes", default=0, show_default=True, type=click.IntRange(0, 60 * 24 * 31),
    help="How long after T the snapshot counts as known: no earlier question sees it.",
)  # fmt: skip
@click.option(
    "--since", metavar="T", type=Instant(),
    help="Take those before it, too, as far back as this instant.",
)  # fmt: skip
@click.option(
    "--every-hours", default=24, show_default=True, type=click.IntRange(1),
    help="How far apart those since then stand.",
)  # fmt: skip
@click.option(
    "--engine", default="local", show_default=True, type=click.Choice(["local", "spark"]),
    help="Spark is for ledgers that outgrow one machine (docs/scale.md). The values are the same.",
)  # fmt: skip
@click.option(
    "--out", metavar="DIR",
    help="Folder for the rows that Spark writes, on any file system it knows; must not exist yet.",
)  # fmt: skip
@click.option(
    "--taken", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Keep the snapshots that Spark wrote to this folder, and take none.",
)  # fmt: skip
def command(  # noqa: PLR0913 - one for each option
    *, ledger: str | None, url: str | None, as_of: datetime | None, delay_minutes: int,
    since: datetime | None, every_hours: int, engine: str, out: str | None, taken: Path | None,
) -> None:  # fmt: skip
    """Compute the network features of every account at one instant, and keep them with the facts.

    Run it on a schedule, such as every midnight: an assessment uses the latest snapshot that was
    known, and tells its age. The same snapshot taken again changes nothing.

    Network features defined anew pass over snapshots of the old definitions. With --since the past
    is shown by the new ones, too: each instant as it was known then.

    Spark reads a ledger and writes the rows to a folder of their own, without the payments behind
    the values. `mulerisk features --engine spark` finds them there with --snapshots; --taken puts
    them into a ledger or a store.

    Example: mulerisk snapshot --store sqlite:///artifacts/demo/store.db --as-of 2024-06-29T00:00Z
    """
    if taken and (as_of or since or out or engine == "spark"):
        raise click.UsageError(
            "--taken keeps what Spark took; name only --ledger or --store beside."
        )
    if taken:
        with opened(ledger, url) as facts:
            _keep(taken, facts)
        return
    delay = timedelta(minutes=delay_minutes)
    as_ofs = _instants(as_of, since, timedelta(hours=every_hours), delay)
    if engine == "spark" and not (ledger and out):
        raise click.UsageError("--engine spark reads --ledger DIR and writes to --out DIR.")
    if out and engine != "spark":
        raise click.UsageError("--out needs --engine spark; else the ledger keeps the snapshot.")
    if ledger and out:
        _with_spark(ledger, as_ofs, delay, out)
    else:
        with opened(ledger, url) as facts:
            _take(facts, as_ofs, delay)


def _instants(
    as_of: datetime | None, since: datetime | None, apart: timedelta, delay: timedelta
) -> list[datetime]:
    """List the instants from `since` on, counted back from `as_of`, which is the last."""
    if as_of is None:
        raise click.UsageError("Name the instant shown with --as-of T.")
    if as_of + delay > datetime.now(UTC):
        raise click.UsageError("--as-of with its delay lies ahead; nobody can know that yet.")
    if since and since > as_of:
        raise click.UsageError("--since is later than --as-of; name an earlier instant.")
    count = (as_of - (since or as_of)) // apart + 1
    return [as_of - apart * back for back in reversed(range(count))]


def _take(facts: SnapshotLedger, as_ofs: list[datetime], delay: timedelta) -> None:
    """Take the snapshots one after the other, from what may be seen at the last instant."""
    from features.network.coded import coded, tables_of
    from features.network.snapshot import rows_of, take

    network = coded(tables_of(facts.view(as_ofs[-1])))
    for as_of in as_ofs:
        taken = take(network, as_of, delay)
        if len(taken.account_id):
            new = facts.keep(rows_of(taken))
            click.echo(_told(as_of, len(taken.account_id), new, taken.left_out))
        else:
            _tell_nothing(as_of, as_ofs)


def _with_spark(ledger: str, as_ofs: list[datetime], delay: timedelta, out: str) -> None:
    spark = begin()
    from features.spark.job import run_snapshots

    shown = run_snapshots(spark, ledger, as_ofs, delay, out)
    for as_of in as_ofs:
        if as_of in shown:
            click.echo(_told(as_of, shown[as_of].accounts, None, shown[as_of].left_out))
        else:
            _tell_nothing(as_of, as_ofs)
    click.echo(out)


def _keep(taken: Path, facts: SnapshotLedger) -> None:
    from features.network.keep import read_taken

    for rows in read_taken(taken):
        click.echo(_told(rows["happened_at"][0].as_py(), len(rows), facts.keep(rows), {}))


def _tell_nothing(as_of: datetime, as_ofs: list[datetime]) -> None:
    if as_of == as_ofs[-1]:
        raise MuleriskError("No transaction was known by then, so there is nothing to show.")
    click.echo(f"{as_of.isoformat()}: no transaction was known by then")


def _told(as_of: datetime, accounts: int, new: int | None, left_out: Mapping[str, int]) -> str:
    told = f"{as_of.isoformat()}: {accounts:,} accounts shown"
    told += "" if new is None else f", {new:,} of them new"
    bounds = ", ".join(f"{name} {count:,}" for name, count in left_out.items())
    return f"{told}; left out by a bound: {bounds}" if bounds else told
