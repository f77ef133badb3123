"""The pass: each transaction enters the window, then every family looks at what it completes."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.patterns import chains, cycles, fans, gather_scatter, scatter_gather, stacks
from features.patterns.multigraph import (
    COUNT,
    NONE,
    OLDEST,
    PAIR,
    PARTY,
    PAYEE,
    PAYER,
    Multigraph,
    add,
    empty,
    expire,
)
from features.patterns.search import Counts, Search, Trail, no_counts, no_trail, room
from features.patterns.settings import (
    CHAIN,
    CYCLE,
    FAN,
    GATHER_SCATTER,
    SCATTER_GATHER,
    STACK,
    Settings,
)
from features.patterns.transfers import Transfers


def count_all(transfers: Transfers, accounts: int, settings: Settings) -> Counts:
    """Count the patterns of all transactions, and of all accounts, in one pass."""
    rows = len(transfers.payer)
    search = new_search(rows, accounts, settings)
    run(search, transfers)
    if search.limits.wanted[CHAIN]:
        chains.count_through(search, np.zeros(rows, np.int32))
    return search.counts


def chains_through(transfers: Transfers, accounts: int, settings: Settings) -> NDArray[np.int32]:
    """Measure how many transactions the longest layered chain through each of them has.

    Nothing else is searched. 0 where no chain goes through.
    """
    alone = replace(settings, families=("chain",))
    rows = len(transfers.payer)
    search = new_search(rows, accounts, alone)
    run(search, transfers)
    onward = np.zeros(rows, np.int32)
    chains.count_through(search, onward)
    hops = search.trail.hops[:rows] + onward
    return np.where(hops >= chains.SHORTEST, hops, 0)


def new_search(rows: int, accounts: int, settings: Settings) -> Search:
    """Begin a pass over so many transactions."""
    return Search(
        empty(accounts, rows),
        no_trail(accounts, rows),
        settings.limits(),
        room(accounts),
        no_counts(rows, accounts),
    )


class Stream:
    """Counts the patterns of transactions that come in batches, oldest first.

    Parameters
    ----------
    accounts : int
        Accounts are numbered below it.
    settings : Settings
    """

    def __init__(self, accounts: int, settings: Settings) -> None:
        self._accounts = accounts
        self._limits = settings.limits()
        self._room = room(accounts)
        self._capacity = 0
        self._graph = empty(accounts, 0)
        self._trail = no_trail(accounts, 0)

    def push(self, transfers: Transfers) -> Counts:
        """Take a batch, none of which happened before the last, and count what it completes.

        Returns
        -------
        Counts
            Rows of this batch. Of accounts, what its transactions completed; chains only per
            transaction, since they may go on in the next batch.
        """
        rows = len(transfers.payer)
        self._make_room(rows)
        search = Search(
            self._graph, self._trail, self._limits, self._room, no_counts(rows, self._accounts)
        )
        run(search, transfers)
        return search.counts

    def _make_room(self, rows: int) -> None:
        """Keep what the window still holds, with room for as much again as is needed now."""
        if self._graph.sizes[COUNT] + rows <= self._capacity:
            return
        held = int(self._graph.sizes[COUNT] - self._graph.sizes[OLDEST])
        self._capacity = 2 * (held + rows)
        graph = empty(self._accounts, self._capacity)
        trail = no_trail(self._accounts, self._capacity)
        copy_window(self._graph, self._trail, graph, trail)
        self._graph, self._trail = graph, trail


@allocation_free
def run(search: Search, transfers: Transfers) -> None:
    """Take the transactions one by one and count what each completes."""
    graph = search.graph
    for row in range(len(transfers.payer)):
        expire(graph, transfers.happened_at[row] - search.limits.window)
        new = add(
            graph,
            transfers.happened_at[row],
            transfers.known_at[row],
            transfers.sequence[row],
            transfers.payer[row],
            transfers.payee[row],
        )
        if graph.links[new, PAIR] != NONE:
            _count(search, new, row)


@allocation_free
def _count(search: Search, new: int, row: int) -> None:
    """Let each wanted family look, with a budget of its own."""
    wanted, budget, cut = search.limits.wanted, search.scratch.budget, search.counts.cut[row]
    bound = search.limits.bound
    if wanted[FAN]:
        budget[0] = bound
        fans.count(search, new, row)
        cut[FAN] = budget[0] < 0
    if wanted[CYCLE]:
        budget[0] = bound
        cycles.count(search, new, row)
        cut[CYCLE] = budget[0] < 0
    if wanted[SCATTER_GATHER]:
        budget[0] = bound
        scatter_gather.count(search, new, row)
        cut[SCATTER_GATHER] = budget[0] < 0
    if wanted[GATHER_SCATTER]:
        budget[0] = bound
        gather_scatter.count(search, new, row)
        cut[GATHER_SCATTER] = budget[0] < 0
    if wanted[STACK]:
        budget[0] = bound
        stacks.count(search, new, row)
        cut[STACK] = budget[0] < 0
    if wanted[CHAIN]:
        budget[0] = bound
        chains.count(search, new, row)
        cut[CHAIN] = budget[0] < 0


@allocation_free
def copy_window(old: Multigraph, old_trail: Trail, new: Multigraph, new_trail: Trail) -> None:
    """Copy what the window holds; transactions and pairs are numbered anew."""
    oldest, end = old.sizes[OLDEST], old.sizes[COUNT]
    for transaction in range(oldest, end):
        pair = old.links[transaction, PAIR]
        payer, payee = NONE, NONE
        if pair != NONE:
            payer, payee = old.pairs[pair, PARTY + PAYER], old.pairs[pair, PARTY + PAYEE]
        copied = add(
            new,
            old.happened_at[transaction],
            old.known_at[transaction],
            old.sequence[transaction],
            payer,
            payee,
        )
        new_trail.before[copied] = max(NONE, old_trail.before[transaction] - oldest)
        new_trail.receipt[copied] = max(NONE, old_trail.receipt[transaction] - oldest)
        new_trail.hops[copied] = old_trail.hops[transaction]
    for account in range(len(old_trail.newest)):
        new_trail.newest[account] = max(NONE, old_trail.newest[account] - oldest)
