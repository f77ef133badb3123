"""What a contender is measured at."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from ledger.lake import Lake


class Task(NamedTuple):
    """What is done before the measurement, and what is measured.

    Attributes
    ----------
    prepare : callable
        From a ledger to whatever `features` begins with.
    features : callable
        From there to the features at an instant: anything that pyarrow.table takes.
    """

    prepare: Callable[[Lake], Any]
    features: Callable[[Any, datetime], Any]


def unprepared(lake: Lake) -> Lake:
    """Begin with the ledger's files."""
    return lake
