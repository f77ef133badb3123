"""The transactions of a sliding window as a temporal multigraph in compact arrays.

Accounts are nodes and transactions are edges from payer to payee, in the order in which they
happened. All transactions from one account to another form a *pair*. Each account has two lists of
pairs, those where it pays and those where it is paid, the most recent first: a walk over its
counterparties within the window is as long as there are counterparties, however often they pay.

Transactions are numbered as they come, so "earlier" is "smaller", and what left the window is
"smaller than the oldest". Transactions of one instant and one sequence are *tied*: neither precedes
the other. With `tied[t]` the first transaction tied with `t`, `s` precedes `t` iff `s < tied[t]`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free

NONE = -1
"""Stands for no transaction, no pair and no account."""

NEVER = 2**31 - 1
"""Stands for a transaction later than all."""

PAYER, PAYEE = 0, 1
"""The two sides of a pair, and of an account's lists: where it pays, where it is paid."""

PARTY, OLDER, NEWER, FIRST, LAST = 0, 2, 4, 6, 7
"""Columns of `pairs`; the first three have one for each side.

PARTY: the account on that side. OLDER, NEWER: neighbours in that account's list. FIRST, LAST: the
pair's transactions at either end of the window; LAST is `NONE` where there is none.
"""

TIED, PAIR, EARLIER, LATER = 0, 1, 2, 3
"""Columns of `links`: the first tied transaction, the pair, its transactions before and after."""

COUNT, PAIRS, OLDEST = 0, 1, 2
"""Places of `sizes`."""

NO_SEQUENCE = 2**63 - 1
"""Stands where a transaction does not say its order among those of its instant; it comes last."""


class Multigraph(NamedTuple):
    """The arrays.

    Attributes
    ----------
    happened_at, known_at : int64, shape (capacity,), microseconds
    sequence : int64, shape (capacity,)
        Order among transactions of one instant, or `NO_SEQUENCE`.
    links : int32, shape (capacity, 4)
    pairs : int32, shape (capacity, 8)
    slots : int32, a power of 2 of them
        Hash table of pairs with open addressing.
    newest : int32, shape (2, accounts)
        The pair that heads each account's list, for either side.
    fan : int32, shape (2, accounts)
        How many pairs of the window are in it: different payees, different payers.
    learnt : int64, shape (2, accounts)
        When the last of its transactions became known.
    sizes : int64, shape (3,)
        Number of transactions, number of pairs, and the oldest transaction of the window.
    """

    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    sequence: NDArray[np.int64]
    links: NDArray[np.int32]
    pairs: NDArray[np.int32]
    slots: NDArray[np.int32]
    newest: NDArray[np.int32]
    fan: NDArray[np.int32]
    learnt: NDArray[np.int64]
    sizes: NDArray[np.int64]


def empty(accounts: int, capacity: int) -> Multigraph:
    """Return a multigraph without transactions."""
    places = 2 ** max(1, (2 * capacity - 1).bit_length())
    return Multigraph(
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
        np.empty(capacity, np.int64),
        np.empty((capacity, 4), np.int32),
        np.empty((capacity, 8), np.int32),
        np.full(places, NONE, np.int32),
        np.full((2, accounts), NONE, np.int32),
        np.zeros((2, accounts), np.int32),
        np.full((2, accounts), np.iinfo(np.int64).min),
        np.zeros(3, np.int64),
    )


@allocation_free
def add(
    graph: Multigraph, happened_at: int, known_at: int, sequence: int, payer: int, payee: int
) -> int:
    """Add a transaction that does not precede any other, and return its number.

    One without both accounts, or from an account to itself, takes a number and no place.
    """
    new = graph.sizes[COUNT]
    graph.sizes[COUNT] += 1
    graph.happened_at[new], graph.known_at[new] = happened_at, known_at
    graph.sequence[new] = sequence
    link = graph.links[new]
    link[TIED], link[PAIR], link[EARLIER], link[LATER] = _first_tied(graph, new), NONE, NONE, NONE
    if NONE not in (payer, payee) and payer != payee:
        link[PAIR] = _pair_of(graph, payer, payee)
        _append(graph, new, link[PAIR])
    return int(new)


@allocation_free
def expire(graph: Multigraph, happened_at: int) -> None:
    """Drop the transactions that happened at `happened_at` or before."""
    oldest = graph.sizes[OLDEST]
    while oldest < graph.sizes[COUNT] and graph.happened_at[oldest] <= happened_at:
        pair = graph.links[oldest, PAIR]
        if pair != NONE:
            _drop(graph, oldest, pair)
        oldest += 1
    graph.sizes[OLDEST] = oldest


@allocation_free
def _first_tied(graph: Multigraph, new: int) -> int:
    """Return the first transaction of the same instant and sequence."""
    if new == 0 or graph.happened_at[new] != graph.happened_at[new - 1]:
        return new
    if graph.sequence[new] != graph.sequence[new - 1]:
        return new
    return int(graph.links[new - 1, TIED])


@allocation_free
def _append(graph: Multigraph, new: int, pair: int) -> None:
    """Make a transaction the last of its pair, and the pair the newest of both accounts."""
    last = graph.pairs[pair, LAST]
    if last == NONE:
        graph.pairs[pair, FIRST] = new
    else:
        graph.links[new, EARLIER] = last
        graph.links[last, LATER] = new
    graph.pairs[pair, LAST] = new
    for side in range(2):
        account = graph.pairs[pair, PARTY + side]
        graph.learnt[side, account] = max(graph.learnt[side, account], graph.known_at[new])
        if graph.newest[side, account] == pair:
            continue
        if last == NONE:
            graph.fan[side, account] += 1
        else:
            _unlink(graph, pair, account, side)
        _link_newest(graph, pair, account, side)


@allocation_free
def place_of(graph: Multigraph, payer: int, payee: int) -> int:
    """Return the slot that holds the pair, or that would."""
    mask = len(graph.slots) - 1
    key = (payer << 32) | payee
    place = ((key * -7046029254386353131) >> 29) & mask
    while graph.slots[place] != NONE:
        pair = graph.slots[place]
        if graph.pairs[pair, PARTY + PAYER] == payer and graph.pairs[pair, PARTY + PAYEE] == payee:
            break
        place = (place + 1) & mask
    return int(place)


@allocation_free
def _pair_of(graph: Multigraph, payer: int, payee: int) -> int:
    """Find the pair, or make it."""
    place = place_of(graph, payer, payee)
    if graph.slots[place] == NONE:
        pair = graph.sizes[PAIRS]
        graph.sizes[PAIRS] += 1
        graph.slots[place] = pair
        graph.pairs[pair, PARTY + PAYER], graph.pairs[pair, PARTY + PAYEE] = payer, payee
        graph.pairs[pair, LAST] = NONE
    return int(graph.slots[place])


@allocation_free
def _link_newest(graph: Multigraph, pair: int, account: int, side: int) -> None:
    head = graph.newest[side, account]
    graph.pairs[pair, OLDER + side] = head
    graph.pairs[pair, NEWER + side] = NONE
    if head != NONE:
        graph.pairs[head, NEWER + side] = pair
    graph.newest[side, account] = pair


@allocation_free
def _unlink(graph: Multigraph, pair: int, account: int, side: int) -> None:
    older, newer = graph.pairs[pair, OLDER + side], graph.pairs[pair, NEWER + side]
    if newer == NONE:
        graph.newest[side, account] = older
    else:
        graph.pairs[newer, OLDER + side] = older
    if older != NONE:
        graph.pairs[older, NEWER + side] = newer


@allocation_free
def _drop(graph: Multigraph, transaction: int, pair: int) -> None:
    if graph.pairs[pair, LAST] != transaction:
        graph.pairs[pair, FIRST] = graph.links[transaction, LATER]
        return
    graph.pairs[pair, LAST] = NONE
    for side in range(2):
        account = graph.pairs[pair, PARTY + side]
        graph.fan[side, account] -= 1
        _unlink(graph, pair, account, side)
