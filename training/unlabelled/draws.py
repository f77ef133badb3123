"""How far the comparison depends on which accounts happened to be drawn.

A draw finds few mules, and each of them stands for many. Intervals that resample test rows do not
tell what another draw would have taught.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from training.evaluation.capacity import found
from training.evaluation.markdown import number, table
from training.evaluation.metrics import pr_auc
from training.unlabelled.known import Known
from training.unlabelled.learnt import Learnt

DRAWS = 5
COMPARED = ("naive", "inverse_probability")
"""The pipeline's way, and the one that draws decide most."""


def over_draws(
    pairs: Iterable[tuple[Known, Learnt]], last: Sequence[int], reviews: int
) -> list[dict[str, Any]]:
    """Compute for each draw what it found and taught.

    Parameters
    ----------
    pairs : iterable of Known and Learnt
        What was known with a draw, and what was learnt from that.
    last : sequence of int
        Instants that the last fold learns from.
    reviews : int
        Alerts at each instant.

    Returns
    -------
    list of dict
        Of each draw `drawn`, the rows of these instants; `drawn_mules`, what they found;
        `known_mules` with those; and for each of `COMPARED` `pr_auc` and `recall` against the
        truth.
    """
    return [
        _found(known.only(known.rows.at(tuple(last))))
        | {way: _figures(learnt, way, reviews) for way in COMPARED}
        for known, learnt in pairs
    ]


def _found(past: Known) -> dict[str, Any]:
    looked = past.investigated()
    return {
        "drawn": int((looked.weight > 1).sum()),
        "drawn_mules": looked.drawn_mules,
        "known_mules": int(past.rows.label.sum()),
    }


def _figures(learnt: Learnt, way: str, reviews: int) -> dict[str, float]:
    rows = learnt.against_truth(way)
    once = np.ones(len(rows.label))
    return {"pr_auc": pr_auc(rows, once), "recall": found(rows, once, reviews)["recall"]}


def section(draws: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell what each draw taught."""
    names = [f"{way}: {figure}" for figure in ("PR-AUC", "recall at capacity") for way in COMPARED]
    yield from table(
        ("draw", "rows drawn", "mules found so", *names),
        [
            [
                f"{place}",
                f"{each['drawn']:,}",
                f"{each['drawn_mules']} of {each['known_mules']}",
                *(number(each[way][name]) for name in ("pr_auc", "recall") for way in COMPARED),
            ]
            for place, each in enumerate(draws, start=1)
        ],
    )
    yield ""
    above = above_naive(draws)
    yield (
        f"PR-AUC of `{COMPARED[1]}` above `{COMPARED[0]}`: {number(above['mean'])} on average,"
        f" {number(above['lowest'])} to {number(above['highest'])}."
    )


def above_naive(draws: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Tell how far the second way's PR-AUC stands above the first's, over the draws."""
    first, second = ([each[way]["pr_auc"] for each in draws] for way in COMPARED)
    above = np.subtract(second, first)
    return {"mean": above.mean().item(), "lowest": min(above).item(), "highest": max(above).item()}
