"""What the amounts look like."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import DAY, MINUTE, UNKNOWN, WINDOWS, History, divided, first_since
from features.selectors import everything, paid

_MONTH = WINDOWS["30d"]
_LEAST = 1000
"""Minor units; of smaller amounts every one is a round one or just below."""
_LARGER = 50
"""How many times larger than a test payment is what follows it."""

FEATURES = (
    Feature(
        "round_share_30d",
        f"Share of the transactions in 30d whose amount, of {_LEAST:,} minor units or more, is within"
        " a thousandth of one with at most two digits before its zeros; missing if there was none.",
        "share", "round amounts", "FATF", "either",
        "Of the transactions in 30 days, {value} are of a round amount",
        everything("30d"),
    ),
    Feature(
        "below_round_share_30d",
        f"Share of the transactions in 30d whose amount, of {_LEAST:,} minor units or more, is 0.15 %"
        " to 9.95 % below 1 or 5 times a power of ten; missing if there was none.",
        "share", "amounts just below a round one", "FATF", "raises",
        "Of the transactions in 30 days, {value} stay just below a round amount",
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
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    month = first_since(history.happened_at, as_of - _MONTH)
    amount = history.amount[month:]
    is_round = below = 0
    for each in amount:
        power = _power_of_ten(each)
        is_round += _is_round(each, power)
        below += _is_below_round(each, power)
    row[0], row[1] = divided(is_round, len(amount)), divided(below, len(amount))
    row[2] = _like_payments(history, month)
    row[3] = _tested_payments(history, month)


@inlined
def _power_of_ten(amount: int) -> int:
    """Return the largest power of ten that is not above an amount, 1 at least."""
    power = 1
    # Products and not quotients, which cost several times as much.
    while 10 * power <= amount:
        power *= 10
    return power


@inlined
def _is_round(amount: int, power: int) -> bool:
    step = max(power // 10, 1)
    above = amount % step
    # Nearly: a fee or the last digit of a conversion makes no other behaviour of a round amount.
    return amount >= _LEAST and 1000 * min(above, step - above) <= amount


@inlined
def _is_below_round(amount: int, power: int) -> bool:
    # Ends that no usual amount lies on, so that one minor unit more or less decides nothing.
    near = _is_below(amount, 10 * power) or _is_below(amount, 5 * power)
    return amount >= _LEAST and near


@inlined
def _is_below(amount: int, limit: int) -> bool:
    return 9005 * limit < 10_000 * amount < 9985 * limit


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
