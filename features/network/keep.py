"""Putting a snapshot beside the facts that it was computed from, each once."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.network.snapshot import values_of
from ledger.errors import MuleriskError
from ledger.lake import Lake, append
from ledger.schema import SNAPSHOTS

_KEY = ("definitions", "happened_at", "known_at")


class NotSnapshots(MuleriskError):
    """A folder that does not hold the snapshots which were asked for."""


class SnapshotStands(MuleriskError):
    """Another snapshot of the same instant stands in the ledger."""


def keep_in_lake(lake: Lake, rows: pa.Table) -> Lake:
    """Append the rows of one snapshot to a lake; return what it holds then.

    The same snapshot taken again is passed over, as a store passes it over.

    Raises
    ------
    SnapshotStands
        If one of the same instant, definitions and known_at shows something else.
    """
    # Its key takes little to read, what it shows takes much: only where it stands already.
    if not len(_same_key(lake.read("snapshots", list(_KEY)), rows)):
        return append(lake, {"snapshots": rows})
    there = _same_key(lake.read("snapshots", SNAPSHOTS.arrow.names), rows)
    if not there.sort_by("account_id").equals(rows.sort_by("account_id")):
        raise SnapshotStands(
            f"{lake.folder} holds a snapshot of {rows['happened_at'][0].as_py().isoformat()} that"
            " shows something else: facts have come in since that were known in time. A fact is"
            " never changed; take a snapshot of a later instant, or one that is known later."
        )
    return lake


def _same_key(stored: pa.Table, rows: pa.Table) -> pa.Table:
    for name in _KEY:
        stored = stored.filter(pc.equal(stored[name], rows[name][0])) if len(rows) else stored[:0]
    return stored


def read_taken(folder: Path) -> Iterator[pa.Table]:
    """Read the snapshots that Spark wrote to a folder, the oldest first.

    Raises
    ------
    NotSnapshots, SnapshotDamaged
        Before any is given, if the folder does not hold snapshots that are whole.
    """
    rows = _whole(folder)
    for known_at in sorted(pc.unique(rows["known_at"]).to_pylist()):
        of_one = rows.filter(pc.equal(rows["known_at"], pa.scalar(known_at, rows["known_at"].type)))
        yield of_one.sort_by("account_id")


def _whole(folder: Path) -> pa.Table:
    if not (folder / "_SUCCESS").exists():
        raise _no_snapshots(folder, "has no file _SUCCESS, so no job ended there")
    try:
        found = pq.read_table(folder)
    except pa.ArrowInvalid as fault:
        raise _no_snapshots(folder, f"cannot be read ({type(fault).__name__})") from None
    if found.column_names != SNAPSHOTS.arrow.names:
        raise _no_snapshots(folder, f"has the columns {', '.join(found.column_names)}")
    rows = found.cast(SNAPSHOTS.arrow)
    values_of(rows)
    return rows


def _no_snapshots(folder: Path, seen: str) -> NotSnapshots:
    return NotSnapshots(
        f"{folder} {seen}. Name the folder that `mulerisk snapshot --engine spark --out` wrote."
    )
