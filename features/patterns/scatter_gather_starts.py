"""Where the scatter-gathers of a transaction may start.

Written for those that end with its payee; for those that start with its payer read it with the
money flowing the other way.
"""

from features.compiled import allocation_free
from features.patterns.lookups import earliest, find
from features.patterns.multigraph import NEVER, NONE, OLDER, PARTY, PAYEE, TIED
from features.patterns.search import Search, forget_marks, mark_of, put_mark, spend

_MET = 0


@allocation_free
def list_starts(search: Search, transaction: int, middleman: int, end: int, side: int) -> int:
    """List who paid the middleman before this transaction; return how many.

    Where that is less work, those are left out who paid nobody else that paid the sink.
    """
    if _is_busier(search, middleman, end, side):
        return _list_shared_starts(search, transaction, middleman, end, side)
    graph, scratch = search.graph, search.scratch
    starts = 0
    pair = graph.newest[side, middleman]
    while pair != NONE and spend(scratch):
        start = graph.pairs[pair, PARTY + 1 - side]
        if start != end and _is_in_time(search, transaction, pair):
            scratch.found[0, starts] = start
            starts += 1
        pair = graph.pairs[pair, OLDER + side]
    return starts


@allocation_free
def _is_busier(search: Search, middleman: int, end: int, side: int) -> bool:
    """Tell whether the middleman was paid by more than all others that paid the sink."""
    graph = search.graph
    left = graph.fan[side, middleman] - graph.fan[side, end]
    pair = graph.newest[side, end]
    while pair != NONE and left > 0 and spend(search.scratch):
        other = graph.pairs[pair, PARTY + 1 - side]
        if other != middleman:
            left -= graph.fan[side, other]
        pair = graph.pairs[pair, OLDER + side]
    return bool(left > 0)


@allocation_free
def _list_shared_starts(
    search: Search, transaction: int, middleman: int, end: int, side: int
) -> int:
    """List who paid the middleman and another that paid the sink; return how many."""
    graph, scratch = search.graph, search.scratch
    forget_marks(scratch)
    put_mark(scratch, _MET, end, 1)
    starts = 0
    pair = graph.newest[side, end]
    while pair != NONE and spend(scratch):
        other = graph.pairs[pair, PARTY + 1 - side]
        further = NONE if other == middleman else graph.newest[side, other]
        while further != NONE and spend(scratch):
            start = graph.pairs[further, PARTY + 1 - side]
            if mark_of(scratch, _MET, start, NONE) == NONE:
                put_mark(scratch, _MET, start, 1)
                paid = pair_with(search, middleman, start, side)
                if paid != NONE and _is_in_time(search, transaction, paid):
                    scratch.found[0, starts] = start
                    starts += 1
            further = graph.pairs[further, OLDER + side]
        pair = graph.pairs[pair, OLDER + side]
    return starts


@allocation_free
def pair_with(search: Search, account: int, other: int, side: int) -> int:
    """Return the pair in which an account stands on a side, and another on the other."""
    if side == PAYEE:
        return find(search.graph, other, account)
    return find(search.graph, account, other)


@allocation_free
def _is_in_time(search: Search, transaction: int, pair: int) -> bool:
    """Tell whether a pair that pays the middleman did so before this transaction."""
    graph = search.graph
    before = graph.links[transaction, TIED] if search.limits.in_order else NEVER
    return earliest(graph, pair, graph.known_at[transaction], search.scratch.budget) < before
