"""The ledger, or the store, that snapshots are taken from and kept in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    import pyarrow as pa

    from ledger.view import LedgerView


class SnapshotLedger(NamedTuple):
    """Where snapshots are taken from and kept.

    Attributes
    ----------
    view : callable
        Gives what is seen there at an instant.
    keep : callable
        Keeps the rows of one snapshot, and tells how many of them were new.
    """

    view: Callable[[datetime], "LedgerView"]
    keep: Callable[["pa.Table"], int]


@contextmanager
def opened(ledger: str | None, url: str | None) -> Iterator[SnapshotLedger]:
    """Open the ledger, or else the store.

    Raises
    ------
    click.UsageError
        If neither is named.
    """
    if ledger:
        yield _lake(Path(ledger))
    elif url:
        from ledger.store import open_store

        store = open_store(url)
        try:
            yield SnapshotLedger(store.view, lambda rows: store.append("snapshots", rows).new)
        finally:
            store.close()
    else:
        raise click.UsageError("Name the facts with --ledger DIR or --store URL.")


def _lake(folder: Path) -> SnapshotLedger:
    from features.network.keep import keep_in_lake
    from ledger.lake import open_lake
    from ledger.view import LakeView

    lake = before_all = open_lake(folder)

    def keep(rows: "pa.Table") -> int:
        nonlocal lake
        before, lake = lake, keep_in_lake(lake, rows)
        return lake.rows("snapshots") - before.rows("snapshots")

    return SnapshotLedger(lambda as_of: LakeView(before_all, as_of), keep)
