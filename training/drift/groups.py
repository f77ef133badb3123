"""The population stability index of a column, and how large chance alone makes it.

References
----------
N. Siddiqi, "Credit risk scorecards", Wiley (2006): the index. The limits 0.1 and 0.25 are a rule of
thumb of the field, not a test.
B. Yurdakul and J. Naranjo, "Statistical properties of the population stability index", Journal of
Risk Model Validation 14(4) (2020): where nothing drifts, the index of `n` rows against `m` is
`1/n + 1/m` times a chi-squared variable with one degree of freedom less than there are groups.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

BINS = 10
WATCH, ACT = 0.1, 0.25

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Groups:
    """How many rows of a column fall into each group of its values.

    Attributes
    ----------
    edges : tuple of float
        Ascending; group `i` holds what is above edge `i - 1` and at most edge `i`.
    counts : tuple of int
        One more than edges, and last the missing values.
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def rows(self) -> int:
        """All rows of the column."""
        return sum(self.counts)

    @property
    def missing(self) -> float:
        """Share of the rows without a value."""
        return self.counts[-1] / self.rows

    def of(self, values: Array) -> "Groups":
        """Count other values in the same groups."""
        edges = np.array(self.edges)
        group = np.searchsorted(edges, values, side="left")
        group = np.where(np.isnan(values), len(edges) + 1, group)
        counts = np.bincount(group, minlength=len(edges) + 2)
        return Groups(self.edges, tuple(counts.tolist()))

    def index(self, seen: "Groups") -> float:
        """Compute the population stability index of what is seen in the same groups.

        The sum of `(q - p) log(q / p)`; `p` and `q` are the shares of these and of the seen rows,
        each group counting half a row more so that none is empty.
        """
        before, now = (_shares(groups.counts) for groups in (self, seen))
        return float(((now - before) * np.log(now / before)).sum())

    def index_by_chance(self, accounts: int, seen: int, probability: float) -> float:
        """Tell what the index exceeds with that probability where nothing drifts.

        Parameters
        ----------
        accounts, seen : int
            How many accounts these rows are of, and those that are compared with them. Rows of one
            account are alike, so that it is accounts that count.
        """
        filled = sum(count > 0 for count in self.counts)
        drawn = chi2.isf(probability, max(1, filled - 1)) * (1 / accounts + 1 / seen)
        # A group that stays empty still counts half a row, of few rows now and of many before.
        half = [0.5 / (rows + len(self.counts) / 2) for rows in (self.rows, seen)]
        empty = (len(self.counts) - filled) * (half[1] - half[0]) * np.log(half[1] / half[0])
        return float(drawn + empty)

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> "Groups":
        """Read what `asdict` wrote."""
        return cls(tuple(fields["edges"]), tuple(fields["counts"]))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready form."""
        return asdict(self)


def groups_of(values: Array) -> Groups:
    """Divide a column: tenths of its known values, fewer where values repeat, and the missing."""
    known = values[~np.isnan(values)]
    inner = np.arange(1, BINS) / BINS
    edges = np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)
    return Groups(tuple(edges.tolist()), ()).of(values)


def psi(expected: Array, seen: Array) -> float:
    """Compute the population stability index of a column, in the groups of what is expected."""
    groups = groups_of(expected)
    return groups.index(groups.of(seen))


def _shares(counts: tuple[int, ...]) -> Array:
    halves = np.array(counts) + 0.5
    return np.asarray(halves / halves.sum())
