"""Which behaviours move the scores of alerts, and how far alerts differ in that.

A behaviour is a typology. What it says of an alert is the size of the sum of its features' SHAP
values; its share is that part of the sizes of all, over some alerts.

References
----------
Total variation distance: Levin, D. A. and Peres, Y., Markov Chains and Mixing Times, 2nd edition,
section 4.1 (2017).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.reasons import moved

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Behaviours:
    """What each behaviour says of each alert.

    Attributes
    ----------
    names : tuple of str
        Typologies.
    as_of : int64 array, length n
        Instants of the alerts, microseconds UTC.
    size : float64 array, shape (n, typologies)
        In log-odds, without its sign.
    """

    names: tuple[str, ...]
    as_of: npt.NDArray[np.int64]
    size: Array

    def shares(self, of: npt.NDArray[np.bool_]) -> Array:
        """Return each behaviour's share over some alerts; they add up to 1."""
        total = self.size[of].sum(axis=0)
        return np.asarray(total / total.sum())

    def distance(self, late: npt.NDArray[np.bool_]) -> float:
        """Tell how far the reasons of the `late` alerts are from those of all others.

        Half the sum of the differences between their shares: 0 is the same reasons, 1 is none in
        common.
        """
        return float(np.abs(self.shares(late) - self.shares(~late)).sum() / 2)

    def by_chance(
        self, late: npt.NDArray[np.bool_], random: np.random.Generator, *, deals: int, below: float
    ) -> float:
        """Tell the distance that a share `below` of random deals of the alerts stays under.

        Few alerts differ for no reason. Each deal draws anew which of them are `late`.
        """
        dealt = [self.distance(random.permutation(late)) for _ in range(deals)]
        return float(np.quantile(dealt, below))

    def until(self, at: int) -> "Behaviours":
        """Keep the alerts up to an instant."""
        kept = self.as_of <= at
        return Behaviours(self.names, self.as_of[kept], self.size[kept])

    def and_also(self, more: "Behaviours") -> "Behaviours":
        """Put more alerts behind these."""
        as_of = np.concatenate([self.as_of, more.as_of])
        return Behaviours(self.names, as_of, np.concatenate([self.size, more.size]))


def behaviours_of(as_of: npt.NDArray[np.int64], contributions: Array) -> Behaviours:
    """Sum the SHAP values of alerts, shape (n, features), by behaviour."""
    sums = [moved(each) for each in contributions]
    size = np.abs([list(each.values()) for each in sums])
    return Behaviours(tuple(sums[0]), as_of, size)
