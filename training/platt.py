"""Fitting the line that turns raw scores into probabilities, and telling how sure it is."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.stats import t

from models.calibration import CONFIDENCE, Calibration

Array = npt.NDArray[np.float64]
SLOPE_FLOOR = 0.05
"""Few positives may show no slope at all; the order of the raw scores is kept all the same."""


def platt(raw: Array, label: npt.NDArray[np.int8], unit: npt.NDArray[Any]) -> Calibration:
    """Fit slope and intercept by maximum likelihood with Platt's smoothed targets.

    Parameters
    ----------
    raw : float64 array, length n
        Log-odds.
    label : int8 array, length n
    unit : array, length n
        Rows of one unit depend on each other, as those of one account do: it counts as one
        observation of how far the line would move. Units with a positive row are those that tell
        most, so Student's t counts these, less the two numbers fitted.

    References
    ----------
    J. Platt, "Probabilistic outputs for support vector machines", Advances in Large Margin
    Classifiers (1999).
    """
    positives = label.sum(dtype=np.float64)
    negatives = len(label) - positives
    high, low = (positives + 1) / (positives + 2), 1 / (negatives + 2)
    target = np.where(label == 1, high, low)
    slope, intercept = fitted_line(raw, target, least_slope=SLOPE_FLOOR)
    moved = _covariance(raw, target, np.array([slope, intercept]), unit)
    told = len(np.unique(unit[label == 1]))
    return Calibration(
        slope=slope,
        intercept=intercept,
        slope_variance=float(moved[0, 0]),
        intercept_variance=float(moved[1, 1]),
        covariance=float(moved[0, 1]),
        deviates=float(t.ppf((1 + CONFIDENCE) / 2, max(1, told - 2))),
    )


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


def _covariance(raw: Array, target: Array, line: Array, unit: npt.NDArray[Any]) -> Array:
    """Tell how slope and intercept would vary over other units, whatever holds within each.

    It is never less than if all rows were independent and the line true: of a handful of positives
    the sandwich alone tells too little.

    References
    ----------
    The sandwich: K.-Y. Liang and S. Zeger, "Longitudinal data analysis using generalized linear
    models", Biometrika 73 (1986).
    """
    columns = np.column_stack([raw, np.ones(len(raw))])
    forecast = 1 / (1 + np.exp(-(columns @ line)))
    _, number = np.unique(unit, return_inverse=True)
    pulls = columns * (target - forecast)[:, None]
    of_unit = np.column_stack([np.bincount(number, pull) for pull in pulls.T])
    # Where all scores are alike, nothing tells slope from intercept.
    bread = np.linalg.pinv(columns.T @ (columns * (forecast * (1 - forecast))[:, None]))
    return _at_least(np.asarray(bread), bread @ (of_unit.T @ of_unit) @ bread)


def _at_least(floor: Array, matrix: Array) -> Array:
    """Raise a covariance matrix until no direction varies less than in `floor`."""
    size, axes = np.linalg.eigh(floor)
    half = axes * np.sqrt(np.maximum(size, 0))
    back = np.linalg.pinv(half)
    ratio, along = np.linalg.eigh(back @ matrix @ back.T)
    raised = half @ along * np.sqrt(np.maximum(ratio, 1))
    return np.asarray(raised @ raised.T)
