"""Scatter-gathers: one account pays several, and these pay one and the same account."""

from features.compiled import allocation_free
from features.patterns.lookups import earliest, latest_before
from features.patterns.multigraph import (
    NEVER,
    NONE,
    OLDER,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
    TIED,
)
from features.patterns.scatter_gather_starts import list_starts, pair_with
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
    starts = list_starts(search, transaction, middleman, end, side)
    if starts == 0:
        return
    # Around a hub it is less work to look up who pays it than to mark all who do.
    marked = graph.fan[side, end] <= _onward(search, starts, side)
    if marked:
        _mark_limits(search, transaction, end, side)
    for number in range(starts):
        start = search.scratch.found[0, number]
        middlemen = _list_middlemen(search, transaction, start, end, side, marked)
        if middlemen >= _FEWEST:
            _add(search, row, start, end, side, middlemen)


@allocation_free
def _onward(search: Search, starts: int, side: int) -> int:
    """Count the accounts that the sources paid, those paid by several of them again."""
    number = 0
    for place in range(starts):
        number += search.graph.fan[1 - side, search.scratch.found[0, place]]
    return number


@allocation_free
def _mark_limits(search: Search, transaction: int, end: int, side: int) -> None:
    """Mark each account that paid the sink with when it must have been paid."""
    graph, scratch = search.graph, search.scratch
    forget_marks(scratch)
    pair = graph.newest[side, end]
    while pair != NONE and spend(scratch):
        limit = _limit(search, transaction, pair)
        put_mark(scratch, _LIMIT, graph.pairs[pair, PARTY + 1 - side], limit)
        pair = graph.pairs[pair, OLDER + side]


@allocation_free
def _limit(search: Search, transaction: int, pair: int) -> int:
    """Return before what the middleman of a pair with the sink must have been paid."""
    if pair == NONE:
        return NONE
    graph, budget = search.graph, search.scratch.budget
    last = latest_before(graph, pair, NEVER, graph.known_at[transaction], budget)
    if last == NONE:
        return NONE
    return int(graph.links[last, TIED]) if search.limits.in_order else NEVER


@allocation_free
def _list_middlemen(
    search: Search, transaction: int, start: int, end: int, side: int, marked: bool
) -> int:
    """List who was paid by the source and paid the sink after that; return how many."""
    graph, scratch = search.graph, search.scratch
    middlemen = 0
    pair = graph.newest[1 - side, start]
    while pair != NONE and spend(scratch):
        middleman = graph.pairs[pair, PARTY + side]
        if marked:
            limit = mark_of(scratch, _LIMIT, middleman, NONE)
        else:
            limit = _limit(search, transaction, pair_with(search, end, middleman, side))
        if limit != NONE:
            paid = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
            if paid < limit:
                scratch.found[1, middlemen] = middleman
                middlemen += 1
        pair = graph.pairs[pair, OLDER + 1 - side]
    return middlemen


@allocation_free
def _add(search: Search, row: int, start: int, end: int, side: int, middlemen: int) -> None:
    """Count one pattern."""
    values, accounts = search.counts.transactions[row], search.counts.accounts
    values[_NUMBER] += 1
    values[_SIZE] = max(values[_SIZE], middlemen)
    accounts[start, _SOURCE if side == PAYEE else _SINK] += 1
    accounts[end, _SINK if side == PAYEE else _SOURCE] += 1
    for number in range(middlemen):
        accounts[search.scratch.found[1, number], _MIDDLEMAN] += 1
