"""Running statistics of every account and pair over sliding windows.

All windows slide at once over the same transactions. What enters is added and what leaves is taken
away again, in whole numbers, so no error builds up; the largest amount is the head of a queue from
which whatever a newer and larger one overtakes is dropped. Each transaction so costs the same,
however many its accounts have.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.past.payments import Payments
from features.patterns.multigraph import NONE

PAYER, PAYEE = 0, 1
"""The two sides of a transaction, and of what an account did: its payments, its receipts."""


class Running(NamedTuple):
    """The arrays; `w` windows, `n` transactions.

    Attributes
    ----------
    length : int64, shape (w,), microseconds
    oldest : int64, shape (w,)
        The first transaction in each window.
    number, total : int64, shape (w, 2, accounts)
        Of each account's payments and receipts.
    counterparties : int32, shape (w, 2, accounts)
    pair_count, pair_total : int64, shape (w, pairs)
    head, tail : int32, shape (w, 2, accounts)
        Ends of each queue of amounts: the largest, the newest.
    older, newer : int32, shape (w, 2, n)
        Neighbours of a transaction in its queue.
    last : int32, shape (2, accounts)
        The newest transaction of all.
    before : int32, shape (2, n)
        The one of the same account and side before this one.
    learnt : int64, shape (2, accounts)
        When the last of its transactions became known.
    """

    length: NDArray[np.int64]
    oldest: NDArray[np.int64]
    number: NDArray[np.int64]
    total: NDArray[np.int64]
    counterparties: NDArray[np.int32]
    pair_count: NDArray[np.int64]
    pair_total: NDArray[np.int64]
    head: NDArray[np.int32]
    tail: NDArray[np.int32]
    older: NDArray[np.int32]
    newer: NDArray[np.int32]
    last: NDArray[np.int32]
    before: NDArray[np.int32]
    learnt: NDArray[np.int64]


def nothing_yet(payments: Payments, length: NDArray[np.int64]) -> Running:
    """Return the statistics before the first transaction."""
    rows, of_accounts = len(payments.amount), (len(length), 2, payments.accounts)
    of_pairs, of_rows = (len(length), payments.pairs), (len(length), 2, rows)
    return Running(
        length,
        np.zeros(len(length), np.int64),
        np.zeros(of_accounts, np.int64),
        np.zeros(of_accounts, np.int64),
        np.zeros(of_accounts, np.int32),
        np.zeros(of_pairs, np.int64),
        np.zeros(of_pairs, np.int64),
        np.full(of_accounts, NONE, np.int32),
        np.full(of_accounts, NONE, np.int32),
        np.empty(of_rows, np.int32),
        np.empty(of_rows, np.int32),
        np.full((2, payments.accounts), NONE, np.int32),
        np.empty((2, rows), np.int32),
        np.full((2, payments.accounts), np.iinfo(np.int64).min),
    )


@allocation_free
def slide(running: Running, payments: Payments, end: int, now: int) -> None:
    """Let every window end at `now`: drop what happened its length before, or earlier.

    No transaction from `end` on is in a window yet.
    """
    for window in range(len(running.length)):
        first = now - running.length[window]
        oldest = running.oldest[window]
        while oldest < end and payments.happened_at[oldest] <= first:
            _leave(running, payments, window, oldest)
            oldest += 1
        running.oldest[window] = oldest


@allocation_free
def enter(running: Running, payments: Payments, new: int) -> None:
    """Take a transaction, which no other precedes, into every window."""
    for side in range(2):
        account = payments.account[side, new]
        if account == NONE:
            continue
        running.before[side, new] = running.last[side, account]
        running.last[side, account] = new
        learnt = max(running.learnt[side, account], payments.known_at[new])
        running.learnt[side, account] = learnt
        for window in range(len(running.length)):
            running.number[window, side, account] += 1
            running.total[window, side, account] += payments.amount[new]
            _queue(running, payments, window, side, account, new)
    for window in range(len(running.length)):
        _count_pair(running, payments, window, new, 1)


@allocation_free
def _leave(running: Running, payments: Payments, window: int, gone: int) -> None:
    for side in range(2):
        account = payments.account[side, gone]
        if account == NONE:
            continue
        running.number[window, side, account] -= 1
        running.total[window, side, account] -= payments.amount[gone]
        if running.head[window, side, account] == gone:
            running.head[window, side, account] = running.newer[window, side, gone]
            if running.tail[window, side, account] == gone:
                running.tail[window, side, account] = NONE
            else:
                running.older[window, side, running.newer[window, side, gone]] = NONE
    _count_pair(running, payments, window, gone, -1)


@allocation_free
def _count_pair(running: Running, payments: Payments, window: int, row: int, by: int) -> None:
    """Count a transaction into its pair, or out of it; a pair with any makes a counterparty."""
    pair = payments.pair[row]
    if pair == NONE:
        return
    had = running.pair_count[window, pair]
    running.pair_count[window, pair] += by
    running.pair_total[window, pair] += by * payments.amount[row]
    if had == 0 or had + by == 0:
        for side in range(2):
            running.counterparties[window, side, payments.account[side, row]] += by


@allocation_free
def _queue(
    running: Running, payments: Payments, window: int, side: int, account: int, new: int
) -> None:
    """Put an amount at the end of its queue, in place of all that are no larger."""
    tail = running.tail[window, side, account]
    while tail != NONE and payments.amount[tail] <= payments.amount[new]:
        tail = running.older[window, side, tail]
    running.older[window, side, new], running.newer[window, side, new] = tail, NONE
    if tail == NONE:
        running.head[window, side, account] = new
    else:
        running.newer[window, side, tail] = new
    running.tail[window, side, account] = new
