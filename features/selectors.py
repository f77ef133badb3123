"""Which transactions make the value of a feature.

A selector takes a history and an instant and marks events. Declarations name one; whatever it
marks must be enough to compute the value again.
"""

import numpy as np
from numpy.typing import NDArray

from features.feature import Evidence
from features.history import CHANNEL, UNKNOWN, WINDOWS, History

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


def with_accounts(side: Evidence) -> Evidence:
    """Select what `side` selects and what came from or went to a named account."""
    return lambda history, as_of: side(history, as_of) & (history.counterparty != UNKNOWN)


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


def largest_and_next(window: str) -> Evidence:
    """Select the largest receipt of a window and the payment that follows it."""
    chosen = largest(received(window))

    def select(history: History, as_of: int) -> Mask:
        mask = chosen(history, as_of)
        mask[np.flatnonzero(_after(mask) & ~history.credit)[:1]] = True
        return mask

    return select


def largest_and_after(window: str, length: int) -> Evidence:
    """Select the largest receipt of a window and the payments at most `length` after it."""
    chosen = largest(received(window))

    def select(history: History, as_of: int) -> Mask:
        mask = chosen(history, as_of)
        if not mask.any():
            return mask
        soon = history.happened_at <= history.happened_at[mask][0] + length
        return np.asarray(mask | (_after(mask) & soon & ~history.credit))

    return select


def _after(mask: Mask) -> Mask:
    """Mark what comes after the first event that is marked."""
    return np.asarray(np.logical_or.accumulate(mask) & ~mask)


def through(side: Evidence, channel: str) -> Evidence:
    """Select of what `side` selects what went through a channel."""
    return lambda history, as_of: side(history, as_of) & (history.channel == CHANNEL[channel])


def with_first_contact(side: Evidence) -> Evidence:
    """Select what `side` selects and the first transaction ever with each of its counterparties."""

    def select(history: History, as_of: int) -> Mask:
        return _with_first(history.counterparty, side(history, as_of))

    return select


def with_first_use(side: Evidence) -> Evidence:
    """Select the payments that `side` selects and the first ever ordered from their devices."""

    def select(history: History, as_of: int) -> Mask:
        device = np.where(history.credit, UNKNOWN, history.device)
        return _with_first(device, side(history, as_of))

    return select


def _with_first(number: NDArray[np.int32], mask: Mask) -> Mask:
    """Mark of what is marked what has a number, and the first event of each of those numbers."""
    mask = mask & (number != UNKNOWN)
    known, first = np.unique(number, return_index=True)
    mask[first[np.isin(known, number[mask])]] = True
    return mask


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
