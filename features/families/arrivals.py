"""What follows when money arrives."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import MINUTE, WINDOWS, History, divided, first_since, latest_largest
from features.selectors import everything, largest_and_after, largest_and_next, received

_DAY, _WEEK, _MONTH = WINDOWS["1d"], WINDOWS["7d"], WINDOWS["30d"]
_HOUR = 60 * MINUTE

FEATURES = (
    Feature(
        "first_out_minutes_30d",
        "Minutes from the largest receipt of 30d, of equal ones the latest, to the next payment;"
        " missing if none followed.",
        "minutes", "payments after a large receipt", "BOT", "lowers",
        "From the largest receipt of 30 days to the next payment passed {value}",
        largest_and_next("30d"),
        one_way=True,
    ),
    Feature(
        "payments_after_largest_30d",
        "Number of payments within an hour after the largest receipt of 30d, of equal ones the"
        " latest; missing if nothing came in.",
        "transactions", "payments after a large receipt", "BOT", "raises",
        "Within an hour after the largest receipt of 30 days money went out {value}",
        largest_and_after("30d", _HOUR),
    ),
    Feature(
        "peak_hour_share_30d",
        "Largest share of the money received in 30d that came within one hour; missing if nothing"
        " came in.",
        "share", "bursts", "BOT", "raises",
        "Of the money received in 30 days, {value} came within one hour",
        received("30d"),
    ),
    Feature(
        "peak_hour_count_7d",
        "Largest number of transactions within one hour in 7d.",
        "transactions", "bursts", "BOT", "raises",
        "In the busiest hour of 7 days money moved {value}",
        everything("7d"),
    ),
    Feature(
        "turns_1d",
        "Number of receipts in 1d that a payment follows next.",
        "transactions", "pass-through", "BOT", "raises",
        "Money that came in was followed by a payment {value} in one day",
        everything("1d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    happened = history.happened_at
    month, week = first_since(happened, as_of - _MONTH), first_since(happened, as_of - _WEEK)
    _after_largest(history, month, row[:2])
    row[2] = _peak_hour_share(happened[month:], history.amount[month:], history.credit[month:])
    row[3] = _peak_hour_count(happened[week:])
    row[4] = _turns(history.credit[first_since(happened, as_of - _DAY) :])


@inlined
def _after_largest(history: History, start: int, row: NDArray[np.float64]) -> None:
    row[:] = np.nan
    at = latest_largest(history, start)
    if at < 0:
        return
    payments = 0
    for event in range(at + 1, len(history.amount)):
        if not history.credit[event]:
            passed = history.happened_at[event] - history.happened_at[at]
            if np.isnan(row[0]):
                row[0] = float(passed) / float(MINUTE)
            if passed > _HOUR:
                break
            payments += 1
    row[1] = payments


@inlined
def _peak_hour_share(
    happened: NDArray[np.int64], amount: NDArray[np.int64], credit: NDArray[np.bool_]
) -> float:
    total = inside = most = oldest = 0
    for event in range(len(happened)):
        received = amount[event] * credit[event]
        total += received
        inside += received
        while happened[event] - happened[oldest] > _HOUR:
            inside -= amount[oldest] * credit[oldest]
            oldest += 1
        most = max(most, inside)
    return divided(most, total)


@inlined
def _peak_hour_count(happened: NDArray[np.int64]) -> int:
    most = oldest = 0
    for event in range(len(happened)):
        while happened[event] - happened[oldest] > _HOUR:
            oldest += 1
        most = max(most, event - oldest + 1)
    return most


@inlined
def _turns(credit: NDArray[np.bool_]) -> int:
    turns = 0
    for event in range(1, len(credit)):
        turns += credit[event - 1] and not credit[event]
    return turns
