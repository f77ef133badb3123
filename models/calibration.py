"""From a raw score to a probability, without changing the order of accounts."""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError


class CalibrationRefused(MuleriskError):
    """A calibration that would not keep the order of accounts."""


@dataclass(frozen=True)
class Calibration:
    """Platt scaling: `probability = 1 / (1 + exp(-(slope * raw + intercept)))`.

    Strictly monotone, since the slope is above 0. Ranking uses the raw score all the same: near 0
    and 1 two raw scores may round to one probability.

    Attributes
    ----------
    slope : float
        Above 0.
    intercept : float

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons to
    regularized likelihood methods.
    """

    slope: float
    intercept: float

    def __post_init__(self) -> None:
        """Refuse what would not keep the order."""
        if not (isfinite(self.slope) and isfinite(self.intercept) and self.slope > 0):
            raise CalibrationRefused(
                f"Calibration with slope {self.slope} and intercept {self.intercept}: the slope"
                " must be above 0 and both finite. Fit it on held-out rows where the model ranks"
                " mules above others."
            )

    def probability(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn log-odds of shape (n,) into probabilities of shape (n,)."""
        scaled = self.slope * raw + self.intercept
        # exp of a negative number only: the other branch would overflow.
        small = np.exp(-np.abs(scaled))
        return np.asarray(np.where(scaled >= 0, 1, small) / (1 + small), dtype=np.float64)
