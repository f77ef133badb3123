"""Which way a row goes at a split, exactly as LightGBM decides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.treeshap.compiled import allocation_free
from models.treeshap.text import KINDS_OF_MISSING

CATEGORY = KINDS_OF_MISSING
READINGS = KINDS_OF_MISSING + 1
"""A row is read in as many ways, one after the other: for splits to which nothing is missing, zero
is missing, or NaN is missing, and as numbers of categories."""

_ZERO = 1.0000000180025095e-35
"""Up to this size LightGBM takes a value for zero."""

_CATEGORIES = 2.0**31


@allocation_free
def read(row: NDArray[np.float64], readings: NDArray[np.float64]) -> None:
    """Write the four readings of a row, NaN where a value is missing."""
    features = len(row)
    for feature in range(features):
        value = row[feature]
        if abs(value) <= _ZERO:
            value = 0.0
        readings[feature] = 0.0 if np.isnan(value) else value
        readings[features + feature] = np.nan if value == 0.0 else value
        readings[2 * features + feature] = value
        is_category = -1.0 < value < _CATEGORIES
        readings[CATEGORY * features + feature] = np.trunc(value) if is_category else -1.0


@allocation_free
def goes_left(split: Any, reading: float, set_words: NDArray[np.uint32]) -> bool:
    """Tell whether a row with this reading goes left at a split, one of `forest.SPLIT`."""
    if split.words:
        word, bit = int(reading) >> 5, int(reading) & 31
        if not 0 <= word < split.words:
            return False
        return bool(set_words[split.first_word + word] >> bit & 1)
    # Not `or`, which jumps: the processor would guess wrongly about half of the time.
    return bool((reading <= split.threshold) | (np.isnan(reading) & split.missing_left))
