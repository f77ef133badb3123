"""At which hours and through which channels the account is used."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import DAY, MINUTE, NEVER, WINDOWS, History, divided, first_since
from features.selectors import everything
from ledger.schema import CHANNELS

_WEEK, _MONTH, _QUARTER = WINDOWS["7d"], WINDOWS["30d"], WINDOWS["90d"]
_HOUR = 60 * MINUTE
_CHANNELS = len(CHANNELS)
_FIRST_WEEKDAY = 3
"""1970 began with a Thursday, Monday being 0."""

FEATURES = (
    Feature(
        "night_share_30d",
        "Share of the money moved in 30d that moved from midnight to 5 o'clock where the account is"
        " held (standard time); missing if none moved or its country is not known.",
        "share", "use at night", "FATF", "raises",
        "Of the money moved in 30 days, {value} moved at night",
        everything("30d"),
    ),
    Feature(
        "weekend_share_30d",
        "Share of the money moved in 30d that moved on a Saturday or Sunday where the account is"
        " held (standard time); missing if none moved or its country is not known.",
        "share", "use at weekends", "FATF", "either",
        "Of the money moved in 30 days, {value} moved at a weekend",
        everything("30d"),
    ),
    Feature(
        "hours_shift_7d",
        "Share of the transactions in 7d that would have to be made at another hour (UTC) to be"
        " spread over the day like those of the 83 days before; missing if either has none.",
        "share", "changed hours of use", "FATF", "raises",
        "Of the transactions in 7 days, {value} were made at other hours than usual",
        everything("90d"),
    ),
    Feature(
        "channels_shift_7d",
        "Share of the transactions in 7d that would have to be made through another channel to be"
        " spread like those of the 83 days before; missing if either has none.",
        "share", "changed channels", "FATF", "raises",
        "Of the transactions in 7 days, {value} went through other channels than usual",
        everything("90d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    happened = history.happened_at
    _local_shares(history, first_since(happened, as_of - _MONTH), row[:2])
    week, quarter = first_since(happened, as_of - _WEEK), first_since(happened, as_of - _QUARTER)
    hour = (happened[quarter:] // _HOUR) % 24
    row[2] = _shift(hour, week - quarter, 24)
    row[3] = _shift(history.channel[quarter:], week - quarter, _CHANNELS)


@inlined
def _local_shares(history: History, start: int, row: NDArray[np.float64]) -> None:
    row[:] = np.nan
    if history.ahead == NEVER:
        return
    moved = at_night = at_weekend = 0
    for event in range(start, len(history.amount)):
        local = history.happened_at[event] + history.ahead
        amount = history.amount[event]
        moved += amount
        at_night += amount * (local % DAY < 5 * _HOUR)
        at_weekend += amount * ((local // DAY + _FIRST_WEEKDAY) % 7 >= 5)
    row[0], row[1] = divided(at_night, moved), divided(at_weekend, moved)


@inlined
def _shift(kind: NDArray[np.integer[Any]], recent: int, kinds: int) -> float:
    """Return the distance in total variation between the kinds before and from `recent` on."""
    before, since = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    for event in range(len(kind)):
        before[kind[event]] += event < recent
        since[kind[event]] += event >= recent
    apart = 0
    for each in range(kinds):
        # Both brought to a common denominator, so that the sum is exact.
        apart += abs(since[each] * recent - before[each] * (len(kind) - recent))
    return divided(apart, 2 * recent * (len(kind) - recent))
