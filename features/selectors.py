"""Which transactions make the value of a feature.

A selector takes a history and an instant and marks events. Declarations name one; whatever it
marks must be enough to compute the value again.
"""

import numpy as np
from numpy.typing import NDArray

from features.feature import Evidence
from features.history import UNKNOWN, WINDOWS, History

Mask = NDArray[np.bool_]


def inside(history: History, as_of: int, window: str) -> Mask:
    """Mark the events of a window."""
    return np.asarray(history.happened_at >= as_of - WINDOWS[window])


def everything(window: str) -> Evidence:
    """Select every transaction of a window."""
    return lambda history, as_of: inside(history, as_of, window)


def received(window: str) -> Evidence:
    """Select what the account received in a window."""
    return lambda history, as_of: inside(history, as_of, window) & history.credit


def paid(window: str) -> Evidence:
    """Select what the account paid in a window."""
    return lambda history, as_of: inside(history, as_of, window) & ~history.credit


def largest(side: Evidence) -> Evidence:
    """Select the latest of the largest transactions that `side` selects."""

    def select(history: History, as_of: int) -> Mask:
        mask = side(history, as_of)
        chosen = np.zeros_like(mask)
        if mask.any():
            top = np.flatnonzero(mask & (history.amount == history.amount[mask].max()))
            chosen[top[-1]] = True
        return chosen

    return select


def with_first_contact(side: Evidence) -> Evidence:
    """Select what `side` selects and the first transaction ever with each of its counterparties."""

    def select(history: History, as_of: int) -> Mask:
        mask = side(history, as_of) & (history.counterparty != UNKNOWN)
        known, first = np.unique(history.counterparty, return_index=True)
        of_side = np.isin(known, history.counterparty[mask])
        mask[first[of_side]] = True
        return np.asarray(mask)

    return select


def mutual(window: str) -> Evidence:
    """Select the debits of a window and the credits from the same counterparties."""

    def select(history: History, as_of: int) -> Mask:
        went = paid(window)(history, as_of) & (history.counterparty != UNKNOWN)
        came = received(window)(history, as_of)
        mutual_parties = np.isin(history.counterparty, history.counterparty[went])
        return np.asarray(went | (came & mutual_parties))

    return select


def latest(history: History, _as_of: int) -> Mask:
    """Select the last transaction."""
    mask = np.zeros(len(history.happened_at), dtype=bool)
    mask[-1:] = True
    return mask


def around_longest_silence(window: str) -> Evidence:
    """Select the two transactions on either side of the longest silence that ended in a window."""

    def select(history: History, as_of: int) -> Mask:
        chosen = np.zeros(len(history.happened_at), dtype=bool)
        ended = np.flatnonzero(inside(history, as_of, window)[1:])
        if len(ended):
            gaps = np.diff(history.happened_at)
            start = ended[np.argmax(gaps[ended])]
            chosen[start : start + 2] = True
        return chosen

    return select


def nothing(history: History, _as_of: int) -> Mask:
    """Select no transaction: the value comes from the account itself."""
    return np.zeros(len(history.happened_at), dtype=bool)
