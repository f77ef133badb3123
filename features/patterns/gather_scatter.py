"""Gather-scatters: an account is paid by several, and then pays several."""

import numpy as np
from numpy.typing import NDArray

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
from features.patterns.search import ACCOUNT_VALUES, TRANSACTION_VALUES, Search, spend

_OF_TRANSACTION = TRANSACTION_VALUES.index("gather_scatter")
_OF_ACCOUNT = ACCOUNT_VALUES.index("gather_scatter")
_FEWEST = 2
_PAID_OUT, _PAID_IN = 0, 1


@allocation_free
def count(search: Search, transaction: int, row: int) -> None:
    """Measure the gather-scatter around a transaction's payer.

    It is the largest k, at least 2, such that within the window k different payers paid the
    account, and then, strictly after all of these payments, it paid k different payees, the last
    of them by this transaction; 0 if there is none. The account's value is its largest; those it
    gathers from and scatters to are not counted, since a salary agent's are thousands.

    References
    ----------
    Suzumura and Kanezashi, AMLSim, 2018, and Altman et al., NeurIPS 2023: gather-scatter.
    """
    graph = search.graph
    account = graph.pairs[graph.links[transaction, PAIR], PARTY + PAYER]
    if min(graph.fan[PAYER, account], graph.fan[PAYEE, account]) < _FEWEST:
        return
    payees = _list_payments(search, transaction, account)
    payers = _list_receipts(search, transaction, account)
    size = _largest(search, payees, payers)
    if size >= _FEWEST:
        search.counts.transactions[row, _OF_TRANSACTION] = size
        values = search.counts.accounts[account]
        values[_OF_ACCOUNT] = max(values[_OF_ACCOUNT], size)


@allocation_free
def _list_payments(search: Search, transaction: int, account: int) -> int:
    """List the latest payment to each payee, the latest of all first; return how many."""
    graph, scratch = search.graph, search.scratch
    listed = 0
    pair = graph.newest[PAYER, account]
    while pair != NONE and spend(scratch):
        last = latest_before(graph, pair, NEVER, graph.known_at[transaction], scratch.budget)
        if last != NONE:
            _insert(scratch.found[_PAID_OUT], listed, last)
            listed += 1
        pair = graph.pairs[pair, OLDER + PAYER]
    return listed


@allocation_free
def _insert(payments: NDArray[np.int32], listed: int, payment: int) -> None:
    """Add a payment to those listed, the latest first.

    Nearly all come so. A payee stands too early who was paid last by what is not known yet.
    """
    place = listed
    while place > 0 and payments[place - 1] < payment:
        payments[place] = payments[place - 1]
        place -= 1
    payments[place] = payment


@allocation_free
def _list_receipts(search: Search, transaction: int, account: int) -> int:
    """List the earliest payment of each payer; return how many."""
    graph, scratch = search.graph, search.scratch
    listed = 0
    pair = graph.newest[PAYEE, account]
    while pair != NONE and spend(scratch):
        first = earliest(graph, pair, graph.known_at[transaction], scratch.budget)
        if first != NEVER:
            scratch.found[_PAID_IN, listed] = first
            listed += 1
        pair = graph.pairs[pair, OLDER + PAYEE]
    return listed


@allocation_free
def _largest(search: Search, payees: int, payers: int) -> int:
    """Find how many payees to take, from the latest, so that as many payers come before."""
    enough, too_many = 0, min(payees, payers) + 1
    while too_many - enough > 1:
        middle = (enough + too_many) // 2
        if _payers_before(search, search.scratch.found[_PAID_OUT, middle - 1], payers) >= middle:
            enough = middle
        else:
            too_many = middle
    return enough


@allocation_free
def _payers_before(search: Search, payment: int, payers: int) -> int:
    before = search.graph.links[payment, TIED]
    number = 0
    for place in range(payers):
        number += search.scratch.found[_PAID_IN, place] < before
    return number
