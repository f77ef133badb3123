"""The same patterns by this project's stream."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from benchmarks.pattern_peers.random_transfers import Edges
from features.patterns.multigraph import NO_SEQUENCE
from features.patterns.search import Counts
from features.patterns.settings import Settings
from features.patterns.stream import Stream
from features.patterns.transfers import Transfers

_FAMILIES = ("fan", "cycle", "scatter_gather")


def run(edges: Edges, window: int, batch: int) -> Iterator[Counts]:
    """Give the transfers in batches; return the counts of each batch."""
    settings = Settings(window=timedelta(seconds=window), in_order=False, families=_FAMILIES)
    accounts = int(max(edges.payer.max(), edges.payee.max())) + 1
    stream = Stream(accounts, settings)
    transfers = _transfers(edges)
    for start in range(0, len(edges.second), batch):
        yield stream.push(Transfers(*(column[start : start + batch] for column in transfers)))


def _transfers(edges: Edges) -> Transfers:
    happened_at = edges.second * 10**6
    return Transfers(
        happened_at,
        happened_at,
        np.full(len(happened_at), NO_SEQUENCE),
        edges.payer.astype(np.int32),
        edges.payee.astype(np.int32),
    )
