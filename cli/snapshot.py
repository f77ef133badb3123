"""Take a snapshot of the network: what payments and identifiers between accounts show of each."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli._instant import Instant
from ledger.errors import MuleriskError

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.view import LedgerView


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
@click.option(
    "--since", metavar="T", type=Instant(),
    help="Take those before it, too, as far back as this instant.",
)  # fmt: skip
@click.option(
    "--every-hours", default=24, show_default=True, type=click.IntRange(1),
    help="How far apart those since then stand.",
)  # fmt: skip
def command(
    ledger: Path | None,
    url: str | None,
    as_of: datetime,
    delay_minutes: int,
    since: datetime | None,
    every_hours: int,
) -> None:
    """Compute the network features of every account at one instant, and keep them with the facts.

    Run it on a schedule, such as every midnight: an assessment uses the latest snapshot that was
    known, and tells its age. The same snapshot taken again changes nothing.

    Network features defined anew pass over snapshots of the old definitions. With --since the past
    is shown by the new ones, too: each instant as it was known then.

    Example: mulerisk snapshot --store sqlite:///artifacts/demo/store.db --as-of 2024-06-29T00:00Z
    """
    delay = timedelta(minutes=delay_minutes)
    if as_of + delay > datetime.now(UTC):
        raise click.UsageError("--as-of with its delay lies ahead; nobody can know that yet.")
    if since and since > as_of:
        raise click.UsageError("--since is later than --as-of; name an earlier instant.")
    as_ofs = _instants(since or as_of, as_of, timedelta(hours=every_hours))
    if ledger:
        _in_lake(ledger, as_ofs, delay)
    elif url:
        _in_store(url, as_ofs, delay)
    else:
        raise click.UsageError("Name the facts with --ledger DIR or --store URL.")


def _instants(since: datetime, until: datetime, apart: timedelta) -> list[datetime]:
    """List the instants from `since` on, counted back from `until`, which is the last."""
    return [until - apart * back for back in reversed(range((until - since) // apart + 1))]


def _in_lake(folder: Path, as_ofs: list[datetime], delay: timedelta) -> None:
    from features.network.keep import keep_in_lake
    from ledger.lake import open_lake
    from ledger.view import LakeView

    lake = open_lake(folder)
    view = LakeView(lake, as_ofs[-1])

    def keep(rows: "pa.Table") -> int:
        nonlocal lake
        before, lake = lake, keep_in_lake(lake, rows)
        return lake.rows("snapshots") - before.rows("snapshots")

    _take(view, as_ofs, delay, keep)


def _in_store(url: str, as_ofs: list[datetime], delay: timedelta) -> None:
    from ledger.store import open_store

    store = open_store(url)
    try:
        view = store.view(as_ofs[-1])
        _take(view, as_ofs, delay, lambda rows: store.append("snapshots", rows).new)
    finally:
        store.close()


def _take(
    view: "LedgerView", as_ofs: list[datetime], delay: timedelta, keep: Callable[["pa.Table"], int]
) -> None:
    """Take the snapshots one after the other, from what may be seen at the last instant."""
    from features.network.coded import coded, tables_of
    from features.network.snapshot import rows_of, take

    network = coded(tables_of(view))
    for as_of in as_ofs:
        taken = take(network, as_of, delay)
        if len(taken.account_id):
            told = _told(keep(rows_of(taken)), len(taken.account_id), taken.left_out)
        elif as_of < as_ofs[-1]:
            told = "no transaction was known by then"
        else:
            raise MuleriskError("No transaction was known by then, so there is nothing to show.")
        click.echo(f"{as_of.isoformat()}: {told}")


def _told(new: int, accounts: int, left_out: Mapping[str, int]) -> str:
    told = f"{accounts:,} accounts shown, {new:,} of them new"
    bounds = ", ".join(f"{name} {count:,}" for name, count in left_out.items())
    return f"{told}; left out by a bound: {bounds}" if bounds else told
