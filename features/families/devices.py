"""Which devices order payments."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import UNKNOWN, WINDOWS, History, divided, first_since
from features.numbering import numbered
from features.selectors import paid, with_first_use

_WEEK, _MONTH = WINDOWS["7d"], WINDOWS["30d"]

FEATURES = (
    Feature(
        "new_device_share_7d",
        "Share of the money paid in 7d from known devices that was ordered from devices which had"
        " ordered no payment before those 7d; missing if there was none.",
        "share", "new devices", "FATF", "raises",
        "Of the money paid in 7 days, {value} was ordered from new devices",
        with_first_use(paid("7d")),
    ),
    Feature(
        "device_count_30d",
        "Number of different devices that ordered payments in 30d; missing if none of the payments"
        " names one.",
        "devices", "new devices", "FATF", "raises",
        "Payments were ordered from {value} in 30 days",
        paid("30d"),
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    row[:] = np.nan
    if history.device.max() == UNKNOWN:
        return
    device = numbered(_ordered_from(history))
    week = first_since(history.happened_at, as_of - _WEEK)
    month = first_since(history.happened_at, as_of - _MONTH)
    row[0] = _new_share(device, history.amount, week)
    row[1] = _different(device[month:])


@inlined
def _ordered_from(history: History) -> NDArray[np.int32]:
    """Return the device of each payment; `UNKNOWN` for money received."""
    device = history.device.copy()
    for event in range(len(device)):
        if history.credit[event]:
            device[event] = UNKNOWN
    return device


@inlined
def _new_share(device: NDArray[np.int32], amount: NDArray[np.int64], start: int) -> float:
    # Devices are numbered in the order of their first use.
    used_before = device[:start].max() + 1 if start else 0
    went = went_new = 0
    for event in range(start, len(device)):
        went += amount[event] * (device[event] != UNKNOWN)
        went_new += amount[event] * (device[event] >= used_before)
    return divided(went_new, went)


@inlined
def _different(device: NDArray[np.int32]) -> float:
    seen = np.zeros(device.max() + 2 if len(device) else 1, np.bool_)
    for each in device:
        seen[each] = True
    different = seen[:-1].sum()
    return float(different) if different else np.nan
