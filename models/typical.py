"""What accounts of one kind typically show, so that a reason can compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

EVERY_KIND = "every"
"""The peers of an account whose kind is unknown or was not seen in training."""

_LEVELS = np.linspace(0.0, 1.0, 101)
_MEDIAN = 50


@dataclass(frozen=True, eq=False)
class Typical:
    """Quantiles of each feature among the accounts of each kind.

    Attributes
    ----------
    names : tuple of str
        The features, in the catalogue's order.
    quantiles : mapping of str to float64 array of shape (features, 101)
        For each kind, and for `EVERY_KIND`, the quantiles 0, 0.01, ... 1 of the values that are
        not missing; NaN where no peer has a value.
    """

    names: tuple[str, ...]
    quantiles: Mapping[str, NDArray[np.float64]]

    def medians(self, kind: str | None) -> NDArray[np.float64]:
        """Return each feature's median among peers; NaN where no peer has a value."""
        return self._of(kind)[:, _MEDIAN]

    def percentile(self, kind: str | None, feature: int, value: float) -> float:
        """Return the percentage of peers below `value`, counting half of those that equal it.

        NaN where the value is missing or no peer has one. Exact to one percentage point.
        """
        grid = self._of(kind)[feature]
        if np.isnan(value) or np.isnan(grid[0]):
            return float("nan")
        below, through = np.searchsorted(grid, value, "left"), np.searchsorted(grid, value, "right")
        return float(100 * (below + through) / (2 * len(grid)))

    def _of(self, kind: str | None) -> NDArray[np.float64]:
        return self.quantiles.get(kind or EVERY_KIND, self.quantiles[EVERY_KIND])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form, with null for missing."""
        return {
            kind: {
                name: None if np.isnan(row[0]) else row.tolist()
                for name, row in zip(self.names, rows, strict=True)
            }
            for kind, rows in self.quantiles.items()
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any], names: Sequence[str]) -> "Typical":
        """Read what `to_dict` wrote.

        Raises
        ------
        ValueError, KeyError, TypeError
            If a kind lacks a feature, a row has another length or falls, or there is no
            `EVERY_KIND`.
        """
        quantiles = {
            kind: np.array([_row(rows[name]) for name in names]) for kind, rows in fields.items()
        }
        if EVERY_KIND not in quantiles:
            raise KeyError(EVERY_KIND)
        return cls(tuple(names), quantiles)


def typical_of(
    values: NDArray[np.float64], kinds: Sequence[str | None], names: Sequence[str]
) -> Typical:
    """Measure what accounts of each kind show.

    Parameters
    ----------
    values : float64 array of shape (n, features)
        Training rows; NaN is missing.
    kinds : sequence of str or None, of length n
        Kind of each row's account.
    names : sequence of str
        The features, in the order of the columns.
    """
    of_row = np.asarray([kind or "" for kind in kinds], dtype=object)
    known = sorted({kind for kind in kinds if kind})
    quantiles = {kind: _quantiles(values[of_row == kind]) for kind in known}
    return Typical(tuple(names), {**quantiles, EVERY_KIND: _quantiles(values)})


def _quantiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    rows = np.full((values.shape[1], len(_LEVELS)), np.nan)
    for row, column in zip(rows, values.T, strict=True):
        present = column[~np.isnan(column)]
        if len(present):
            # An observed value, not one between two: a typical count is a whole number.
            row[:] = np.quantile(present, _LEVELS, method="lower")
    return rows


def _row(quantiles: Sequence[float] | None) -> NDArray[np.float64]:
    if quantiles is None:
        return np.full(len(_LEVELS), np.nan)
    row = np.asarray(quantiles, dtype=np.float64)
    if row.shape != _LEVELS.shape or not (np.diff(row) >= 0).all():
        raise ValueError(f"{len(_LEVELS)} quantiles that do not fall are expected")
    return row
