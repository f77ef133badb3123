"""How much of the money that an account received descends from complained-of payments."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Network, Payments
from features.network.family import Columns, Family
from features.network.sums import shares
from features.selectors import nothing

MOST = 3
_CLEAN = 0
_NOBODY = -1

FEATURES = (
    Feature(
        "tainted_share_30d",
        "Of the money received in 30d, the share that descends from payments with a standing"
        f" complaint, over at most {MOST} payments with the complained-of one as the first; money"
        " leaves first in, first out, and what was there before the 30d leaves last; missing if"
        " nothing came in or if no complaint is known of anybody.",
        "share", "tainted money", "Clayton", "raises",
        "Of the money received in 30 days, {value} descends from complained-of payments",
        nothing,
    ),
)  # fmt: skip


class _Queues(NamedTuple):
    """For each account the parts of what it received and still has, the oldest first.

    A part is an amount and how many payments it is away from the victim, `_CLEAN` if it is not
    tainted. Parts stand in one pool; `free` links those that are used up.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    amount: NDArray[np.int64]
    hops: NDArray[np.int64]
    after: NDArray[np.int64]
    free: NDArray[np.int64]


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if "complaints" in network.told:
        tainted, received = _follow(network.since("30d"), network.size)
        columns[:, 0] = shares(tainted, received)
    return 0


@compiled
def _follow(payments: Payments, size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the tainted money and all the money that each account received."""
    tainted, received = np.zeros(size, np.int64), np.zeros(size, np.int64)
    queues = _empty(size, len(payments.amount))
    for row in range(len(payments.amount)):
        payer, payee = payments.payer[row], payments.payee[row]
        if payer == payee:
            continue
        left = payments.amount[row]
        if payee >= 0:
            received[payee] += left
        while payer >= 0 and left > 0 and queues.first[payer] != _NOBODY:
            amount, hops = _take(queues, payer, left)
            left -= amount
            onward = hops + 1 if _CLEAN < hops < MOST else _CLEAN
            if payee >= 0:
                _put(queues, payee, amount, 1 if payments.complained[row] else onward, tainted)
        if left > 0 and payee >= 0:
            _put(queues, payee, left, 1 if payments.complained[row] else _CLEAN, tainted)
    return tainted, received


@compiled
def _empty(size: int, payments: int) -> _Queues:
    # A payment adds one part at most: others that it makes take the places of those it used up.
    after = np.arange(1, payments + 2)
    return _Queues(
        np.full(size, _NOBODY),
        np.full(size, _NOBODY),
        np.zeros(payments + 1, np.int64),
        np.zeros(payments + 1, np.int64),
        after,
        np.zeros(1, np.int64),
    )


@compiled
def _take(queues: _Queues, account: int, wanted: int) -> tuple[int, int]:
    """Take from an account's oldest part as much as there is; return it with its hops."""
    part = queues.first[account]
    amount, hops = min(queues.amount[part], wanted), queues.hops[part]
    queues.amount[part] -= amount
    if queues.amount[part] == 0:
        queues.first[account] = queues.after[part]
        queues.after[part] = queues.free[0]
        queues.free[0] = part
    return amount, hops


@compiled
def _put(queues: _Queues, account: int, amount: int, hops: int, tainted: NDArray[np.int64]) -> None:
    """Add a part to what an account has; like parts that follow each other are one."""
    if hops != _CLEAN:
        tainted[account] += amount
    last = queues.last[account]
    if queues.first[account] != _NOBODY and queues.hops[last] == hops:
        queues.amount[last] += amount
        return
    part = queues.free[0]
    queues.free[0] = queues.after[part]
    queues.amount[part], queues.hops[part], queues.after[part] = amount, hops, _NOBODY
    if queues.first[account] == _NOBODY:
        queues.first[account] = part
    else:
        queues.after[last] = part
    queues.last[account] = part


FAMILY = Family(FEATURES, compute, is_near_label=True)
