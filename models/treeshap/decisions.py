"""Which way a row goes at a split, exactly as LightGBM decides."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.treeshap.compiled import compiled

CATEGORY = 3
"""A row is read in four ways, one after the other: for splits to which nothing is missing, zero is
missing, or NaN is missing (LightGBM's kinds 0, 1 and 2), and as numbers of categories."""

READINGS = 4

_ZERO = 1.0000000180025095e-35
"""Up to this size LightGBM takes a value for zero."""

_CATEGORIES = 2.0**31


@compiled
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


@compiled
def goes_left(split: Any, reading: float, set_words: NDArray[np.uint32]) -> bool:
    """Tell whether a row with this reading goes left at a split, one of `forest.SPLIT`."""
    if split.words:
        word, bit = int(reading) >> 5, int(reading) & 31
        if not 0 <= word < split.words:
            return False
        return bool(set_words[split.first_word + word] >> bit & 1)
    # Not `or`: the processor guesses a jump wrongly half of the time, which costs more than both.
    return bool((reading <= split.threshold) | (np.isnan(reading) & split.missing_left))
