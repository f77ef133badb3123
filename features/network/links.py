"""Pairs in both directions: whom each left end is linked with, and each right end."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


class Links(NamedTuple):
    """Different pairs of numbers.

    Attributes
    ----------
    rights : int64
        Right ends by left end: those of `n` are `rights[right_start[n]:right_start[n + 1]]`.
    right_start : int64
    lefts : int64
        Left ends by right end, likewise.
    left_start : int64
    """

    rights: Integers
    right_start: Integers
    lefts: Integers
    left_start: Integers


def linked(left: Integers, right: Integers, sizes: tuple[int, int]) -> Links:
    """Link pairs, each of them once, whose ends are numbered below `sizes`."""
    by_left, by_right = np.lexsort((right, left)), np.lexsort((left, right))
    return Links(
        right[by_left],
        np.searchsorted(left[by_left], np.arange(sizes[0] + 1)),
        left[by_right],
        np.searchsorted(right[by_right], np.arange(sizes[1] + 1)),
    )
