"""Temporal cycles: money that returns to where it started."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.patterns.lookups import earliest, earliest_after, find, latest_before
from features.patterns.multigraph import (
    LAST,
    NEVER,
    NONE,
    OLDER,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
    TIED,
)
from features.patterns.search import (
    ACCOUNT_VALUES,
    TRANSACTION_VALUES,
    Search,
    forget_marks,
    mark_of,
    put_mark,
    spend,
)
from features.patterns.settings import CYCLE_HOPS

_OF_TRANSACTION = TRANSACTION_VALUES.index("cycle_2") - 2
_OF_ACCOUNT = ACCOUNT_VALUES.index("cycle_2") - 2
_LONGEST = CYCLE_HOPS[-1]
_ONE_HOP, _TWO_HOPS = 0, 1
_HUB = 256
"""Of an account that paid more, the payees are not marked but looked up."""


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Count the temporal cycles that a transaction completes, by their number of hops.

    A temporal cycle of k hops is a sequence of k different accounts, each paying the next and the
    last paying the first, by transactions that follow each other strictly in time, the last of
    them this one, all within the window. Parallel transactions make no further cycle: sequences of
    accounts are counted. Each account of the sequence is counted once.

    References
    ----------
    Kumar and Calders, 2SCENT: an efficient algorithm to enumerate all simple temporal cycles, VLDB
    2018; Blanusa et al., Graph Feature Preprocessor, ICAIF 2024 (temp-cycle).
    """
    graph = search.graph
    pair = graph.links[transaction, PAIR]
    end, start = graph.pairs[pair, PARTY + PAYER], graph.pairs[pair, PARTY + PAYEE]
    if graph.fan[PAYER, start] == 0 or graph.fan[PAYEE, end] == 0:
        return
    known_at = graph.known_at[transaction]
    before = graph.links[transaction, TIED]
    forget_marks(search.scratch)
    if graph.fan[PAYER, start] > _HUB or _mark_reached(search, start, before, known_at):
        _walk_back(search, transaction, start, end, row)


@allocation_free
def _mark_reached(search: Search, start: int, before: int, known_at: int) -> bool:
    """Mark when money from `start` can first arrive, by one transaction and by two.

    Returns
    -------
    bool
        Whether it can arrive anywhere.
    """
    graph, scratch = search.graph, search.scratch
    reached = 0
    pair = graph.newest[PAYER, start]
    while pair != NONE and spend(scratch):
        first = earliest(graph, pair, known_at, scratch.budget)
        if first < before:
            account = graph.pairs[pair, PARTY + PAYEE]
            put_mark(scratch, _ONE_HOP, account, first)
            scratch.found[0, reached] = account
            reached += 1
        pair = graph.pairs[pair, OLDER + PAYER]
    for number in range(reached):
        account = scratch.found[0, number]
        _mark_onward(search, account, mark_of(scratch, _ONE_HOP, account, NEVER), before, known_at)
    return reached > 0


@allocation_free
def _mark_onward(search: Search, account: int, arrival: int, before: int, known_at: int) -> None:
    graph, scratch = search.graph, search.scratch
    pair = graph.newest[PAYER, account]
    # The most recent stand first, so none that follows one too early can be late enough.
    while pair != NONE and graph.links[graph.pairs[pair, LAST], TIED] > arrival and spend(scratch):
        first = earliest_after(graph, pair, arrival, known_at, scratch.budget)
        payee = graph.pairs[pair, PARTY + PAYEE]
        if first < min(before, mark_of(scratch, _TWO_HOPS, payee, NEVER)):
            put_mark(scratch, _TWO_HOPS, payee, first)
        pair = graph.pairs[pair, OLDER + PAYER]


@allocation_free
def _walk_back(search: Search, transaction: int, start: int, end: int, row: int) -> None:
    """Walk against time from `end`, always by the latest transaction that still precedes."""
    graph, scratch = search.graph, search.scratch
    known_at = graph.known_at[transaction]
    path, before, pairs = scratch.path[0], scratch.path[1], scratch.path[2]
    depth = 0
    path[0], before[0] = end, graph.links[transaction, TIED]
    pairs[0] = graph.newest[PAYEE, end]
    if _arrival(search, transaction, start, end) < before[0]:
        _found(search, row, start, path, 1)
    while depth >= 0:
        pair = pairs[depth]
        if pair == NONE or not spend(scratch):
            depth -= 1
            continue
        pairs[depth] = graph.pairs[pair, OLDER + PAYEE]
        payer = graph.pairs[pair, PARTY + PAYER]
        if payer == start or _is_in(path, depth + 1, payer):
            continue
        last = latest_before(graph, pair, before[depth], known_at, scratch.budget)
        if last == NONE:
            continue
        earlier = graph.links[last, TIED]
        path[depth + 1] = payer
        if _arrival(search, transaction, start, payer) < earlier:
            _found(search, row, start, path, depth + 2)
        if _may_lead_on(search, start, payer, earlier, depth):
            depth += 1
            before[depth], pairs[depth] = earlier, graph.newest[PAYEE, payer]


@allocation_free
def _arrival(search: Search, transaction: int, start: int, account: int) -> int:
    """Return the first transaction from `start` to an account, or `NEVER`."""
    graph, scratch = search.graph, search.scratch
    if graph.fan[PAYER, start] <= _HUB:
        return mark_of(scratch, _ONE_HOP, account, NEVER)
    pair = find(graph, start, account)
    if pair == NONE:
        return NEVER
    return earliest(graph, pair, graph.known_at[transaction], scratch.budget)


@allocation_free
def _may_lead_on(search: Search, start: int, payer: int, before: int, depth: int) -> bool:
    """Tell whether a further step back can still give a cycle that is not too long."""
    left = _LONGEST - 2 - depth
    if left == 2 and search.graph.fan[PAYER, start] <= _HUB:
        return mark_of(search.scratch, _TWO_HOPS, payer, NEVER) < before
    return left >= 2


@allocation_free
def _is_in(path: NDArray[np.int64], length: int, account: int) -> bool:
    found = False
    for place in range(length):
        found |= path[place] == account
    return found


@allocation_free
def _found(search: Search, row: int, start: int, path: NDArray[np.int64], length: int) -> None:
    hops = length + 1
    search.counts.transactions[row, _OF_TRANSACTION + hops] += 1
    search.counts.accounts[start, _OF_ACCOUNT + hops] += 1
    for place in range(length):
        search.counts.accounts[path[place], _OF_ACCOUNT + hops] += 1
