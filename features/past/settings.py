"""How far back the past of a transaction goes."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError
from ledger.view import MICROSECOND


class WindowsRefused(MuleriskError):
    """Windows that mean nothing."""


@dataclass(frozen=True)
class Windows:
    """The windows that a transaction's past is counted in.

    Attributes
    ----------
    lengths : tuple of timedelta
        From the shortest to the longest, whole hours. A window holds what happened later than the
        transaction less its length.

    Raises
    ------
    WindowsRefused
    """

    lengths: tuple[timedelta, ...] = (timedelta(days=1), timedelta(days=7))

    def __post_init__(self) -> None:
        """Refuse windows that mean nothing."""
        hour = timedelta(hours=1)
        whole = all(
            length > timedelta() and length % hour == timedelta() for length in self.lengths
        )
        if not (self.lengths and whole and list(self.lengths) == sorted(set(self.lengths))):
            seen = ", ".join(str(length) for length in self.lengths) or "none"
            raise WindowsRefused(
                f"windows are {seen}; choose different lengths of whole hours, shortest first"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The lengths as names of columns tell them, such as `24h`."""
        return tuple(f"{length // timedelta(hours=1)}h" for length in self.lengths)

    def microseconds(self) -> NDArray[np.int64]:
        """Return the lengths as compiled code reads them."""
        return np.array([length // MICROSECOND for length in self.lengths], np.int64)
