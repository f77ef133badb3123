"""Where each event goes: the compiled half of `features.events`.

Events are written all over memory, which is slow. So they are sorted by account in two passes, as a
radix sort does: first into a few partitions of neighbouring accounts, then each partition within a
processor's cache.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free, compiled
from features.history import UNKNOWN

_PARTITION = 2**17
"""Events of a partition on average: more would not fit in the cache close by."""

_PARTITIONS = 2**7
"""At most so many: more would need more pages of memory at a time than a processor keeps addresses
of, and that costs more than the cache saves."""


class Texts(NamedTuple):
    """A column of texts: `code[entry[row]]` stands for the text of a row, `UNKNOWN` for none."""

    entry: NDArray[np.int32]
    code: NDArray[np.int32]


class Columns(NamedTuple):
    """Columns of successive transactions."""

    happened_at: NDArray[np.int64]
    known_at: NDArray[np.int64]
    amount: NDArray[np.int64]
    channel: Texts
    payer: Texts
    payee: Texts
    payer_institution: Texts
    payee_institution: Texts
    payer_country: Texts
    payee_country: Texts


class Partitions(NamedTuple):
    """Events after the first pass: those of neighbouring accounts together, in order of time.

    Attributes
    ----------
    event : array of features.events.EVENT
    account : int32, shape (events,)
        Whose each event is.
    free : int64, shape (partitions,)
        Where the next event of each partition goes.
    accounts : int
        How many accounts there are.
    width : int
        Accounts of a partition, as a power of two.
    """

    event: NDArray[np.void]
    account: NDArray[np.int32]
    free: NDArray[np.int64]
    accounts: int
    width: int


def partitions(start: NDArray[np.int64], event: np.dtype[np.void]) -> Partitions:
    """Make room for the events of accounts, of which `a` begins with event `start[a]`."""
    accounts = len(start) - 1
    wanted = min(int(start[-1]) // _PARTITION, _PARTITIONS - 1)
    width = max(0, accounts.bit_length() - wanted.bit_length())
    free = start[:-1][:: 1 << width].copy()
    return Partitions(
        np.empty(start[-1], event), np.empty(start[-1], np.int32), free, accounts, width
    )


@allocation_free
def count(party: Texts, events: NDArray[np.int64]) -> None:
    """Count the events of each account."""
    for entry in party.entry:
        if UNKNOWN < party.code[entry] < len(events):
            events[party.code[entry]] += 1


@allocation_free
def partition(partitions: Partitions, columns: Columns, first: int, latest: int) -> int:
    """Put each transaction's events into their partitions; return the time of the last.

    Parameters
    ----------
    first : int
        Row of the table that the columns begin with.
    latest : int
        Time of the transaction before.
    """
    for row in range(len(columns.happened_at)):
        if columns.happened_at[row] < latest:
            raise ValueError("transactions do not stand in order of time; see ledger.order")
        latest = columns.happened_at[row]
        payer, payee = _code(columns.payer, row), _code(columns.payee, row)
        if UNKNOWN < payer < partitions.accounts:
            debit = _next(partitions, payer)
            _write(debit, columns, row, first)
            debit.credit = False
            debit.counterparty = payee
            debit.institution = _code(columns.payee_institution, row)
            debit.country = _code(columns.payee_country, row)
        if UNKNOWN < payee < partitions.accounts:
            credit = _next(partitions, payee)
            _write(credit, columns, row, first)
            credit.credit = True
            credit.counterparty = payer
            credit.institution = _code(columns.payer_institution, row)
            credit.country = _code(columns.payer_country, row)
    return latest


@compiled
def sort_within(partitions: Partitions, start: NDArray[np.int64]) -> None:
    """Sort the events of each partition by account."""
    width = 1 << partitions.width
    ends = start[1:]
    largest = 0
    for first in range(0, partitions.accounts, width):
        last = min(first + width, partitions.accounts) - 1
        largest = max(largest, ends[last] - start[first])
    held, free = np.empty(largest, partitions.event.dtype), start[:-1].copy()
    for first in range(0, partitions.accounts, width):
        begin, end = start[first], ends[min(first + width, partitions.accounts) - 1]
        for at in range(begin, end):
            held[at - begin] = partitions.event[at]
        for at in range(begin, end):
            account = partitions.account[at]
            partitions.event[free[account]] = held[at - begin]
            free[account] += 1


@allocation_free
def _next(partitions: Partitions, account: np.int32) -> Any:
    which = account >> partitions.width
    at = partitions.free[which]
    partitions.free[which] += 1
    partitions.account[at] = account
    return partitions.event[at]


@allocation_free
def _write(event: Any, columns: Columns, row: int, first: int) -> None:
    event.happened_at = columns.happened_at[row]
    event.known_at = columns.known_at[row]
    event.amount = columns.amount[row]
    event.transaction = first + row
    event.channel = _code(columns.channel, row)


@allocation_free
def _code(texts: Texts, row: int) -> np.int32:
    code: np.int32 = texts.code[texts.entry[row]]
    return code
