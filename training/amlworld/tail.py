"""The last days of a file, in which ordinary payments have ended and laundering goes on.

AMLworld lets every laundering attempt end, but not ordinary life: the file HI-Small has ten days of
payments and after them eight with little but laundering. There the date gives the label away, and
an account is surrounded by its accomplices only.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ledger.view import MICROSECOND
from training.amlworld.labelled import Labelled

SPARSE = 0.05
"""A day of the tail has fewer transactions than this share of the average day."""

GIVEN_AWAY = 10
"""How many times the odds of laundering before it are those of a transaction of the tail."""

_DAY = timedelta(days=1) // MICROSECOND


@dataclass(frozen=True)
class Tail:
    """The tail of a file.

    Attributes
    ----------
    start : int
        Its first transaction in the ledger's order.
    since : datetime.date
        Its first day, UTC.
    rows, laundering : int
        Its transactions, and those of them that launder.
    """

    start: int
    since: date
    rows: int
    laundering: int


def tail_of(known: Labelled) -> Tail | None:
    """Find the tail; None where the file ends with ordinary days, or as honestly as it began.

    Where it begins is told by the number of transactions alone, never by who launders.
    """
    day = known.happened_at // _DAY
    days, first, rows = np.unique(day, return_index=True, return_counts=True)
    full = np.flatnonzero(rows >= SPARSE * len(day) / len(days))
    if full[-1] + 1 == len(days):
        return None
    start = int(first[full[-1] + 1])
    before, after = known.laundering[:start], known.laundering[start:]
    if not after.any() or _odds(after) < GIVEN_AWAY * _odds(before):
        return None
    since = datetime.fromtimestamp(int(days[full[-1] + 1]) * 86_400, UTC).date()
    return Tail(start, since, len(after), int(after.sum()))


def _odds(laundering: NDArray[np.bool_]) -> float:
    innocent = int((~laundering).sum())
    return int(laundering.sum()) / innocent if innocent else np.inf
