"""How long an answer takes: a candidate and the champion in turn, in the same minute."""

from statistics import median
from time import perf_counter

import numpy as np
import numpy.typing as npt

from models.scorer import Scorer
from training.promotion.evidence import Latency
from training.promotion.standing import Standing

_ROUNDS = 25
"""Times that every golden row is answered."""


def latency(
    candidate: Scorer, golden: npt.NDArray[np.float64], champion: Standing | None
) -> Latency:
    """Answer golden rows one by one, each by both models right after one another.

    An answer is a score, its SHAP values and, where there is a role model, the role.

    The features are not part of it: they cost the same whatever model reads them, and a catalogue
    has a benchmark of its own.
    """
    rows = [(candidate, golden)] + ([(champion.scorer, champion.golden)] if champion else [])
    spent: list[list[float]] = [[] for _ in rows]
    for _ in range(_ROUNDS):
        for row in range(min(len(values) for _, values in rows)):
            for number, (scorer, values) in enumerate(rows):
                spent[number].append(_answered(scorer, values[row : row + 1]))
    taken = [median(each) for each in spent]
    return Latency(taken[0], taken[1] if champion else None)


def _answered(scorer: Scorer, row: npt.NDArray[np.float64]) -> float:
    started = perf_counter()
    raw = scorer.raw(row)
    scorer.shap(row, raw)
    if scorer.roles:
        scorer.roles.if_mule(row[0])
    return 1000 * (perf_counter() - started)
