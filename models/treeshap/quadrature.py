"""Rules that integrate the polynomials of a path exactly."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.treeshap.lanes import WIDTH


class Rules(NamedTuple):
    """Gauss-Legendre rules over [0, 1], eight points to a row.

    `start[k]:start[k + 1]` are the rows of the rule with 8 (k + 1) points.

    Attributes
    ----------
    start : int64, shape (rules + 1,)
    point, rest, weight : float64, shape (rows, 8)
        t, 1 - t, and what the integrand at t counts.
    """

    start: NDArray[np.int64]
    point: NDArray[np.float64]
    rest: NDArray[np.float64]
    weight: NDArray[np.float64]


def rule_for(features: int) -> int:
    """Return the number of the smallest rule that is exact for so many features on a path.

    A rule of n points is exact up to degree 2 n - 1, and the degree is below `features`.
    """
    return max(0, (features - 1) // (2 * WIDTH))


def rules(count: int) -> Rules:
    """Make the first `count` rules."""
    sizes = range(1, count + 1)
    drawn = [np.polynomial.legendre.leggauss(size * WIDTH) for size in sizes]
    place, weight = (np.concatenate(part).reshape(-1, WIDTH) for part in zip(*drawn, strict=True))
    start = np.cumsum([0, *sizes])
    return Rules(start, (1 + place) / 2, (1 - place) / 2, weight / 2)
