"""Facts from a lake into the store, and on from the store into a lake.

Store and lake number their facts alike, so what a lake lacks is what was recorded after its last.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa

from ledger.lake import SEQUENCE, Lake, Part
from ledger.lake import append as append_to_lake
from ledger.store.reader import Reader
from ledger.store.tables import STORED

Progress = Callable[[int], object]
"""Told the `recorded_seq` that has been reached."""

WINDOW = 50_000
"""Numbers loaded in one transaction."""

PART = 1_000_000
"""Numbers exported in one step, which leaves the lake whole: all tables or none."""


def windows(lake: Lake, loaded: int) -> Iterator[tuple[int, dict[str, pa.Table]]]:
    """Read a lake in the order it was recorded, all tables together.

    Parameters
    ----------
    lake : Lake
    loaded : int
        How far the store is. No window reaches across it, so that a lake that has grown since it
        was loaded keeps the numbers of its new facts.

    Yields
    ------
    through : int
        The number as far as the lake has now been read.
    tables : dict of str to pa.Table
        The rows recorded since the number before, with their `recorded_seq` ascending.
    """
    parts = [part for part in lake.parts if part.table in STORED]
    held: dict[str, pa.Table] = {}
    last = lake.last_seq()
    for start, through in pairwise(sorted({*range(0, last, WINDOW), min(loaded, last), last})):
        touched = [p for p in parts if p.first_seq <= through and p.last_seq > start]
        held = {p.path: held[p.path] if p.path in held else _recorded(lake, p) for p in touched}
        tables: dict[str, list[pa.Table]] = {}
        for part in touched:
            tables.setdefault(part.table, []).append(_between(held[part.path], start, through))
        rows = {name: pa.concat_tables(slices) for name, slices in tables.items()}
        yield through, {name: table for name, table in rows.items() if len(table)}


def _recorded(lake: Lake, part: Part) -> pa.Table:
    """Read a part in the order of its numbers; on disk transactions stand in order of time."""
    return lake.read_part(part).sort_by(SEQUENCE.name)


def _between(rows: pa.Table, after: int, through: int) -> pa.Table:
    numbers = rows[SEQUENCE.name].to_numpy()
    first, last = np.searchsorted(numbers, [after, through], side="right")
    return rows.slice(first, last - first)


def export(reader: Reader, lake: Lake, through: int, progress: Progress) -> Lake:
    """Append to a lake what was recorded after its last fact and not after `through`."""
    for start in range(0, through, PART):
        tables = {
            name: reader.recorded(name, max(start, lake.last_seq(name)), min(start + PART, through))
            for name in STORED
        }
        if any(map(len, tables.values())):
            lake = append_to_lake(lake, tables)
        progress(min(start + PART, through))
    return lake
