"""Take a snapshot of the network: what payments and identifiers between accounts show of each."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from cli._instant import Instant
from ledger.errors import MuleriskError


@click.command
@click.option(
    "--ledger", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the ledger that is read, and that keeps the snapshot.",
)  # fmt: skip
@click.option(
    "--store", "url", metavar="URL", envvar="MULERISK_STORE", show_envvar=True,
    help="The SQL store of a running service, which uses the snapshot from the next answer on.",
)  # fmt: skip
@click.option(
    "--as-of", required=True, metavar="T", type=Instant(),
    help="The instant shown, such as 2024-06-29T00:00:00Z; nothing later is used.",
)  # fmt: skip
@click.option(
    "--delay-minutes", default=0, show_default=True, type=click.IntRange(0, 60 * 24 * 31),
    help="How long after T the snapshot counts as known: no earlier question sees it.",
)  # fmt: skip
def command(ledger: Path | None, url: str | None, as_of: datetime, delay_minutes: int) -> None:
    """Compute the network features of every account at one instant, and keep them with the facts.

    Run it on a schedule, such as every midnight: an assessment uses the latest snapshot that was
    known, and tells its age. The same snapshot taken again changes nothing.

    Example: mulerisk snapshot --store sqlite:///artifacts/demo/store.db --as-of 2024-06-29T00:00Z
    """
    delay = timedelta(minutes=delay_minutes)
    if as_of + delay > datetime.now(UTC):
        raise click.UsageError("--as-of with its delay lies ahead; nobody can know that yet.")
    if ledger:
        told = _in_lake(ledger, as_of, delay)
    elif url:
        told = _in_store(url, as_of, delay)
    else:
        raise click.UsageError("Name the facts with --ledger DIR or --store URL.")
    click.echo(told)


def _in_lake(folder: Path, as_of: datetime, delay: timedelta) -> str:
    from features.network.coded import coded, tables_of
    from features.network.keep import keep_in_lake
    from features.network.snapshot import rows_of, take
    from ledger.lake import open_lake
    from ledger.view import LakeView

    lake = open_lake(folder)
    taken = take(coded(tables_of(LakeView(lake, as_of))), as_of, delay)
    return _told(keep_in_lake(lake, rows_of(taken)), len(taken.account_id), taken.left_out)


def _in_store(url: str, as_of: datetime, delay: timedelta) -> str:
    from features.network.coded import coded, tables_of
    from features.network.snapshot import rows_of, take
    from ledger.store import open_store

    store = open_store(url)
    try:
        taken = take(coded(tables_of(store.view(as_of))), as_of, delay)
        new = store.append("snapshots", rows_of(taken)).new
    finally:
        store.close()
    return _told(new, len(taken.account_id), taken.left_out)


def _told(new: int, accounts: int, left_out: Mapping[str, int]) -> str:
    if not accounts:
        raise MuleriskError("No transaction was known by then, so there is nothing to show.")
    told = f"{accounts:,} accounts shown, {new:,} of them new"
    bounds = ", ".join(f"{name} {count:,}" for name, count in left_out.items())
    return f"{told}; left out by a bound: {bounds}" if bounds else told
