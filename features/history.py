"""What one account did: the arrays that every feature is computed from."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from features.compiled import inlined
from ledger.schema import CHANNELS

CREDIT, DEBIT = True, False
"""The two sides of `History.credit`."""

UNKNOWN = -1
"""Stands where a transaction does not say who, where or in which country."""

NEVER = -(2**62)
"""Stands for a time that is not known."""

MINUTE = 60 * 10**6
DAY = 24 * 60 * MINUTE
WINDOWS = {"1d": DAY, "7d": 7 * DAY, "30d": 30 * DAY, "90d": 90 * DAY}
"""Lengths in microseconds. A window is half-open: [as_of - length, as_of)."""

CHANNEL = {name: code for code, name in enumerate(CHANNELS)}


class History(NamedTuple):
    """One account's transactions visible at an instant, oldest first; all arrays of length n.

    Attributes
    ----------
    happened_at : int64, microseconds since 1970 UTC
    credit : bool
        Whether the account received the money.
    amount : int64, minor units of the reference currency
    counterparty : int32
        The other side, numbered from 0 in the order of the first event with it; `UNKNOWN` where
        not given.
    institution, country : int32
        Of the other side; numbers from 0 stand for texts, `UNKNOWN` for none.
    elsewhere, abroad : int8
        1 where the other side's institution (country) differs from this account's, 0 where it is
        the same, `UNKNOWN` where either is not known.
    channel : int8
        Position in `ledger.schema.CHANNELS`.
    device : int32
        Number of the device that ordered it, `UNKNOWN` where it is not given.
    transaction : int64
        Row of the transaction in the table it was read from.
    opened_at, ahead, is_business, income : int
        Of the account; see `features.profiles`.
    """

    happened_at: NDArray[np.int64]
    credit: NDArray[np.bool_]
    amount: NDArray[np.int64]
    counterparty: NDArray[np.int32]
    institution: NDArray[np.int32]
    country: NDArray[np.int32]
    elsewhere: NDArray[np.int8]
    abroad: NDArray[np.int8]
    channel: NDArray[np.int8]
    device: NDArray[np.int32]
    transaction: NDArray[np.int64]
    opened_at: int
    ahead: int
    is_business: int
    income: int


@inlined
def first_since(happened_at: NDArray[np.int64], start: int) -> int:
    """Return the position of the first event at or after `start`."""
    return int(np.searchsorted(happened_at, start))


@inlined
def latest_largest(history: History, start: int) -> int:
    """Return the position of the largest receipt from `start` on, of equal ones the last.

    -1 if there is none.
    """
    largest, at = np.int64(1), -1
    for event in range(start, len(history.amount)):
        # One more than the amount, so that a payment counts less than any receipt.
        received = (history.amount[event] + 1) * history.credit[event]
        if received >= largest:
            largest, at = received, event
    return at


@inlined
def divided(numerator: float, denominator: float) -> float:
    """Return the quotient of two amounts or counts, missing where the second is 0."""
    if denominator == 0:
        return np.nan
    return float(numerator) / float(denominator)
