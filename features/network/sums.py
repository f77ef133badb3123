"""Sums by account that stay exact, whatever their size."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled


@compiled
def summed(account: NDArray[np.int64], amount: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Sum amounts by account; those of no account are left out."""
    sums = np.zeros(size, np.int64)
    for row in range(len(account)):
        if account[row] >= 0:
            sums[account[row]] += amount[row]
    return sums


def counted(account: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Count the rows of each account."""
    return np.bincount(account[account >= 0], minlength=size)


def shares(parts: NDArray[np.int64], wholes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Divide, missing where the whole is 0."""
    quotients = np.full(len(wholes), np.nan)
    there = wholes > 0
    quotients[there] = parts[there] / wholes[there]
    return quotients
