"""Intervals by resampling whole rings and accounts: what belongs together is not independent.

References
----------
Resampling of clusters: A. C. Davison and D. V. Hinkley, "Bootstrap methods and their application",
Cambridge (1997), section 3.8.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation.metrics import Array, Scored

Metric = Callable[[Scored, npt.NDArray[np.float64]], float]
Figures = Callable[[Scored, npt.NDArray[np.float64]], Mapping[str, float]]


@dataclass(frozen=True)
class Interval:
    """A figure with the interval that holds 95 % of its resamples."""

    value: float
    low: float
    high: float

    def excludes(self, value: float) -> bool:
        """Tell whether `value` lies outside."""
        return not self.low <= value <= self.high

    def __str__(self) -> str:
        """Write it as a report shows it."""
        return f"{self.value:.4f} [{self.low:.4f}, {self.high:.4f}]"


def resampled_weights(
    unit: npt.NDArray[np.intp], resamples: int, seed: int
) -> Iterator[npt.NDArray[np.float64]]:
    """Draw as many units as there are, with replacement; a row counts as often as its unit.

    Parameters
    ----------
    unit : int array, length n
        Number of the ring or account that each row belongs to.
    """
    _, number = np.unique(unit, return_inverse=True)
    units = int(number.max()) + 1
    draw = np.random.default_rng(seed)
    for _ in range(resamples):
        drawn = np.bincount(draw.integers(0, units, units), minlength=units)
        yield drawn[number].astype(np.float64)


def resampled_sums(
    unit: npt.NDArray[np.intp], columns: Array, *, resamples: int, seed: int
) -> Array:
    """Sum columns over the rows of each resample of the units.

    Parameters
    ----------
    unit : int array, length n
    columns : float64 array, shape (n, k)

    Returns
    -------
    float64 array, shape (resamples, k)
    """
    units, number = np.unique(unit, return_inverse=True)
    of_unit = np.zeros((len(units), columns.shape[1]))
    np.add.at(of_unit, number, columns)
    weights = resampled_weights(np.arange(len(units)), resamples, seed)
    return np.array([weight @ of_unit for weight in weights])


def interval(rows: Scored, metric: Metric, *, resamples: int, seed: int) -> Interval:
    """Bound one figure."""
    drawn = [metric(rows, weight) for weight in resampled_weights(rows.unit, resamples, seed)]
    return bounded_by(metric(rows, np.ones(len(rows.label))), drawn)


def intervals(rows: Scored, figures: Figures, *, resamples: int, seed: int) -> dict[str, Interval]:
    """Bound several figures, all on the same resamples."""
    observed = figures(rows, np.ones(len(rows.label)))
    drawn = [figures(rows, weight) for weight in resampled_weights(rows.unit, resamples, seed)]
    return {
        name: bounded_by(value, [each[name] for each in drawn]) for name, value in observed.items()
    }


def differences(
    model: Scored,
    baselines: Mapping[str, Scored],
    metrics: Mapping[str, Metric],
    *,
    resamples: int,
    seed: int,
) -> dict[str, dict[str, Interval]]:
    """Bound how far the model stands above each baseline, both on the same resamples.

    Parameters
    ----------
    model : Scored
    baselines : dict of str to Scored
        The same rows in the same order, scored by others.
    metrics : dict of str to function
    resamples, seed : int

    Returns
    -------
    dict of dict of Interval
        By baseline, then by metric; above 0 where the model is better.
    """
    once = np.ones(len(model.label))
    observed = _above(model, baselines, metrics, once)
    drawn = [
        _above(model, baselines, metrics, weight)
        for weight in resampled_weights(model.unit, resamples, seed)
    ]
    return {
        other: {
            name: bounded_by(observed[other][name], [each[other][name] for each in drawn])
            for name in metrics
        }
        for other in baselines
    }


def _above(
    model: Scored,
    baselines: Mapping[str, Scored],
    metrics: Mapping[str, Metric],
    weight: npt.NDArray[np.float64],
) -> dict[str, dict[str, float]]:
    ours = {name: metric(model, weight) for name, metric in metrics.items()}
    return {
        other: {name: ours[name] - metric(rows, weight) for name, metric in metrics.items()}
        for other, rows in baselines.items()
    }


def bounded_by(value: float, drawn: Sequence[float] | Array) -> Interval:
    """Put the interval that holds 95 % of the resamples around a figure."""
    # A resample without a positive has no figure.
    found = np.array([each for each in drawn if not np.isnan(each)])
    if not len(found):
        return Interval(value, np.nan, np.nan)
    # Nothing lies between a number and infinity.
    if np.isfinite(found).all():
        low, high = np.percentile(found, [2.5, 97.5])
    else:
        low, high = np.percentile(found, [2.5, 97.5], method="inverted_cdf")
    return Interval(value, float(low), float(high))


def plain(intervals: Mapping[str, Any]) -> dict[str, Any]:
    """Turn nested intervals into what JSON holds."""
    return {
        name: vars(each) if isinstance(each, Interval) else plain(each)
        for name, each in intervals.items()
    }


def finite(figures: Any) -> Any:
    """Put null where a figure does not exist, such as precision without any positive."""
    if isinstance(figures, Mapping):
        return {name: finite(value) for name, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [finite(value) for value in figures]
    return None if isinstance(figures, float) and not isfinite(figures) else figures
