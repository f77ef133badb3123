"""The features that every contender computes: what any fraud desk would ask of its accounts.

For each window and side, the number of transactions, their sum, maximum, mean and standard
deviation, and the number of known counterparties; for each window what went out to what came in;
of the last 30 days the median time from a receipt to the next payment, what passed through, the
transactions made from midnight to 5 o'clock UTC, and those with a counterparty never met before.
A mean, a ratio or a median of nothing is missing.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from features.compiled import SOURCES, compiler
from features.events import Events
from features.history import CREDIT, DAY, DEBIT, MINUTE, UNKNOWN, History, divided
from features.kernel import blank, history_of

WINDOWS = {"1d": DAY, "3d": 3 * DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY}
"""Lengths in microseconds, the shortest first."""

SIDES = {"debit": DEBIT, "credit": CREDIT}
MEASURES = ("count", "sum", "max", "mean", "std", "parties")
NAMES = (
    *(f"{side}_{measure}_{window}" for side in SIDES for window in WINDOWS for measure in MEASURES),
    *(f"out_in_{window}" for window in WINDOWS),
    "dwell_median_30d", "pass_through_30d", "night_share_30d", "new_party_share_30d",
)  # fmt: skip

COLUMNS = (
    "happened_at", "known_at", "reference_minor", "channel", "payer_account", "payee_account",
)  # fmt: skip
"""What the engine needs of a transaction for them."""

_LENGTHS = np.array(list(WINDOWS.values()))
_MONTH = list(WINDOWS).index("30d")
_HOUR = 60 * MINUTE
_SIDE = len(WINDOWS) * len(MEASURES)
"""Columns of one side."""

_compiled = compiler(*SOURCES, Path(__file__))


@_compiled
def compute_all(events: Events, as_of: int, values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Write the features of every account to its row; tell which have a visible transaction."""
    accounts = len(values)
    active = np.zeros(accounts, np.bool_)
    room = blank(events, 0, accounts)
    for account in range(accounts):
        history = history_of(events, account, as_of, room)
        active[account] = len(history.amount) > 0
        if active[account]:
            _compute(history, as_of, values[account])
    return active


@_compiled
def _compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    starts = np.searchsorted(history.happened_at, as_of - _LENGTHS)
    payments, receipts = row[:_SIDE], row[_SIDE : 2 * _SIDE]
    _measure(history, history.credit == DEBIT, starts, payments)
    _measure(history, history.credit == CREDIT, starts, receipts)
    rest = row[2 * _SIDE :]
    for window in range(len(starts)):
        total = len(MEASURES) * window + 1
        rest[window] = divided(payments[total], receipts[total])
    _of_month(history, starts[_MONTH], rest[len(starts) :])
    total = len(MEASURES) * _MONTH + 1
    rest[len(starts) + 1] = divided(min(receipts[total], payments[total]), receipts[total])


@_compiled
def _measure(
    history: History, side: NDArray[np.bool_], starts: NDArray[np.int64], row: NDArray[np.float64]
) -> None:
    """Measure one side in every window; a window adds what is older to the one before it."""
    met = np.zeros(history.counterparty.max() + 1, np.bool_)
    count = total = largest = parties = 0
    mean = squares = 0.0
    end = len(history.amount)
    for window in range(len(starts)):
        added = added_total = 0
        for event in range(starts[window], end):
            if side[event]:
                added += 1
                added_total += history.amount[event]
                largest = max(largest, history.amount[event])
                who = history.counterparty[event]
                if who != UNKNOWN and not met[who]:
                    met[who] = True
                    parties += 1
        if added:
            # Chan, Golub and LeVeque (1979): deviations from a mean are never subtracted.
            own_mean = added_total / added
            for event in range(starts[window], end):
                if side[event]:
                    squares += (history.amount[event] - own_mean) ** 2
            squares += (own_mean - mean) ** 2 * count * added / (count + added)
            count, total = count + added, total + added_total
            mean = total / count
        first, end = len(MEASURES) * window, starts[window]
        row[first], row[first + 1], row[first + 5] = count, total, parties
        row[first + 2] = largest if count else np.nan
        row[first + 3] = mean if count else np.nan
        row[first + 4] = np.sqrt(squares / count) if count else np.nan


@_compiled
def _of_month(history: History, start: int, row: NDArray[np.float64]) -> None:
    # Counterparties are numbered in the order of their first transaction.
    met_before = history.counterparty[:start].max() + 1 if start else 0
    waited = np.empty(len(history.amount) - start, np.int64)
    at_night = known = new = waits = 0
    paid_at, pays = np.int64(0), False
    for event in range(len(history.amount) - 1, start - 1, -1):
        happened_at, who = history.happened_at[event], history.counterparty[event]
        at_night += happened_at % DAY < 5 * _HOUR
        known += who != UNKNOWN
        new += who >= met_before
        if not history.credit[event]:
            paid_at, pays = happened_at, True
        elif pays:
            waited[waits] = paid_at - happened_at
            waits += 1
    row[0] = np.median(waited[:waits]) / MINUTE if waits else np.nan
    row[2] = divided(at_night, len(history.amount) - start)
    row[3] = divided(new, known)
