"""The instants at which rows are made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow.compute as pc

from ledger.errors import MuleriskError
from ledger.lake import Lake
from ledger.view import instant

DAY = 86_400_000_000
"""Microseconds."""


class LedgerTooShort(MuleriskError):
    """The ledger does not last long enough to learn from."""


@dataclass(frozen=True)
class Span:
    """The time that a ledger's transactions cover."""

    first: datetime
    last: datetime


def span(lake: Lake) -> Span:
    """Find when the ledger's first and last transactions happened.

    Raises
    ------
    LedgerTooShort
        If it has none.
    """
    happened = lake.read("transactions", ["happened_at"])["happened_at"]
    if not len(happened):
        raise LedgerTooShort(f"{lake.folder} holds no transaction; import some first.")
    ends = pc.min_max(happened.cast("int64")).as_py()
    return Span(instant(ends["min"]), instant(ends["max"]))


def grid(over: Span, *, burn_in_days: int, stride_days: int, horizon_days: int) -> list[datetime]:
    """List the instants, counted from the midnight before the first transaction.

    The last one leaves a whole horizon inside the ledger. Counting from the start keeps every
    instant where it was when the ledger grows.

    Raises
    ------
    LedgerTooShort
        If not even one instant fits.
    """
    midnight = over.first.replace(hour=0, minute=0, second=0, microsecond=0)
    days = (over.last - midnight) // timedelta(days=1)
    steps = range(burn_in_days, days - horizon_days + 1, stride_days)
    if not steps:
        raise LedgerTooShort(
            f"The ledger covers {days} days; a burn-in of {burn_in_days} days and a horizon of"
            f" {horizon_days} leave no room. Import a longer one or lower features.burn_in_days."
        )
    return [midnight + timedelta(days=step) for step in steps]
