"""Fans, temporal cycles and scatter-gathers by the Graph Feature Preprocessor of snapml."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from snapml import GraphFeaturePreprocessor

from benchmarks.pattern_peers.random_transfers import Edges
from features.patterns.search import TRANSACTION_VALUES
from features.patterns.settings import CYCLE_HOPS

_PATTERNS = ("fan", "scatter-gather", "temp-cycle")
_ALL = (*_PATTERNS, "degree", "lc-cycle")


def run(edges: Edges, window: int, batch: int, sizes: int = 30) -> Iterator[NDArray[np.float64]]:
    """Give the transfers in batches; return the histograms of each batch.

    Parameters
    ----------
    sizes : int
        The histograms have bins for the sizes 2 to this one; the last takes the larger ones too.
    """
    preprocessor = GraphFeaturePreprocessor()
    preprocessor.set_params(
        {
            "num_threads": 1,
            "vertex_stats": False,
            "time_window": -1,
            **{name: name in _PATTERNS for name in _ALL},
            **{f"{name}_tw": window for name in _ALL},
            **{f"{name}_bins": list(range(2, sizes + 1)) for name in _ALL},
        }
    )
    table = _table(edges)
    for start in range(0, len(table), batch):
        rows = table[start : start + batch]
        yield preprocessor.transform(rows)[:, rows.shape[1] :]


def one_by_one(edges: Edges, window: int, sizes: int = 2000) -> dict[str, NDArray[np.int64]]:
    """Return what each transfer is answered when it is given alone, under this project's names."""
    number = np.arange(2, sizes + 1)
    answers = [row.reshape(4, -1) for row in run(edges, window, 1, sizes)]
    histograms = np.array([_summary(answer, number) for answer in answers], np.int64)
    cycles = [f"cycle_{hops}" for hops in CYCLE_HOPS]
    names = ["fan_in", "fan_out", "scatter_gather", "scatter_gather_size", *cycles]
    assert set(names) <= set(TRANSACTION_VALUES)
    return dict(zip(names, histograms.T, strict=True))


def longer_cycles(edges: Edges, window: int, batch: int) -> float:
    """Return the share of the cycles found that have more hops than are counted here."""
    longest = CYCLE_HOPS[-1]
    found = np.sum([rows.sum(axis=0) for rows in run(edges, window, batch)], axis=0)
    cycles = found.reshape(4, -1)[3]
    return float(cycles[longest - 1 :].sum() / max(1.0, cycles.sum()))


def _table(edges: Edges) -> NDArray[np.float64]:
    columns = (np.arange(len(edges.second)), edges.payer, edges.payee, edges.second)
    return np.column_stack(columns).astype(np.float64)


def _summary(answer: NDArray[np.float64], number: NDArray[np.int64]) -> list[float]:
    fan_in, fan_out, scatter_gather, cycle = answer
    return [
        fan_in @ number,
        fan_out @ number,
        scatter_gather.sum(),
        max(number[scatter_gather > 0], default=0),
        *cycle[: len(CYCLE_HOPS)],
    ]
