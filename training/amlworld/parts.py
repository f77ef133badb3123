"""Which transactions are learnt from, which choose the threshold, and which are tested.

The parts follow each other in time, with 60, 20 and 20 % of the transactions. A boundary stands
between two instants, where it comes closest to that: no instant is in two parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from training.amlworld.labelled import Labelled, ProtocolRefused

ENDS = (0.6, 0.8)
"""Where training and validation end, as shares of the transactions."""


@dataclass(frozen=True)
class Part:
    """Consecutive transactions.

    Attributes
    ----------
    name : str
    rows : slice
        Of the ledger's order.
    first, last : datetime.datetime
    laundering : int
        How many of them launder.
    """

    name: str
    rows: slice
    first: datetime
    last: datetime
    laundering: int

    @property
    def count(self) -> int:
        """Number of transactions."""
        return int(self.rows.stop - self.rows.start)

    @property
    def rate(self) -> float:
        """Share of the transactions that launder."""
        return self.laundering / self.count


@dataclass(frozen=True)
class Parts:
    """The three parts of a file."""

    training: Part
    validation: Part
    test: Part

    def __iter__(self) -> Iterator[Part]:
        """Go through them in order of time."""
        return iter((self.training, self.validation, self.test))


def parts_of(known: Labelled, end: int) -> Parts:
    """Part the first `end` transactions by time.

    Raises
    ------
    ProtocolRefused
        If a part has no transactions, or none that launders; every such part is named.
    """
    happened_at = known.happened_at[:end]
    first, second = (_boundary(happened_at, share * end) for share in ENDS)
    rows = {
        "training": slice(0, first), "validation": slice(first, second), "test": slice(second, end),
    }  # fmt: skip
    empty = [name for name, where in rows.items() if not known.laundering[where].any()]
    if empty:
        raise ProtocolRefused(
            f"no transaction between two accounts launders in {' and '.join(empty)} (60, 20 and"
            f" 20 % of {end:,} by time). A threshold can neither be chosen nor tested so: give a"
            " longer file, and check its column `Is Laundering`."
        )
    return Parts(*(_part(known, name, where) for name, where in rows.items()))


def _boundary(happened_at: NDArray[np.int64], wanted: float) -> int:
    """Return the row closest to the wanted one at which another instant begins."""
    instant = happened_at[min(int(wanted), len(happened_at) - 1)]
    ends = (np.searchsorted(happened_at, instant, side) for side in ("left", "right"))
    return min((int(end) for end in ends), key=lambda end: abs(end - wanted))


def _part(known: Labelled, name: str, rows: slice) -> Part:
    moments = known.happened_at[rows]
    first, last = (datetime.fromtimestamp(int(at) / 1e6, UTC) for at in (moments[0], moments[-1]))
    return Part(name, rows, first, last, int(known.laundering[rows].sum()))
