"""The pass: each transaction is told what its accounts had done, then becomes part of the past."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import allocation_free
from features.past.late import Marks, newest_known, no_marks, recount, recount_pair
from features.past.payments import Payments
from features.past.settings import Windows
from features.past.windows import PAYEE, PAYER, Running, enter, nothing_yet, slide
from features.patterns.multigraph import NONE

OF_ACCOUNT = ("count", "sum", "mean", "max", "counterparties")
OF_PAIR = ("count", "sum")
_HOUR = 3_600_000_000


def names(windows: Windows) -> tuple[str, ...]:
    """Name the values of a transaction, in the order in which the pass writes them.

    `payer_received_sum_24h` is what the payer had received in the 24 hours before; `ago`, how many
    hours before it last did. `same_way` are earlier transactions from this payer to this payee,
    `other_way` those from this payee to this payer.
    """
    accounts = [
        f"{party}_{did}_{value}"
        for party in ("payer", "payee")
        for did in ("paid", "received")
        for value in (*(f"{v}_{w}" for w in windows.names for v in OF_ACCOUNT), "ago")
    ]
    pairs = [
        f"{way}_{value}_{window}"
        for way in ("same_way", "other_way")
        for window in windows.names
        for value in OF_PAIR
    ]
    return (*accounts, *pairs)


def describe_all(payments: Payments, windows: Windows) -> NDArray[np.float32]:
    """Describe the past of all transactions in one pass.

    Returns
    -------
    float32 array, shape (len(names(windows)), n)
    """
    values = np.full((len(names(windows)), len(payments.amount)), np.nan, np.float32)
    running = nothing_yet(payments, windows.microseconds())
    _run(running, payments, no_marks(payments.pairs), values)
    return values


@allocation_free
def _run(running: Running, payments: Payments, marks: Marks, values: NDArray[np.float32]) -> None:
    """Go from instant to instant; of transactions that are tied none is in another's past."""
    start, rows = 0, len(payments.amount)
    while start < rows:
        slide(running, payments, start, payments.happened_at[start])
        end = _end_of_tie(payments, start)
        for row in range(start, end):
            _describe(running, payments, marks, values[:, row], row)
        for row in range(start, end):
            enter(running, payments, row)
        start = end


@allocation_free
def _end_of_tie(payments: Payments, start: int) -> int:
    """Return the first transaction after `start` of another instant or sequence."""
    end = start + 1
    while (
        end < len(payments.amount)
        and payments.happened_at[end] == payments.happened_at[start]
        and payments.sequence[end] == payments.sequence[start]
    ):
        end += 1
    return end


@allocation_free
def _describe(
    running: Running, payments: Payments, marks: Marks, values: NDArray[np.float32], row: int
) -> None:
    column, width = 0, len(OF_ACCOUNT)
    for party in (PAYER, PAYEE):
        account = payments.account[party, row]
        for side in (PAYER, PAYEE):
            for window in range(len(running.length)):
                if account != NONE:
                    where = (window, side, account)
                    _put_account(running, payments, marks, where, values[column:], row)
                column += width
            if account != NONE:
                _put_ago(running, payments, side, account, values[column:], row)
            column += 1
    for way in range(2):
        payer = payments.account[way, row]
        pair = payments.opposite[row] if way else payments.pair[row]
        for window in range(len(running.length)):
            if payments.pair[row] != NONE:
                _put_pair(running, payments, (window, payer, pair), values[column:], row)
            column += len(OF_PAIR)


@allocation_free
def _put_account(
    running: Running,
    payments: Payments,
    marks: Marks,
    where: tuple[int, int, int],
    values: NDArray[np.float32],
    row: int,
) -> None:
    """Write `OF_ACCOUNT`; without a transaction there is no mean and no largest."""
    window, side, account = where
    if running.learnt[side, account] > payments.known_at[row]:
        count, total, largest, counterparties = recount(running, payments, marks, where, row)
    else:
        count = running.number[window, side, account]
        total = running.total[window, side, account]
        head = running.head[window, side, account]
        largest = payments.amount[head] if head != NONE else 0
        counterparties = running.counterparties[window, side, account]
    values[0], values[1], values[4] = count, total, counterparties
    if count > 0:
        values[2], values[3] = total / count, largest


@allocation_free
def _put_ago(
    running: Running,
    payments: Payments,
    side: int,
    account: int,
    values: NDArray[np.float32],
    row: int,
) -> None:
    last = newest_known(running, payments, side, account, row)
    if last != NONE:
        values[0] = (payments.happened_at[row] - payments.happened_at[last]) / _HOUR


@allocation_free
def _put_pair(
    running: Running,
    payments: Payments,
    where: tuple[int, int, int],
    values: NDArray[np.float32],
    row: int,
) -> None:
    """Write `OF_PAIR`; a pair that never occurs has none."""
    window, payer, pair = where
    count, total = 0, 0
    if pair != NONE:
        if running.learnt[PAYER, payer] > payments.known_at[row]:
            count, total = recount_pair(running, payments, window, payer, pair, row)
        else:
            count = running.pair_count[window, pair]
            total = running.pair_total[window, pair]
    values[0], values[1] = count, total
