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
_CARD = CHANNEL["card"]


def _left(name: str, how: str, typology: str, source: str) -> Feature:
    return Feature(
        f"{name}_30d",
        f"Share of the money received in 30d that left {how}, counted from its"
        " arrival; missing if nothing came in.",
        "share", typology, source, "raises",
        f"Of the money received in 30 days, {{value}} left {how}",
        everything("30d"),
        one_way=True,
    )  # fmt: skip


FEATURES = (
    Feature(
        "dwell_median_30d",
        "Minutes that the middle unit of money stayed, of what came in and left again within 30d,"
        " matched first in, first out; missing if none did.",
        "minutes", "rapid movement", "FATF", "lowers",
        "Money that came in and left within 30 days stayed {value}",
        everything("30d"),
        one_way=True,
    ),
    Feature(
        "dwell_p10_30d",
        "Minutes that the fastest tenth of it stayed at most; missing if none left.",
        "minutes", "rapid movement", "FATF", "lowers",
        "The fastest tenth of the money that left within 30 days stayed at most {value}",
        everything("30d"),
        one_way=True,
    ),
    _left("share_out_1h", "within an hour", "rapid movement", "BOT"),
    _left("share_out_24h", "within a day", "rapid movement", "FATF"),
    _left(
        "exit_24h_share", "within a day as cash, crypto, e-wallet or abroad", "exit channels",
        "FinCEN",
    ),
    _left("share_out_5m", "within five minutes", "rapid movement", "BOT"),
    _left("cash_1h_share", "within an hour as cash from a machine", "exit channels", "AUSTRAC"),
    _left("crypto_1h_share", "within an hour for crypto currency", "exit channels", "BOT"),
    _left("abroad_1h_share", "within an hour to go abroad", "exit channels", "FATF"),
    _left("card_24h_share", "within a day by card", "received money spent on goods", "FATF"),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    start = first_since(history.happened_at, as_of - _MONTH)
    received, paid, amount = matched(history, start)
    stayed = history.happened_at[paid] - history.happened_at[received]
    by_time = np.argsort(stayed, kind="mergesort")
    row[0] = _quantile(stayed, amount, by_time, 5)
    row[1] = _quantile(stayed, amount, by_time, 1)
    came_in = 0
    for event in range(start, len(history.amount)):
        came_in += history.amount[event] * history.credit[event]
    left = np.zeros(len(row) - 2, np.int64)
    for match in range(len(amount)):
        _add(left, history, paid[match], amount[match], stayed[match])
    for way in range(len(left)):
        row[2 + way] = divided(left[way], came_in)


@inlined
def _add(left: NDArray[np.int64], history: History, event: int, amount: int, stayed: int) -> None:
    """Add money that left with an event to each way and time in which it did."""
    within_hour, within_day = amount * (stayed <= _HOUR), amount * (stayed <= DAY)
    channel, abroad = history.channel[event], history.abroad[event] == 1
    left[0] += within_hour
    left[1] += within_day
    left[2] += within_day * (channel in (_ATM, _CRYPTO, _E_WALLET) or abroad)
    left[3] += amount * (stayed <= 5 * MINUTE)
    left[4] += within_hour * (channel == _ATM)
    left[5] += within_hour * (channel == _CRYPTO)
    left[6] += within_hour * abroad
    left[7] += within_day * (channel == _CARD)


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
