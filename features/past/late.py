"""Counting one by one where facts came late: what had happened was not all known.

Facts mostly become known in the order in which they happen, and then nothing here runs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.past.payments import Payments
from features.past.windows import PAYER, Running
from features.patterns.multigraph import NONE


class Marks(NamedTuple):
    """Which pairs were met in the present count, so that none counts twice.

    Attributes
    ----------
    stamp : int64, shape (pairs,)
    now : int64, shape (1,)
    """

    stamp: NDArray[np.int64]
    now: NDArray[np.int64]


def no_marks(pairs: int) -> Marks:
    """Return marks of nothing."""
    return Marks(np.zeros(pairs, np.int64), np.zeros(1, np.int64))


@allocation_free
def newest_known(running: Running, payments: Payments, side: int, account: int, row: int) -> int:
    """Return an account's last transaction before `row` in the longest window, or `NONE`.

    It was known when `row` became known.
    """
    return known_from(running, payments, side, running.last[side, account], row)


@allocation_free
def known_from(running: Running, payments: Payments, side: int, start: int, row: int) -> int:
    """Walk back from `start` to what was known, within the longest window; `NONE` if nothing."""
    first = running.oldest[-1]
    while start >= first and payments.known_at[start] > payments.known_at[row]:
        start = running.before[side, start]
    return int(start) if start >= first else NONE


@allocation_free
def recount(
    running: Running, payments: Payments, marks: Marks, where: tuple[int, int, int], row: int
) -> tuple[int, int, int, int]:
    """Count what was known of one account when `row` became known.

    Parameters
    ----------
    where : tuple of int
        The window, the side and the account.

    Returns
    -------
    tuple of int
        Number of transactions, their sum, the largest of them, and different counterparties.
    """
    window, side, account = where
    marks.now[0] += 1
    count, total, largest, counterparties = 0, 0, 0, 0
    past = newest_known(running, payments, side, account, row)
    while past >= running.oldest[window]:
        amount = payments.amount[past]
        count, total, largest = count + 1, total + amount, max(largest, amount)
        pair = payments.pair[past]
        if pair != NONE and marks.stamp[pair] != marks.now[0]:
            marks.stamp[pair] = marks.now[0]
            counterparties += 1
        past = known_from(running, payments, side, running.before[side, past], row)
    return count, total, largest, counterparties


@allocation_free
def recount_pair(
    running: Running, payments: Payments, window: int, payer: int, pair: int, row: int
) -> tuple[int, int]:
    """Count the transactions of one pair that were known when `row` became known, and their sum."""
    count, total = 0, 0
    past = newest_known(running, payments, PAYER, payer, row)
    while past >= running.oldest[window]:
        if payments.pair[past] == pair:
            count, total = count + 1, total + payments.amount[past]
        past = known_from(running, payments, PAYER, running.before[PAYER, past], row)
    return count, total
