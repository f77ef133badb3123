"""The protocol: every contender on the whole file, and on the file without its tail."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ledger.lake import Lake
from training.amlworld.columns import RAW, described
from training.amlworld.flagged import Figures, best_threshold, figures
from training.amlworld.labelled import Labelled, labelled
from training.amlworld.learner import Lessons, learn, lessons, scores
from training.amlworld.parts import Parts, parts_of
from training.amlworld.tail import Tail, tail_of

CONTENDERS = ("raw columns", "with features")


@dataclass(frozen=True)
class Scope:
    """What was found on a part of a file.

    Attributes
    ----------
    parts : Parts
    found : dict of str to tuple of Figures
        By contender, one element for each seed.
    """

    parts: Parts
    found: Mapping[str, tuple[Figures, ...]]


@dataclass(frozen=True)
class Outcome:
    """What the protocol found on a file.

    Attributes
    ----------
    name : str
    tail : Tail or None
    whole : Scope
    without_tail : Scope or None
        None where there is no tail.
    left_out : dict of str to int
        What the import left out of the file, and how many rows.
    """

    name: str
    tail: Tail | None
    whole: Scope
    without_tail: Scope | None
    left_out: Mapping[str, int]


def run(lake: Lake, seeds: int, progress: Callable[[str], None]) -> Outcome:
    """Run the protocol on a ledger that was imported from an AMLworld file.

    Raises
    ------
    ProtocolRefused
        If the file, or what precedes its tail, has a part without laundering.
    """
    known = labelled(lake)
    rows, tail = len(known.laundering), tail_of(known)
    # Both are parted before anything is computed: a refusal should not keep anybody waiting.
    parts = parts_of(known, rows)
    shorter = parts_of(known, tail.start) if tail else None
    columns = described(known.transactions, progress)
    whole = _scope(known, columns, parts, seeds, lambda said: progress(f"whole file: {said}"))
    without_tail = None
    if shorter:
        without_tail = _scope(
            known, columns, shorter, seeds, lambda said: progress(f"without the tail: {said}")
        )
    left_out = {name: n for name, n in lake.normalisations.items() if "left out" in name}
    return Outcome(lake.name, tail, whole, without_tail, left_out)


def _scope(
    known: Labelled, columns: pa.Table, parts: Parts, seeds: int, progress: Callable[[str], None]
) -> Scope:
    seen = {"raw columns": columns.select(RAW), "with features": columns}
    found = {}
    for contender in CONTENDERS:
        progress(f"{contender}: {parts.training.count:,} rows to learn from")
        prepared = lessons(seen[contender], known.laundering, parts)

        def of_seed(seed: int, prepared: Lessons = prepared, name: str = contender) -> Figures:
            figures_of_it = measured(known.laundering, seen[name], parts, prepared, seed)
            progress(f"{name}: seed {seed} done")
            return figures_of_it

        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            found[contender] = tuple(pool.map(of_seed, range(seeds)))
    return Scope(parts, found)


def measured(
    laundering: NDArray[np.bool_], columns: pa.Table, parts: Parts, prepared: Lessons, seed: int
) -> Figures:
    """Learn, choose the threshold on validation, and only then look at the test part."""
    model = learn(prepared, seed)
    threshold = best_threshold(
        laundering[parts.validation.rows], scores(model, columns, parts.validation)
    )
    return figures(laundering[parts.test.rows], scores(model, columns, parts.test), threshold)
