"""How long received money stays before it leaves again."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import CHANNEL, DAY, MINUTE, WINDOWS, History, divided, first_since
from features.matching import matched
from features.selectors import everything

_MONTH = WINDOWS["30d"]
_HOUR = 60 * MINUTE
_ATM, _CRYPTO, _E_WALLET = CHANNEL["atm"], CHANNEL["crypto"], CHANNEL["e_wallet"]

FEATURES = (
    Feature(
        "dwell_median_30d",
        "Minutes that the middle unit of money stayed, of what came in and left again within 30d,"
        " matched first in, first out; missing if none did.",
        "minutes", "rapid movement", "FATF", "lowers",
        "Money that came in and left within 30 days stayed {value}",
        everything("30d"),
    ),
    Feature(
        "dwell_p10_30d",
        "Minutes that the fastest tenth of it stayed at most; missing if none left.",
        "minutes", "rapid movement", "FATF", "lowers",
        "The fastest tenth of the money that left within 30 days stayed at most {value}",
        everything("30d"),
    ),
    Feature(
        "share_out_1h_30d",
        "Share of the money received in 30d that left within an hour of its arrival;"
        " missing if nothing came in.",
        "share", "rapid movement", "BOT", "raises",
        "Of the money received in 30 days, {value} left within an hour",
        everything("30d"),
    ),
    Feature(
        "share_out_24h_30d",
        "Share of the money received in 30d that left within 24 hours of its arrival;"
        " missing if nothing came in.",
        "share", "rapid movement", "FATF", "raises",
        "Of the money received in 30 days, {value} left within a day",
        everything("30d"),
    ),
    Feature(
        "exit_24h_share_30d",
        "Share of the money received in 30d that left within 24 hours as cash, crypto, e-wallet or"
        " cross-border payment; missing if nothing came in.",
        "share", "exit channels", "FinCEN", "raises",
        "Of the money received in 30 days, {value} left within a day as cash, crypto, e-wallet or"
        " abroad",
        everything("30d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    start = first_since(history.happened_at, as_of - _MONTH)
    received, paid, amount = matched(history, start)
    stayed = np.empty(len(amount), np.int64)
    came_in = within_hour = within_day = exited = 0
    for event in range(start, len(history.amount)):
        came_in += history.amount[event] * history.credit[event]
    for match in range(len(amount)):
        stayed[match] = history.happened_at[paid[match]] - history.happened_at[received[match]]
        within_hour += amount[match] * (stayed[match] <= _HOUR)
        within_day += amount[match] * (stayed[match] <= DAY)
        exited += amount[match] * (stayed[match] <= DAY and _is_exit(history, paid[match]))
    by_time = np.argsort(stayed, kind="mergesort")
    row[0] = _quantile(stayed, amount, by_time, 5)
    row[1] = _quantile(stayed, amount, by_time, 1)
    row[2] = divided(within_hour, came_in)
    row[3] = divided(within_day, came_in)
    row[4] = divided(exited, came_in)


@inlined
def _quantile(
    stayed: NDArray[np.int64], weight: NDArray[np.int64], by_time: NDArray[np.int64], tenths: int
) -> float:
    """Return the time in minutes below or at which `tenths` of the weight lies."""
    total = weight.sum()
    # Rounded up, and written so that no product can overflow.
    needed = total // 10 * tenths + (total % 10 * tenths + 9) // 10
    reached = 0
    for match in by_time:
        reached += weight[match]
        if reached >= needed:
            return float(stayed[match]) / float(MINUTE)
    return np.nan


@inlined
def _is_exit(history: History, event: int) -> bool:
    channel = history.channel[event]
    leaves = channel in (_ATM, _CRYPTO, _E_WALLET)
    return leaves or history.abroad[event] == 1
