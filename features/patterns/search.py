"""What the searches share: the graph, the limits, room to work in and the counts they write."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.patterns.multigraph import NONE, Multigraph
from features.patterns.settings import CYCLE_HOPS, FAMILIES, Limits

_CYCLES = tuple(f"cycle_{hops}" for hops in CYCLE_HOPS)

TRANSACTION_VALUES = (
    "fan_in", "fan_out", *_CYCLES, "scatter_gather", "scatter_gather_size", "gather_scatter",
    "stack", "chain",
)  # fmt: skip
"""Values of a transaction; docs/patterns.md says what each means."""

ACCOUNT_VALUES = (
    "fan_in", "fan_out", "fan_in_bursts", "fan_out_bursts", *_CYCLES, "scatter_gather_source",
    "scatter_gather_middleman", "scatter_gather_sink", "gather_scatter", "stack", "chain",
)  # fmt: skip
"""Values of an account. Patterns add up; of sizes the largest stands."""


class Counts(NamedTuple):
    """The arrays a pass writes.

    Attributes
    ----------
    transactions : int32, shape (n, len(TRANSACTION_VALUES))
    accounts : int64, shape (accounts, len(ACCOUNT_VALUES))
    cut : bool, shape (n, len(FAMILIES))
        Where a search met the bound; the value is then a lower limit.
    """

    transactions: NDArray[np.int32]
    accounts: NDArray[np.int64]
    cut: NDArray[np.bool_]


class Scratch(NamedTuple):
    """Room that searches share, so that none allocates.

    Attributes
    ----------
    stamp : int64, shape (2, accounts)
        Whose mark `mark` is: it counts only under the present stamp.
    mark : int32, shape (2, accounts)
    found : int32, shape (2, accounts)
        Lists of accounts or transactions.
    path : int64, shape (3, CYCLE_HOPS[-1])
        The walk that looks for a cycle: its accounts, the limit of time and the next pair of each.
    now : int64, shape (1,)
        The present stamp.
    budget : int64, shape (1,)
        What is left of `Limits.bound`; below 0 the search is cut.
    """

    stamp: NDArray[np.int64]
    mark: NDArray[np.int32]
    found: NDArray[np.int32]
    path: NDArray[np.int64]
    now: NDArray[np.int64]
    budget: NDArray[np.int64]


class Trail(NamedTuple):
    """How layered chains came to each transaction.

    Attributes
    ----------
    newest : int32, shape (accounts,)
        Each account's last receipt.
    before : int32, shape (capacity,)
        The receipt of the same payee before this one.
    receipt : int32, shape (capacity,)
        The payer's last receipt before this payment.
    hops : int32, shape (capacity,)
        Hops of the longest chain up to and with this transaction.
    """

    newest: NDArray[np.int32]
    before: NDArray[np.int32]
    receipt: NDArray[np.int32]
    hops: NDArray[np.int32]


class Search(NamedTuple):
    """One pass: the transactions so far, what is looked for, and what was found."""

    graph: Multigraph
    trail: Trail
    limits: Limits
    scratch: Scratch
    counts: Counts


def no_counts(transactions: int, accounts: int) -> Counts:
    """Return counts of 0."""
    return Counts(
        np.zeros((transactions, len(TRANSACTION_VALUES)), np.int32),
        np.zeros((accounts, len(ACCOUNT_VALUES)), np.int64),
        np.zeros((transactions, len(FAMILIES)), np.bool_),
    )


def room(accounts: int) -> Scratch:
    """Return scratch for searches among so many accounts."""
    return Scratch(
        np.zeros((2, accounts), np.int64),
        np.zeros((2, accounts), np.int32),
        np.zeros((2, accounts), np.int32),
        np.zeros((3, CYCLE_HOPS[-1]), np.int64),
        np.zeros(1, np.int64),
        np.zeros(1, np.int64),
    )


def no_trail(accounts: int, capacity: int) -> Trail:
    """Return the trail of no transactions."""
    return Trail(
        np.full(accounts, NONE, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
    )


@allocation_free
def forget_marks(scratch: Scratch) -> None:
    """Make every mark invalid."""
    scratch.now[0] += 1


@allocation_free
def put_mark(scratch: Scratch, kind: int, account: int, value: int) -> None:
    """Mark an account with a number, as one of two kinds of marks."""
    scratch.stamp[kind, account] = scratch.now[0]
    scratch.mark[kind, account] = value


@allocation_free
def mark_of(scratch: Scratch, kind: int, account: int, otherwise: int) -> int:
    """Return an account's mark, or `otherwise` where it has none."""
    if scratch.stamp[kind, account] != scratch.now[0]:
        return otherwise
    return int(scratch.mark[kind, account])


@allocation_free
def spend(scratch: Scratch) -> bool:
    """Take one step of the budget; false where none was left."""
    scratch.budget[0] -= 1
    return bool(scratch.budget[0] >= 0)
