"""Payments as arrays, before they become rows of a ledger."""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from ledger.schema import CHANNELS

Integers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Whether = npt.NDArray[np.bool_]

BY_KIND = -1
"""Channel of a plain payment: the kinds of the two accounts decide it."""


@dataclass(frozen=True)
class Outside:
    """A place outside the ledger that money comes from or goes to."""

    institution: str | None
    country: str | None


CASH, MERCHANT, ELSEWHERE = -1, -2, -3
ABROAD = (-4, -5, -6)
OUTSIDE = {
    CASH: Outside(None, None),
    MERCHANT: Outside(None, "TH"),
    ELSEWHERE: Outside("bank_of_others", "TH"),
    ABROAD[0]: Outside("bank_vientiane", "LA"),
    ABROAD[1]: Outside("bank_penang", "MY"),
    ABROAD[2]: Outside("bank_battambang", "KH"),
}
"""Account numbers below zero stand for places outside the ledger."""


@dataclass(frozen=True)
class Payments:
    """Payments in no particular order.

    Attributes
    ----------
    payer, payee : ndarray of int64
        Positions in the population, or a key of `OUTSIDE`.
    at : ndarray of int64
        Seconds since the ledger's origin.
    amount : ndarray of int64
        Minor units of the reference currency.
    channel : ndarray of int64
        Position in `ledger.schema.CHANNELS`, or `BY_KIND`.
    """

    payer: Integers
    payee: Integers
    at: Integers
    amount: Integers
    channel: Integers

    def __len__(self) -> int:
        """Count the payments."""
        return len(self.at)

    def take(self, which: Integers | Whether) -> "Payments":
        """Select payments by position or by a mask."""
        return Payments(*(getattr(self, f.name)[which] for f in fields(self)))


def payments(
    payer: npt.ArrayLike,
    payee: npt.ArrayLike,
    at: npt.ArrayLike,
    amount: npt.ArrayLike,
    channel: str | None = None,
) -> Payments:
    """Build payments, repeating single values; `channel` None lets the accounts' kinds decide."""
    code = BY_KIND if channel is None else CHANNELS.index(channel)
    columns = np.broadcast_arrays(payer, payee, at, amount, code)
    return Payments(*(np.asarray(column).astype(np.int64).ravel() for column in columns))


def join(parts: Iterable[Payments]) -> Payments:
    """Put payments together."""
    listed = list(parts)
    columns = ([getattr(part, f.name) for part in listed] for f in fields(Payments))
    return Payments(*(np.concatenate(column) for column in columns))
