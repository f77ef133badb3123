"""How use fits what the account and its holder are said to be."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from features.feature import Feature
from features.history import (
    DAY,
    NEVER,
    UNKNOWN,
    WINDOWS,
    History,
    divided,
    first_since,
    latest_largest,
)
from features.selectors import largest, nothing, received

_MONTH, _QUARTER = WINDOWS["30d"], WINDOWS["90d"]

FEATURES = (
    Feature(
        "age_at_largest_90d",
        "Days from the opening of the account to the largest receipt of 90d, of equal ones the"
        " latest; missing if nothing came in or the opening before it is not known.",
        "days", "large receipt soon after opening", "BOT", "lowers",
        "The largest receipt of 90 days came when the account was {value} old",
        largest(received("90d")),
    ),
    Feature(
        "income_ratio_30d",
        "Money received in 30d by a month of the declared income; missing if none is declared.",
        "ratio", "receipts beyond the income", "FinCEN", "raises",
        "What came in over 30 days is {value} times a month of the declared income",
        received("30d"),
    ),
    Feature(
        "business_age_days",
        "Days since the account of a firm was opened; missing if no firm holds it or that is not"
        " known.",
        "days", "young firm", "BOT", "lowers",
        "The firm has had the account for {value}",
        nothing,
    ),
)  # fmt: skip


@inlined
def compute(history: History, as_of: int, row: NDArray[np.float64]) -> None:
    """Write the features of this family, in the order of `FEATURES`, to `row`."""
    happened, is_open = history.happened_at, NEVER < history.opened_at < as_of
    row[0] = _age_at_largest(history, first_since(happened, as_of - _QUARTER))
    row[1] = _income_ratio(history, first_since(happened, as_of - _MONTH))
    row[2] = np.nan
    if is_open and history.is_business == 1:
        row[2] = float(as_of - history.opened_at) / DAY


@inlined
def _age_at_largest(history: History, start: int) -> float:
    if history.opened_at == NEVER:
        return np.nan
    at = latest_largest(history, start)
    if at < 0 or history.opened_at > history.happened_at[at]:
        return np.nan
    return float(history.happened_at[at] - history.opened_at) / DAY


@inlined
def _income_ratio(history: History, start: int) -> float:
    if history.income == UNKNOWN:
        return np.nan
    came = 0
    for event in range(start, len(history.amount)):
        came += history.amount[event] * history.credit[event]
    return divided(float(came) * 12.0, history.income)
