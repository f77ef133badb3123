"""Stacks: a layer of accounts pays all of a second layer, and this pays all of a third."""

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
from features.patterns.search import (
    ACCOUNT_VALUES,
    TRANSACTION_VALUES,
    Search,
    forget_marks,
    mark_of,
    put_mark,
    spend,
)

_OF_TRANSACTION, _OF_ACCOUNT = TRANSACTION_VALUES.index("stack"), ACCOUNT_VALUES.index("stack")
_FEWEST = 2
_PAID_BY, _PAID_TO = 0, 1


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Count the stacks that a transaction completes.

    The smallest stack is two sources, two middlemen and two sinks, all different: within the
    window each source paid each middleman, and then, strictly after both its receipts, each
    middleman paid each sink. Larger ones are made of these. A transaction from a middleman to a
    sink is counted once for each fellow middleman with which it stands in such a stack as the last
    of its payments; both middlemen are counted.

    References
    ----------
    Suzumura and Kanezashi, AMLSim, 2018, and Altman et al., NeurIPS 2023: stack, two bipartite
    layers.
    """
    graph, scratch = search.graph, search.scratch
    pair = graph.links[transaction, PAIR]
    middleman, sink = graph.pairs[pair, PARTY + PAYER], graph.pairs[pair, PARTY + PAYEE]
    if graph.fan[PAYEE, sink] < _FEWEST or not _is_middle(search, middleman):
        return
    forget_marks(scratch)
    if _mark_receipts(search, transaction, middleman, sink) < _FEWEST:
        return
    _mark_payments(search, transaction, middleman)
    pair = graph.newest[PAYEE, sink]
    while pair != NONE and spend(scratch):
        fellow = graph.pairs[pair, PARTY + PAYER]
        last = latest_before(graph, pair, NEVER, graph.known_at[transaction], scratch.budget)
        if fellow != middleman and last != NONE and _join(search, transaction, fellow, last):
            search.counts.transactions[row, _OF_TRANSACTION] += 1
            search.counts.accounts[middleman, _OF_ACCOUNT] += 1
            search.counts.accounts[fellow, _OF_ACCOUNT] += 1
        pair = graph.pairs[pair, OLDER + PAYEE]


@allocation_free
def _is_middle(search: Search, account: int) -> bool:
    fan = search.graph.fan
    return bool(min(fan[PAYEE, account], fan[PAYER, account]) >= _FEWEST)


@allocation_free
def _mark_receipts(search: Search, transaction: int, middleman: int, sink: int) -> int:
    """Mark who paid the middleman with the first payment; return how many."""
    graph, scratch = search.graph, search.scratch
    marked = 0
    pair = graph.newest[PAYEE, middleman]
    while pair != NONE and spend(scratch):
        first = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
        source = graph.pairs[pair, PARTY + PAYER]
        if first < graph.links[transaction, TIED] and source != sink:
            put_mark(scratch, _PAID_BY, source, first)
            marked += 1
        pair = graph.pairs[pair, OLDER + PAYEE]
    return marked


@allocation_free
def _mark_payments(search: Search, transaction: int, middleman: int) -> None:
    """Mark whom the middleman paid with the last payment."""
    graph, scratch = search.graph, search.scratch
    pair = graph.newest[PAYER, middleman]
    while pair != NONE and spend(scratch):
        last = latest_before(graph, pair, NEVER, graph.known_at[transaction], scratch.budget)
        if transaction != last != NONE:
            put_mark(scratch, _PAID_TO, graph.pairs[pair, PARTY + PAYEE], last)
        pair = graph.pairs[pair, OLDER + PAYER]


@allocation_free
def _join(search: Search, transaction: int, fellow: int, to_sink: int) -> bool:
    """Tell whether a second sink and two sources join the two middlemen into a stack."""
    if not _is_middle(search, fellow):
        return False
    graph, scratch = search.graph, search.scratch
    known_at = graph.known_at[transaction]
    if _shared_sources(search, transaction, fellow, NEVER, graph.links[to_sink, TIED], NONE) < 2:
        return False
    pair = graph.newest[PAYER, fellow]
    while pair != NONE and spend(scratch):
        other_sink = graph.pairs[pair, PARTY + PAYEE]
        paid = mark_of(scratch, _PAID_TO, other_sink, NONE)
        if paid != NONE:
            last = latest_before(graph, pair, NEVER, known_at, scratch.budget)
            if last != NONE:
                before = min(graph.links[paid, TIED], graph.links[transaction, TIED])
                before_fellow = min(graph.links[last, TIED], graph.links[to_sink, TIED])
                shared = _shared_sources(
                    search, transaction, fellow, before, before_fellow, other_sink
                )
                if shared >= _FEWEST:
                    return True
        pair = graph.pairs[pair, OLDER + PAYER]
    return False


@allocation_free
def _shared_sources(
    search: Search,
    transaction: int,
    fellow: int,
    before: int,
    before_fellow: int,
    other_sink: int,
) -> int:
    """Count who paid both middlemen in time, up to two."""
    graph, scratch = search.graph, search.scratch
    shared = 0
    pair = graph.newest[PAYEE, fellow]
    while pair != NONE and shared < _FEWEST and spend(scratch):
        source = graph.pairs[pair, PARTY + PAYER]
        if source != other_sink and mark_of(scratch, _PAID_BY, source, NEVER) < before:
            first = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
            shared += first < before_fellow
        pair = graph.pairs[pair, OLDER + PAYEE]
    return shared
