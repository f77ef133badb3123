"""Which received money a payment passes on: first in, first out.

References
----------
FIFO is the tracing rule of Clayton's case (Devaynes v Noble, 1816).
"""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.history import History

NDInt = NDArray[np.int64]


@inlined
def matched(history: History, start: int) -> tuple[NDInt, NDInt, NDInt]:
    """Match payments with earlier receipts, both at or after position `start`.

    A payment takes from the oldest receipt that still has money; what it takes beyond all receipts
    was there before and is left out.

    Returns
    -------
    received, paid, amount : int64, one element for each match
        Positions in the history, and how much of the receipt the payment passed on.
    """
    n = len(history.amount)
    # Each match uses up a receipt or a payment, so there are at most as many as events.
    received = np.empty(n - start, np.int64)
    paid = np.empty(n - start, np.int64)
    amount = np.empty(n - start, np.int64)
    count = 0
    oldest = start
    left_of_oldest = 0
    if start < n and history.credit[start]:
        left_of_oldest = history.amount[start]
    for event in range(start, n):
        if history.credit[event]:
            continue
        to_pay = history.amount[event]
        while to_pay > 0:
            while oldest < event and (left_of_oldest == 0 or not history.credit[oldest]):
                oldest += 1
                left_of_oldest = history.amount[oldest] if history.credit[oldest] else 0
            if oldest >= event:
                break
            part = min(to_pay, left_of_oldest)
            received[count], paid[count], amount[count] = oldest, event, part
            count += 1
            to_pay -= part
            left_of_oldest -= part
    return received[:count], paid[:count], amount[:count]
