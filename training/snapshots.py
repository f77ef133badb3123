"""Snapshots of the network at the instants of a schedule, as a bank's own job would take them.

A row of the feature table is made with the latest snapshot that is visible at its instant, so what
a model learns from is as old as what a service will have.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.network.coded import COLUMNS, coded
from features.network.snapshot import Snapshot, rows_of, take, values_of
from ledger.lake import Lake
from ledger.schema import SNAPSHOTS
from ledger.view import MICROSECOND, LakeView, latest_snapshots, only, visible
from training.parameters import Features

_MIDNIGHT = datetime(1970, 1, 1, tzinfo=UTC)


def scheduled(as_of: datetime, settings: Features) -> datetime:
    """Find the last instant of the schedule whose snapshot is visible at `as_of`.

    The schedule counts from midnight UTC. A snapshot is visible after it is known, so one that is
    known at `as_of` itself is not.
    """
    every = timedelta(hours=settings.snapshot_hours)
    latest = as_of - _delay(settings) - MICROSECOND
    return _MIDNIGHT + (latest - _MIDNIGHT) // every * every


def _delay(settings: Features) -> timedelta:
    return timedelta(minutes=settings.snapshot_delay_minutes)


def tables_of(lake: Lake) -> dict[str, pa.Table]:
    """Read what snapshots are computed from."""
    return {name: lake.read(name, list(columns)) for name, columns in COLUMNS.items()}


def snapshots(
    tables: Mapping[str, pa.Table],
    as_ofs: Sequence[datetime],
    settings: Features,
    *,
    with_payments: bool = False,
) -> list[Snapshot]:
    """Take the snapshots that are the latest visible ones at some instants.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        What `tables_of` reads.
    as_ofs : sequence of datetime
    settings : Features
    with_payments : bool
        Whether they name the payments behind their values, which explanations tell.
    """
    network, delay = coded(tables), _delay(settings)
    instants = sorted({scheduled(as_of, settings) for as_of in as_ofs})
    with ThreadPoolExecutor(settings.threads) as pool:
        taken = partial(take, network, delay=delay, with_payments=with_payments)
        return list(pool.map(taken, instants))


def write(taken: Sequence[Snapshot], path: Path) -> None:
    """Write snapshots as Parquet, in the form in which a ledger keeps them."""
    rows = pa.concat_tables([SNAPSHOTS.arrow.empty_table(), *map(rows_of, taken)])
    pq.write_table(rows, path, compression="zstd")


def read(path: Path, account_ids: Sequence[str]) -> pa.Table:
    """Read the snapshots of some accounts."""
    return only(pq.read_table(path), ("account_id",), account_ids)


def of_rows(rows: pa.Table) -> list[Snapshot]:
    """Read snapshots back from rows of the table `snapshots`."""
    taken = []
    for at in pc.unique(rows["happened_at"]).to_pylist():
        shown = rows.filter(pc.equal(rows["happened_at"], pa.scalar(at, rows["happened_at"].type)))
        known_at = shown["known_at"][0].as_py()
        taken.append(Snapshot(at, known_at, shown["account_id"].to_numpy(), values_of(shown), {}))
    return taken


@dataclass(frozen=True)
class PipelineView(LakeView):
    """A view of a lake with the snapshots that the pipeline took of it.

    Attributes
    ----------
    taken : pyarrow.Table
        Rows of the table `snapshots`, of one definition.
    """

    taken: pa.Table = field(default_factory=SNAPSHOTS.arrow.empty_table)

    @classmethod
    def at(cls, lake: Lake, as_of: datetime, settings: Features) -> "PipelineView":
        """Open a lake with the latest snapshot that the schedule makes visible at an instant."""
        taken = snapshots(tables_of(lake), [as_of], settings, with_payments=True)
        return cls(lake, as_of, taken=pa.concat_tables(map(rows_of, taken)))

    def snapshots(self, account_ids: Sequence[str] | None, definitions: str) -> pa.Table:
        """Read the latest visible snapshot of each of these accounts, or of all."""
        rows = only(visible(self.taken, self.as_of), ("definitions",), [definitions])
        return latest_snapshots(only(rows, ("account_id",), account_ids))
