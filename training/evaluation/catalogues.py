"""What features bring: the first catalogue, and what is left out, by the same protocol."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from features.catalogue import FAMILIES, FAMILY_OF, FIRST_NAMES, NAMES
from features.network.families import NEAR_LABELS
from training.evaluation.comparison import COMPARED, Scores, compare
from training.evaluation.markdown import bounded, number, table
from training.evaluation.metrics import Scored
from training.evaluation.tested import Tested

FULL, FIRST = "all features", "first catalogue"


def smaller() -> dict[str, tuple[str, ...]]:
    """Name the catalogues that the whole one is compared with, and the features of each."""
    left_out = {
        f"without {family}": tuple(name for name in NAMES if FAMILY_OF[name] != family)
        for family in FAMILIES
    }
    behaviour = tuple(name for name in NAMES if name not in NEAR_LABELS)
    return {FIRST: FIRST_NAMES, "without near-labels": behaviour, **left_out}


def catalogues(tested: Tested) -> dict[str, dict[str, Any]]:
    """Learn all folds again with fewer features.

    Returns
    -------
    dict
        Of `training.evaluation.comparison.compare`: `model` is the one that sees all features,
        `baselines` are the same learner with fewer.
    """
    others = {name: _with_only(tested, name, kept) for name, kept in smaller().items()}
    return compare(Scores(tested.scored(tested.raw), others), tested.parameters.evaluate)


def _with_only(tested: Tested, name: str, kept: Sequence[str]) -> Scored:
    tested.progress(f"{name}: {len(kept)} features")
    columns = np.array([NAMES.index(each) for each in kept])
    rows = tested.rows.seen_with(tested.rows.values[:, columns])
    return tested.learnt_from(rows, kept)


def comparison(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Write the lines of one table for several ledgers."""
    yield from table(
        ("ledger", "learnt from", "PR-AUC", "precision at 1 %", "all features above: PR-AUC",
         "all features above: precision at 1 %"),
        [row for ledger, compared in found.items() for row in _rows(ledger, compared)],
    )  # fmt: skip


def _rows(ledger: str, compared: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [ledger, FULL, *(number(compared["model"][column]) for column in COMPARED), "", ""]
    for name, figures in compared["baselines"].items():
        above = compared["differences"][name]
        yield [
            ledger,
            name,
            *(number(figures[column]) for column in COMPARED),
            *(bounded(above[column]) for column in COMPARED),
        ]


def figures(found: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    """Give each figure compared, by ledger and catalogue."""
    return {
        ledger: {
            name: {column: each[column] for column in COMPARED}
            for name, each in {FULL: compared["model"], **compared["baselines"]}.items()
        }
        for ledger, compared in found.items()
    }
