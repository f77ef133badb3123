"""What the amounts look like."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import DAY, MINUTE, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, paid

_MONTH = WINDOWS["30d"]
_LEAST = 1000
"""Minor units; of smaller amounts nearly every one is round."""
_LARGER = 50
"""How many times larger than a test payment is what follows it."""

FEATURES = (
    Feature(
        "round_share_30d",
        "Share of the transactions in 30d whose amount is within a thousandth of one with at most"
        f" two digits before its zeros, and no less than {_LEAST:,} minor units; missing if there"
        " was none.",
        "share", "round amounts", "FATF", "either",
        "Of the transactions in 30 days, {value} are of a round amount",
        everything("30d"),
    ),
    Feature(
        "like_payments_30d",
        "Most successive payments in 30d that follow the first of them within 30 minutes and differ"
        " from it by at most a twentieth; where one does not, the next such row begins.",
        "transactions", "split payments", "FATF", "raises",
        "Payments of nearly one amount went out {value} within half an hour",
        paid("30d"),
    ),
    Feature(
        "tested_payments_30d",
        f"Number of transactions in 30d at least {_LARGER} times the one before with the same known"
        " counterparty in the same direction, if that was at most a day earlier.",
        "transactions", "test payment, then a large one", "AUSTRAC", "raises",
        "A small payment was followed by a large one of the same parties {value} in 30 days",
        everything("30d"),
        one_way=True,
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    month = first_since(history.happened_at, as_of - _MONTH)
    amount = history.amount[month:]
    is_round = 0
    for each in amount:
        is_round += _is_round(each)
    row[0] = divided(is_round, len(amount))
    row[1] = _like_payments(history, month)
    row[2] = _tested_payments(history, month)


@inlined
def _is_round(amount: int) -> bool:
    # Products and not quotients, which cost several times as much.
    step = 1
    while 100 * step <= amount:
        step *= 10
    above = amount % step
    # Nearly: a fee or the last digit of a conversion makes no other behaviour of a round amount.
    return amount >= _LEAST and 1000 * min(above, step - above) <= amount


@inlined
def _like_payments(history: History, start: int) -> int:
    most = alike = 0
    first = -1
    for event in range(start, len(history.amount)):
        if history.credit[event]:
            continue
        if alike and _is_like(history, first, event):
            alike += 1
        else:
            first, alike = event, 1
        most = max(most, alike)
    return most


@inlined
def _is_like(history: History, first: int, event: int) -> bool:
    soon = history.happened_at[event] - history.happened_at[first] <= 30 * MINUTE
    difference = abs(history.amount[event] - history.amount[first])
    return bool(soon and difference <= history.amount[first] // 20)


@inlined
def _tested_payments(history: History, start: int) -> int:
    # Each counterparty has a place for debits and, after it, one for credits.
    before = np.full(2 * (history.counterparty.max() + 1), -1)
    tested = 0
    for event in range(start, len(history.amount)):
        if history.counterparty[event] == UNKNOWN:
            continue
        place = 2 * history.counterparty[event] + history.credit[event]
        last = before[place]
        if last >= 0 and history.happened_at[event] - history.happened_at[last] <= DAY:
            tested += history.amount[last] <= history.amount[event] // _LARGER
        before[place] = event
    return tested
