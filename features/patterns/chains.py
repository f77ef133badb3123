"""Layered chains: money that rests only shortly in one account after another."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.patterns.multigraph import NONE, PAIR, PARTY, PAYEE, PAYER, TIED
from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES, Search, spend

_OF_TRANSACTION, _OF_ACCOUNT = TRANSACTION_VALUES.index("chain"), ACCOUNT_VALUES.index("chain")
SHORTEST = 2


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Measure the longest layered chain that ends with a transaction.

    A layered chain of k hops is a sequence of k transactions, each from the payee of the one
    before it, strictly after it and at most `Limits.dwell` later, none straight back to the payer
    of the one before it, and none learnt before it. The value is the largest k, at least 2; 0 if
    there is none. An account's value is the longest chain through it.

    References
    ----------
    FATF, Professional money laundering, 2018 (layering through chains of mule accounts);
    Holme and Saramaki, Temporal networks, 2012: time-respecting paths.
    """
    graph, trail = search.graph, search.trail
    pair = graph.links[transaction, PAIR]
    payer, payee = graph.pairs[pair, PARTY + PAYER], graph.pairs[pair, PARTY + PAYEE]
    receipt = trail.newest[payer]
    trail.receipt[transaction] = receipt
    longest = 0
    while _is_recent(search, receipt, transaction) and spend(search.scratch):
        if _leads_to(search, receipt, transaction):
            longest = max(longest, trail.hops[receipt])
        receipt = trail.before[receipt]
    hops = longest + 1
    trail.hops[transaction] = hops
    trail.before[transaction] = trail.newest[payee]
    trail.newest[payee] = transaction
    if hops >= SHORTEST:
        search.counts.transactions[row, _OF_TRANSACTION] = hops


@allocation_free
def count_through(search: Search, onward: NDArray[np.int32]) -> None:
    """Measure, after a pass, the longest chain through each account.

    Chains are followed against time once more, to learn how each transaction's chain goes on.

    Parameters
    ----------
    onward : int32, shape (n,)
        Zeros; written: how many hops each transaction's chain goes on.
    """
    graph, trail, scratch = search.graph, search.trail, search.scratch
    for transaction in range(len(onward) - 1, -1, -1):
        pair = graph.links[transaction, PAIR]
        if pair == NONE:
            continue
        hops = trail.hops[transaction] + onward[transaction]
        if hops >= SHORTEST:
            for side in (PAYER, PAYEE):
                values = search.counts.accounts[graph.pairs[pair, PARTY + side]]
                values[_OF_ACCOUNT] = max(values[_OF_ACCOUNT], hops)
        scratch.budget[0] = search.limits.bound
        receipt = trail.receipt[transaction]
        while _is_recent(search, receipt, transaction) and spend(scratch):
            if _leads_to(search, receipt, transaction):
                onward[receipt] = max(onward[receipt], onward[transaction] + 1)
            receipt = trail.before[receipt]


@allocation_free
def _is_recent(search: Search, receipt: int, transaction: int) -> bool:
    if receipt == NONE:
        return False
    happened_at = search.graph.happened_at
    return bool(happened_at[transaction] - happened_at[receipt] <= search.limits.dwell)


@allocation_free
def _leads_to(search: Search, receipt: int, transaction: int) -> bool:
    """Tell whether a recent receipt and a transaction of its payee follow each other in a chain."""
    graph = search.graph
    if receipt >= graph.links[transaction, TIED]:
        return False
    if graph.known_at[receipt] > graph.known_at[transaction]:
        return False
    payer = graph.pairs[graph.links[receipt, PAIR], PARTY + PAYER]
    return bool(payer != graph.pairs[graph.links[transaction, PAIR], PARTY + PAYEE])
