"""How much of the money that an account received descends from complained-of payments."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.history import WINDOWS
from features.network.facts import Network, Payments
from features.network.family import Behind, Columns, Family
from features.network.sums import shares, summed
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
        one_way=True,
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
        p = _to_others(network)
        payee = p.payee.astype(np.int64)
        tainted = summed(payee, _tainted(p, network.size), network.size)
        columns[:, 0] = shares(tainted, summed(payee, p.amount, network.size))
    return 0


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:  # noqa: ARG001 - of any value
    """Name the payments by which tainted money came."""
    p = _to_others(network)
    p = p.only(_tainted(p, network.size) > 0)
    yield Behind(FEATURES[0].name, p.payee.astype(np.int64), p.row)


def _to_others(network: Network) -> Payments:
    p = network.since("30d")
    return p.only(p.payer != p.payee)


@compiled
def _tainted(payments: Payments, size: int) -> NDArray[np.int64]:
    """Return how much of each payment to an account is tainted."""
    tainted = np.zeros(len(payments.amount), np.int64)
    queues = _empty(size, len(payments.amount))
    for row in range(len(payments.amount)):
        payer, payee = payments.payer[row], payments.payee[row]
        left = payments.amount[row]
        while payer >= 0 and left > 0 and queues.first[payer] != _NOBODY:
            amount, hops = _take(queues, payer, left)
            left -= amount
            onward = hops + 1 if _CLEAN < hops < MOST else _CLEAN
            if payee >= 0:
                hops = 1 if payments.complained[row] else onward
                tainted[row] += _put(queues, payee, amount, hops)
        if left > 0 and payee >= 0:
            hops = 1 if payments.complained[row] else _CLEAN
            tainted[row] += _put(queues, payee, left, hops)
    return tainted


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
def _put(queues: _Queues, account: int, amount: int, hops: int) -> int:
    """Add a part to what an account has, and return what of it is tainted.

    Like parts that follow each other are one.
    """
    tainted = 0 if hops == _CLEAN else amount
    last = queues.last[account]
    if queues.first[account] != _NOBODY and queues.hops[last] == hops:
        queues.amount[last] += amount
        return tainted
    part = queues.free[0]
    queues.free[0] = queues.after[part]
    queues.amount[part], queues.hops[part], queues.after[part] = amount, hops, _NOBODY
    if queues.first[account] == _NOBODY:
        queues.first[account] = part
    else:
        queues.after[last] = part
    queues.last[account] = part
    return tainted


def _near(network: Network, account: int) -> NDArray[np.bool_]:  # noqa: ARG001 - the same for all
    return np.asarray(network.payments.happened_at >= network.as_of - WINDOWS["30d"])


FAMILY = Family(FEATURES, compute, evidence, _near, is_near_label=True)
