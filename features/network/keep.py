"""Putting a snapshot beside the facts that it was computed from, each once."""

import pyarrow as pa
import pyarrow.compute as pc

from ledger.errors import MuleriskError
from ledger.lake import Lake, append
from ledger.schema import SNAPSHOTS

_KEY = ("definitions", "happened_at", "known_at")


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
