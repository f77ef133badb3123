"""What a pair of accounts is asked: whether it is in the window, its first and last transaction."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.patterns.multigraph import (
    EARLIER,
    FIRST,
    LAST,
    LATER,
    NEVER,
    NONE,
    OLDEST,
    TIED,
    Multigraph,
    place_of,
)


@allocation_free
def find(graph: Multigraph, payer: int, payee: int) -> int:
    """Return the pair of two accounts, or `NONE` if it has no transaction in the window."""
    pair = graph.slots[place_of(graph, payer, payee)]
    if pair == NONE or graph.pairs[pair, LAST] == NONE:
        return NONE
    return int(pair)


@allocation_free
def earliest(graph: Multigraph, pair: int, known_at: int, budget: NDArray[np.int64]) -> int:
    """Return the pair's first transaction in the window known by `known_at`, or `NEVER`."""
    transaction = graph.pairs[pair, FIRST]
    while graph.known_at[transaction] > known_at:
        budget[0] -= 1
        transaction = graph.links[transaction, LATER]
        if transaction == NONE or budget[0] < 0:
            return NEVER
    return int(transaction)


@allocation_free
def earliest_after(
    graph: Multigraph, pair: int, other: int, known_at: int, budget: NDArray[np.int64]
) -> int:
    """Return the pair's first known transaction that `other` precedes, or `NEVER`."""
    transaction = graph.pairs[pair, FIRST]
    while graph.links[transaction, TIED] <= other or graph.known_at[transaction] > known_at:
        budget[0] -= 1
        transaction = graph.links[transaction, LATER]
        if transaction == NONE or budget[0] < 0:
            return NEVER
    return int(transaction)


@allocation_free
def latest_before(
    graph: Multigraph, pair: int, end: int, known_at: int, budget: NDArray[np.int64]
) -> int:
    """Return the pair's last known transaction with a number below `end`, or `NONE`."""
    if graph.pairs[pair, FIRST] >= end:
        return NONE
    transaction = graph.pairs[pair, LAST]
    first = graph.sizes[OLDEST]
    while transaction >= end or graph.known_at[transaction] > known_at:
        budget[0] -= 1
        transaction = graph.links[transaction, EARLIER]
        if transaction < first or budget[0] < 0:
            return NONE
    return int(transaction)
