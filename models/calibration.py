"""From a raw score to a probability, without changing the order of accounts."""

from dataclasses import astuple, dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError

Array = NDArray[np.float64]

CONFIDENCE = 0.95
"""How often intervals made like ours hold the probability they are about."""
_ROUNDING = 1e-9


class CalibrationRefused(MuleriskError):
    """A calibration that would not keep the order of accounts, or an impossible uncertainty."""


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
    slope_variance, intercept_variance, covariance : float
        How far both, and together, would differ had other accounts been closed cases.
    deviates : float
        Standard errors on each side of the log-odds that hold them with `CONFIDENCE`; more where
        few mules tell.

    References
    ----------
    Platt, J. (1999). Probabilistic outputs for support vector machines and comparisons to
    regularized likelihood methods.
    """

    slope: float
    intercept: float
    slope_variance: float
    intercept_variance: float
    covariance: float
    deviates: float

    def __post_init__(self) -> None:
        """Refuse what would not keep the order, and what no data could be so unsure of."""
        if not (all(map(isfinite, astuple(self))) and self.slope > 0):
            raise CalibrationRefused(
                f"Calibration with slope {self.slope} and intercept {self.intercept}: the slope"
                " must be above 0 and all its numbers finite. Fit it on held-out rows where the"
                " model ranks mules above others."
            )
        most = self.slope_variance * self.intercept_variance
        least = min(self.slope_variance, self.intercept_variance, self.deviates)
        if least < 0 or self.covariance**2 > most * (1 + _ROUNDING):
            raise CalibrationRefused(
                f"Calibration with variances {self.slope_variance} and {self.intercept_variance}"
                f", covariance {self.covariance} and {self.deviates} deviates: no two numbers vary"
                " so. Fit it again."
            )

    def probability(self, raw: Array) -> Array:
        """Turn log-odds of shape (n,) into probabilities of shape (n,)."""
        return _logistic(self.slope * raw + self.intercept)

    def interval(self, raw: Array) -> tuple[Array, Array]:
        """Tell between which probabilities that of each raw score lies, with `CONFIDENCE`.

        It speaks of the closed cases that the calibration rests on, and of a model that stays as it
        is: another model would give an account another raw score.

        Parameters
        ----------
        raw : float64, shape (n,)

        Returns
        -------
        tuple of two float64 arrays, shape (n,)
            Lower and upper ends; `probability` lies between them.
        """
        line = self.slope * raw + self.intercept
        variance = raw * (raw * self.slope_variance + 2 * self.covariance) + self.intercept_variance
        # Of a raw score that the cases tell all of, rounding may leave less than nothing.
        away = self.deviates * np.sqrt(np.maximum(variance, 0))
        return _logistic(line - away), _logistic(line + away)


def _logistic(log_odds: Array) -> Array:
    # exp of a negative number only: the other branch would overflow.
    small = np.exp(-np.abs(log_odds))
    return np.asarray(np.where(log_odds >= 0, 1, small) / (1 + small), dtype=np.float64)
