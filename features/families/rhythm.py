"""When the account is used, and since when it exists."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import DAY, NEVER, WINDOWS, History, divided, first_since
from features.numbering import numbered
from features.selectors import around_longest_silence, everything, latest, nothing

_WEEK, _MONTH, _QUARTER = WINDOWS["7d"], WINDOWS["30d"], WINDOWS["90d"]

FEATURES = (
    Feature(
        "age_days",
        "Days since the account was opened; missing if that is not known.",
        "days", "new account", "BOT", "lowers",
        "The account is {value} old",
        nothing,
    ),
    Feature(
        "days_since_last",
        "Days since the last transaction.",
        "days", "recent activity", "BOT", "lowers",
        "The last transaction was {value} ago",
        latest,
    ),
    Feature(
        "longest_silence_90d",
        "Days of the longest pause between two successive transactions that ended within 90d;"
        " missing if there was none.",
        "days", "dormant account reactivated", "FATF", "raises",
        "The longest silence that ended within 90 days lasted {value}",
        around_longest_silence("90d"),
    ),
    Feature(
        "active_days_90d",
        "Number of days (UTC) with a transaction in 90d.",
        "days", "regular use", "peer", "lowers",
        "The account was used on {value} of 90",
        everything("90d"),
    ),
    Feature(
        "burstiness_90d",
        "Spread less mean of the pauses between transactions in 90d, by their sum: -1 regular,"
        " 1 all at once; missing with fewer than two pauses.",
        "ratio", "bursts", "Goh", "raises",
        "The burstiness of use over 90 days is {value} (-1 is regular, 1 is all at once)",
        everything("90d"),
    ),
    Feature(
        "activity_growth_7d",
        "Number of transactions in 7d by the weekly mean of 90d; missing if there was none.",
        "ratio", "sudden activity", "FATF", "raises",
        "The last 7 days saw {value} times the usual weekly number of transactions",
        everything("90d"),
    ),
    Feature(
        "credit_growth_7d",
        "Money received in 7d by the weekly mean of 90d; missing if nothing came in.",
        "ratio", "sudden inflow", "FATF", "raises",
        "The last 7 days brought {value} times the usual weekly inflow",
        everything("90d"),
    ),
    Feature(
        "repeat_amount_share_30d",
        "Share of the transactions in 30d whose exact amount occurs again in the same direction;"
        " missing if there was none.",
        "share", "repeated amounts", "FATF", "either",
        "Of the transactions in 30 days, {value} repeat an exact amount",
        everything("30d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    happened = history.happened_at
    week, month, quarter = (
        first_since(happened, as_of - _WEEK),
        first_since(happened, as_of - _MONTH),
        first_since(happened, as_of - _QUARTER),
    )
    if history.opened_at == NEVER or history.opened_at >= as_of:
        row[0] = np.nan
    else:
        row[0] = float(as_of - history.opened_at) / DAY
    row[1] = float(as_of - happened[-1]) / DAY
    row[2] = _longest_silence(happened, quarter)
    row[3] = _active_days(happened[quarter:])
    row[4] = _burstiness(happened[quarter:])
    row[5] = _by_weekly_mean(len(happened) - week, len(happened) - quarter)
    row[6] = _by_weekly_mean(_received(history, week), _received(history, quarter))
    row[7] = _repeated_share(history, month)


@inlined
def _by_weekly_mean(in_week: int, in_quarter: int) -> float:
    return divided(in_week, in_quarter) * 90.0 / 7.0


@inlined
def _longest_silence(happened: NDArray[np.int64], start: int) -> float:
    longest = np.int64(-1)
    for event in range(max(start, 1), len(happened)):
        longest = max(longest, happened[event] - happened[event - 1])
    return np.nan if longest < 0 else float(longest) / DAY


@inlined
def _active_days(happened: NDArray[np.int64]) -> int:
    days = 0
    for event in range(len(happened)):
        if event == 0 or happened[event] // DAY != happened[event - 1] // DAY:
            days += 1
    return days


@inlined
def _burstiness(happened: NDArray[np.int64]) -> float:
    pauses = len(happened) - 1
    if pauses < 2:
        return np.nan
    mean = float(happened[-1] - happened[0]) / pauses
    squares = 0.0
    for event in range(1, len(happened)):
        difference = float(happened[event] - happened[event - 1]) - mean
        squares += difference * difference
    spread = np.sqrt(squares / pauses)
    return (spread - mean) / (spread + mean) if spread + mean > 0 else np.nan


@inlined
def _received(history: History, start: int) -> int:
    total = 0
    for event in range(start, len(history.amount)):
        total += history.amount[event] * history.credit[event]
    return total


@inlined
def _repeated_share(history: History, start: int) -> float:
    amount, credit = history.amount[start:], history.credit[start:]
    # Only amounts of one direction meet; doubled, so that none is `UNKNOWN`.
    alike = numbered(2 * amount + credit)
    times = np.zeros(len(alike), np.int32)
    for number in alike:
        times[number] += 1
    repeated = 0
    for number in alike:
        repeated += times[number] > 1
    return divided(repeated, len(alike))
