"""Money in and out of an account, day by day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa

from ledger.view import instant, microseconds
from serving.reports.payments import under_complaint

DAYS = 90
_DAY = timedelta(days=1) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Day:
    """What an account received and paid in one day, in minor units of the reference currency.

    Attributes
    ----------
    complained_minor : int
        The part of what it received that stands under a complaint.
    """

    starts: datetime
    received_minor: int
    complained_minor: int
    paid_minor: int


@dataclass(frozen=True)
class Flow:
    """Money in and out over consecutive days, in one currency."""

    currency: str
    days: tuple[Day, ...]

    @property
    def received_minor(self) -> int:
        """All that came in."""
        return sum(day.received_minor for day in self.days)

    @property
    def complained_minor(self) -> int:
        """The part of it that stands under a complaint."""
        return sum(day.complained_minor for day in self.days)

    @property
    def paid_minor(self) -> int:
        """All that went out."""
        return sum(day.paid_minor for day in self.days)


def flow(own: pa.Table, complained: frozenset[str], as_of: datetime, currency: str) -> Flow:
    """Sum money in and out over the `DAYS` days before `as_of`, counted back from it."""
    first = microseconds(as_of) - DAYS * _DAY
    day = (own["happened_at"].cast(pa.int64()).to_numpy() - first) // _DAY
    amount = own["reference_minor"].to_numpy()
    received = own["received"].to_numpy()
    under = under_complaint(own, complained).to_numpy(zero_copy_only=False)

    def by_day(chosen: np.ndarray) -> list[int]:
        totals = np.zeros(DAYS, np.int64)
        inside = chosen & (day >= 0)
        np.add.at(totals, day[inside], amount[inside])
        return totals.tolist()

    sums = zip(by_day(received), by_day(received & under), by_day(~received), strict=True)
    return Flow(
        currency, tuple(Day(instant(first + n * _DAY), *amounts) for n, amounts in enumerate(sums))
    )
