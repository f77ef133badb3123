"""How fast our own TreeSHAP is beside LightGBM's pred_contrib: `make bench-explain`."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import click
import lightgbm
import numpy as np
from numpy.typing import NDArray

from features.catalogue import NAMES
from models.treeshap.shap_values import TreeShap

SIZES = ((300, 31), (1000, 63))
"""Trees and leaves."""

TRAINED_ON = 10_000
"""Rows enough for every tree to have all of its leaves; that is checked."""
BATCH, SLICES, PEERS_ROWS = 100_000, 20, 200
"""Rows of the batch; it is explained in slices, and the peer explains a few rows between them."""

EVICTED = 64 * 2**20
"""Bytes written to drive a model out of the caches."""

WARM_UP = 3
"""Calls for other rows that fill the caches."""

Rows = NDArray[np.float64]
Explain = Callable[[Rows], object]


@dataclass(frozen=True)
class Costs:
    """CPU microseconds for each row, ours and the peer's."""

    name: str
    own: float
    peer: float

    @property
    def ratio(self) -> float:
        """How many times cheaper ours is."""
        return round(self.peer / self.own, 1)


@dataclass(frozen=True)
class Contest:
    """One model, explained by us and by LightGBM with one thread."""

    size: str
    booster: lightgbm.Booster
    explainer: TreeShap

    def own(self, rows: Rows) -> Rows:
        """Explain as the scorer does."""
        return self.explainer.values(rows)

    def peer(self, rows: Rows) -> Rows:
        """Explain with LightGBM; the base stands last."""
        return np.asarray(self.booster.predict(rows, pred_contrib=True, num_threads=1))

    def gap(self, rows: Rows) -> float:
        """Return the largest difference, relative to the size of a row's values or to 1."""
        peer = self.peer(rows)
        own = np.column_stack([self.own(rows), np.full(len(rows), self.explainer.base)])
        size = np.maximum(1.0, np.abs(peer).sum(axis=1))
        return float((np.abs(own - peer).max(axis=1) / size).max())

    def is_additive(self, rows: Rows, values: Rows) -> bool:
        """Tell whether every row adds up to its raw score."""
        raw = np.asarray(self.booster.predict(rows, raw_score=True, num_threads=1))
        size = np.maximum(1.0, np.abs(values).sum(axis=1))
        return bool((np.abs(self.explainer.base + values.sum(axis=1) - raw) <= 1e-9 * size).all())


@click.command()
@click.option("--calls", type=click.IntRange(1), default=100, show_default=True)
def main(calls: int) -> None:
    """Measure SHAP values of single rows, with caches hot and cold, and of a batch.

    The contenders take turns, so that a busy minute hits both; medians of CPU time.
    """
    random = np.random.default_rng(0)
    rows = _draw(random, BATCH)
    contests = [_contest(trees, leaves, random) for trees, leaves in SIZES]
    costs = [cost for contest in contests for cost in _one_row(contest, rows, calls)]
    batch, values = _batch(contests[0], rows)
    checked = [(contest, rows[:1000], contest.own(rows[:1000])) for contest in contests]
    additive = all(
        contest.is_additive(some, explained)
        for contest, some, explained in [*checked, (contests[0], rows, values)]
    )
    gap = max(contest.gap(rows[:500]) for contest in contests)
    print(f"{len(NAMES)} features; CPU microseconds a row, medians; the peer is pred_contrib")
    print(table([*costs, batch]))
    ratios = {cost.name: cost.ratio for cost in [*costs, batch]}
    print(json.dumps({**ratios, "max_rel_diff": gap, "additive": additive}))


def _contest(trees: int, leaves: int, random: np.random.Generator) -> Contest:
    rows = _draw(random, TRAINED_ON)
    known = np.nan_to_num(rows[:, :10])
    score = known @ random.normal(size=10) + known[:, 0] * known[:, 1]
    parameters = {
        "objective": "binary", "num_leaves": leaves, "learning_rate": 0.05, "max_bin": 63,
        "num_threads": 1, "seed": 0, "verbosity": -1,
    }  # fmt: skip
    data = lightgbm.Dataset(rows, score + random.normal(size=len(rows)) > 0)
    text = lightgbm.train(parameters, data, trees).model_to_string()
    assert text.count(f"\nnum_leaves={leaves}\n") == trees
    return Contest(f"{trees}x{leaves}", lightgbm.Booster(model_str=text), TreeShap(text))


def _draw(random: np.random.Generator, count: int) -> Rows:
    rows = random.normal(size=(count, len(NAMES)))
    rows[random.random(rows.shape) < 0.1] = np.nan
    return rows


def _one_row(contest: Contest, rows: Rows, calls: int) -> list[Costs]:
    """Measure calls for one row, first with all caches as they are after calls like it."""
    other_data = np.zeros(EVICTED, np.uint8)

    def warm(explain: Explain) -> None:
        for call in range(WARM_UP):
            explain(rows[call : call + 1])

    def evict(_: Explain) -> None:
        other_data[:] += 1

    return [
        Costs(f"one_row_{contest.size}", *_in_turn(contest, rows[-calls:], warm)),
        Costs(f"cold_{contest.size}", *_in_turn(contest, rows[-calls:], evict)),
    ]


def _in_turn(contest: Contest, rows: Rows, prepare: Callable[[Explain], None]) -> list[float]:
    contenders = (contest.own, contest.peer)
    costs: list[list[float]] = [[], []]
    for row in range(len(rows)):
        for contender, explain in enumerate(contenders):
            prepare(explain)
            costs[contender].append(_microseconds(explain, rows[row : row + 1]))
    return [median(cost) for cost in costs]


def _batch(contest: Contest, rows: Rows) -> tuple[Costs, Rows]:
    """Explain a batch slice by slice; the peer explains some rows of each slice."""
    values, own, peer = [], [], []
    for part in np.array_split(rows, SLICES):
        own.append(_microseconds(lambda some: values.append(contest.own(some)), part))
        peer.append(_microseconds(contest.peer, part[:PEERS_ROWS]))
    return Costs("batch_100k", median(own), median(peer)), np.concatenate(values)


def _microseconds(explain: Explain, rows: Rows) -> float:
    start = time.process_time_ns()
    explain(rows)
    return (time.process_time_ns() - start) / 1000 / len(rows)


def table(costs: list[Costs]) -> str:
    """Write the figures for people."""
    lines = [f"{'':<18}{'ours':>10}{'peer':>10}{'ratio':>8}"]
    lines += [
        f"{cost.name:<18}{cost.own:>10.1f}{cost.peer:>10.1f}{cost.ratio:>8.1f}" for cost in costs
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
