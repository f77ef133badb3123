"""What a snapshot would show of one account without some of its payments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.network.facts import Integers, Network
from features.network.families import FAMILIES, FEATURES
from features.network.family import Family


@dataclass(frozen=True, eq=False)
class Around:
    """One account, with as much of its network as computes its values again.

    Attributes
    ----------
    account : int
    shown : float64, shape (len(FEATURES),)
        What the snapshot shows of it.
    near : dict of str to Network
        By family; one that rests on something else than payments is missing.
    """

    account: int
    shown: NDArray[np.float64]
    near: dict[str, Network]

    @classmethod
    def of(cls, network: Network, account: int, shown: NDArray[np.float64]) -> "Around":
        """Pick what is near an account."""
        near = {
            name: network.only(family.near(network, account)) if family.near else network
            for name, family in FAMILIES.items()
            if family.rests_on_payments
        }
        return cls(account, shown, near)

    def without(self, gone: Integers) -> NDArray[np.float64]:
        """Compute the values again, without these of the account's transactions, by their rows.

        Equal to what a snapshot of the ledger without them shows of this account, but for two
        things that stay as they are shown: what rests on identifiers, lists and openings, and the
        patterns `Family.beyond` of many accounts, which only a search among all could find again.
        """
        values = self.shown.copy()
        for name, near in self.near.items():
            self._compute(FAMILIES[name], near.without(gone), values)
        return values

    def _compute(self, family: Family, left: Network, values: NDArray[np.float64]) -> None:
        columns = np.full((left.size, len(family.features)), np.nan)
        family.compute(left, columns)
        for feature, value in zip(family.features, columns[self.account], strict=True):
            if feature.name not in family.beyond:
                values[FEATURES.index(feature)] = value
