"""Scatter-gathers: one account pays several, and these pay one and the same account."""

from features.compiled import allocation_free
from features.patterns.multigraph import (
    NEVER,
    NONE,
    OLDER,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
    TIED,
    earliest,
    latest_before,
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

_NUMBER = TRANSACTION_VALUES.index("scatter_gather")
_SIZE = TRANSACTION_VALUES.index("scatter_gather_size")
_SOURCE = ACCOUNT_VALUES.index("scatter_gather_source")
_MIDDLEMAN = ACCOUNT_VALUES.index("scatter_gather_middleman")
_SINK = ACCOUNT_VALUES.index("scatter_gather_sink")
_FEWEST = 2
_LIMIT = 0


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Count the scatter-gathers that a transaction completes or enlarges.

    A scatter-gather is a source, a sink and at least two middlemen, all different; within the
    window the source paid each middleman, and each middleman, after that, paid the sink. A
    transaction is counted for each source and sink whose pattern it is part of as the last payment
    to the sink: `scatter_gather` is their number, `scatter_gather_size` the most middlemen in one.
    Parallel transactions make no further middleman. Source, sink and every middleman of the
    pattern are counted once each.

    With `Limits.in_order` off the two payments of a middleman may come in either order, and the
    last may be one of the source's: so the Graph Feature Preprocessor counts.

    References
    ----------
    Suzumura and Kanezashi, AMLSim, 2018, and Altman et al., NeurIPS 2023: scatter-gather;
    Blanusa et al., Graph Feature Preprocessor, ICAIF 2024.
    """
    _count_on_side(search, transaction, PAYEE, row)
    if not search.limits.in_order:
        _count_on_side(search, transaction, PAYER, row)


@allocation_free
def _count_on_side(search: Search, transaction: int, side: int, row: int) -> None:
    """Count the patterns whose sink (`side` = PAYEE) or source (PAYER) is in this transaction.

    Written for the sink; for the source read it with the money flowing the other way.
    """
    graph = search.graph
    pair = graph.links[transaction, PAIR]
    end, middleman = graph.pairs[pair, PARTY + side], graph.pairs[pair, PARTY + 1 - side]
    if graph.fan[side, end] < _FEWEST or graph.fan[side, middleman] == 0:
        return
    forget_marks(search.scratch)
    starts = _mark_starts(search, transaction, middleman, end, side)
    if starts > 0 and _mark_limits(search, transaction, end, side) >= _FEWEST:
        for number in range(starts):
            start = search.scratch.found[0, number]
            _count_between(search, transaction, start, end, side, row)


@allocation_free
def _mark_starts(search: Search, transaction: int, middleman: int, end: int, side: int) -> int:
    """List who paid the middleman before this transaction; return how many."""
    graph, scratch = search.graph, search.scratch
    before = graph.links[transaction, TIED] if search.limits.in_order else NEVER
    starts = 0
    pair = graph.newest[side, middleman]
    while pair != NONE and spend(scratch):
        start = graph.pairs[pair, PARTY + 1 - side]
        paid = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
        if paid < before and start != end:
            scratch.found[0, starts] = start
            starts += 1
        pair = graph.pairs[pair, OLDER + side]
    return starts


@allocation_free
def _mark_limits(search: Search, transaction: int, end: int, side: int) -> int:
    """Mark each account that paid the sink with when it must have been paid; return how many."""
    graph, scratch = search.graph, search.scratch
    marked = 0
    pair = graph.newest[side, end]
    while pair != NONE and spend(scratch):
        middleman = graph.pairs[pair, PARTY + 1 - side]
        last = latest_before(graph, pair, NEVER, graph.known_at[transaction], scratch.budget)
        if last != NONE:
            limit = graph.links[last, TIED] if search.limits.in_order else NEVER
            put_mark(scratch, _LIMIT, middleman, limit)
            marked += 1
        pair = graph.pairs[pair, OLDER + side]
    return marked


@allocation_free
def _count_between(
    search: Search, transaction: int, start: int, end: int, side: int, row: int
) -> None:
    """Count the pattern of one source and the sink, if it has enough middlemen."""
    middlemen = _middlemen(search, transaction, start, side)
    if middlemen < _FEWEST:
        return
    values, accounts = search.counts.transactions[row], search.counts.accounts
    values[_NUMBER] += 1
    values[_SIZE] = max(values[_SIZE], middlemen)
    accounts[start, _SOURCE if side == PAYEE else _SINK] += 1
    accounts[end, _SINK if side == PAYEE else _SOURCE] += 1
    for number in range(middlemen):
        accounts[search.scratch.found[1, number], _MIDDLEMAN] += 1


@allocation_free
def _middlemen(search: Search, transaction: int, start: int, side: int) -> int:
    """List who was paid by the source and paid the sink after that; return how many."""
    graph, scratch = search.graph, search.scratch
    middlemen = 0
    pair = graph.newest[1 - side, start]
    while pair != NONE and spend(scratch):
        middleman = graph.pairs[pair, PARTY + side]
        limit = mark_of(scratch, _LIMIT, middleman, NONE)
        if limit != NONE:
            paid = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
            if paid < limit:
                scratch.found[1, middlemen] = middleman
                middlemen += 1
        pair = graph.pairs[pair, OLDER + 1 - side]
    return middlemen
