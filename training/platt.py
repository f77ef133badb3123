"""Fitting the line that turns raw scores into probabilities."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.calibration import Calibration

Array = npt.NDArray[np.float64]
SLOPE_FLOOR = 0.05
"""Few positives may show no slope at all; the order of the raw scores is kept all the same."""


def platt(raw: Array, label: npt.NDArray[np.int8]) -> Calibration:
    """Fit slope and intercept by maximum likelihood with Platt's smoothed targets.

    References
    ----------
    J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
    Classifiers (1999).
    """
    positives = label.sum(dtype=np.float64)
    negatives = len(label) - positives
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    slope, intercept = fitted_line(raw, np.where(label == 1, high, low), least_slope=SLOPE_FLOOR)
    return Calibration(slope=slope, intercept=intercept)


def fitted_line(
    raw: Array, target: Array, *, least_slope: float | None = None
) -> tuple[float, float]:
    """Fit `target = 1 / (1 + exp(-(slope * raw + intercept)))` by maximum likelihood.

    Parameters
    ----------
    raw : float64 array, length n
        Log-odds.
    target : float64 array, length n
        From 0 to 1.
    least_slope : float, optional

    Returns
    -------
    tuple of float
        Slope and intercept.
    """

    def loss(line: Array) -> tuple[float, Array]:
        scaled = line[0] * raw + line[1]
        missed = 1 / (1 + np.exp(-scaled)) - target
        value = float(np.mean(np.logaddexp(0, scaled) - target * scaled))
        return value, np.array([np.mean(missed * raw), np.mean(missed)])

    found = minimize(
        loss,
        x0=np.array([1.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(least_slope, None), (None, None)],
        options={"ftol": 1e-12},
    )
    return float(found.x[0]), float(found.x[1])
