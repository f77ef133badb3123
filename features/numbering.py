"""Small numbers for equal values, so that tables indexed by them are as small as an account."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.history import UNKNOWN

_FIBONACCI = 0x9E3779B97F4A7C15 - 2**64
"""Spreads neighbouring values over a table.

References
----------
Knuth, The Art of Computer Programming, volume 3, section 6.4: Fibonacci hashing.
"""


@inlined
def numbered(values: NDArray[Any]) -> NDArray[np.int32]:
    """Give integers numbers from 0 in the order of their first occurrence; `UNKNOWN` stays.

    A hash table with open addressing: twice as many places as values, hence always a free one.
    """
    bits = 1
    while (1 << bits) < 2 * len(values):
        bits += 1
    last = (1 << bits) - 1
    first_at = np.full(last + 1, UNKNOWN, np.int32)
    numbers = np.full(len(values), UNKNOWN, np.int32)
    known = 0
    for position in range(len(values)):
        value = values[position]
        if value == UNKNOWN:
            continue
        place = ((np.int64(value) * _FIBONACCI) >> (64 - bits)) & last
        while first_at[place] != UNKNOWN and values[first_at[place]] != value:
            place = (place + 1) & last
        if first_at[place] == UNKNOWN:
            first_at[place] = position
            numbers[position] = known
            known += 1
        else:
            numbers[position] = numbers[first_at[place]]
    return numbers
