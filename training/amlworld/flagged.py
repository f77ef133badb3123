"""Which transactions a model flags, and how well that is done."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Figures:
    """How well laundering transactions are flagged.

    Attributes
    ----------
    f1, precision, recall : float
        Of the laundering transactions, the minority class; 0 where nothing is found.
    threshold : float
        The score from which on transactions were flagged.
    """

    f1: float
    precision: float
    recall: float
    threshold: float


def best_threshold(laundering: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Choose the score from which on transactions are flagged, so that F1 is largest.

    Of equal ones the highest, which flags least.
    """
    threshold, guilty = np.unique(score), np.sort(score[laundering])
    flagged = len(score) - np.searchsorted(np.sort(score), threshold)
    found = len(guilty) - np.searchsorted(guilty, threshold)
    # Counts, so that what is equal is not parted by rounding.
    f1 = 2 * found / (flagged + len(guilty))
    return float(threshold[len(f1) - 1 - np.argmax(f1[::-1])])


def figures(laundering: NDArray[np.bool_], score: NDArray[np.float64], threshold: float) -> Figures:
    """Measure what a threshold flags."""
    flagged = score >= threshold
    found, all_flagged, all_laundering = (
        int(each.sum()) for each in (flagged & laundering, flagged, laundering)
    )
    return Figures(
        2 * found / (all_flagged + all_laundering),
        found / all_flagged if all_flagged else 0.0,
        found / all_laundering,
        threshold,
    )
