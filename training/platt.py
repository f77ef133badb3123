"""Fitting the calibration that turns raw scores into probabilities."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from models.calibration import Calibration

SLOPE_FLOOR = 0.05
"""Few positives may show no slope at all; the order of the raw scores is kept all the same."""


def platt(raw: npt.NDArray[np.float64], label: npt.NDArray[np.int8]) -> Calibration:
    """Fit slope and intercept by maximum likelihood with Platt's smoothed targets.

    References
    ----------
    J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
    Classifiers (1999).
    """
    positives = label.sum(dtype=np.float64)
    negatives = len(label) - positives
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    target = np.where(label == 1, high, low)

    def loss(line: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scaled = line[0] * raw + line[1]
        missed = 1 / (1 + np.exp(-scaled)) - target
        value = float(np.mean(np.logaddexp(0, scaled) - target * scaled))
        return value, np.array([np.mean(missed * raw), np.mean(missed)])

    found = minimize(
        loss,
        x0=np.array([1.0, 0.0]),
        jac=True,
        method="L-BFGS-B",
        bounds=[(SLOPE_FLOOR, None), (None, None)],
        options={"ftol": 1e-12},
    )
    return Calibration(slope=float(found.x[0]), intercept=float(found.x[1]))
