"""Rings: mules who launder together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ledger.lake import Lake
from training.evaluation.laundering import laundering_transactions, mules

NO_RING = -1
LARGEST_SHARE = 0.5
"""Where one ring holds more of the mules, patterns overlap too much to tell rings apart."""


@dataclass(frozen=True)
class Rings:
    """The ring of each mule that launders in a pattern.

    Attributes
    ----------
    of_mule : dict of str to int
        Number of the ring, from 0; empty where a ledger does not tell patterns.
    """

    of_mule: Mapping[str, int] = field(default_factory=dict)

    @property
    def sizes(self) -> npt.NDArray[np.intp]:
        """Count the mules of each ring."""
        return np.bincount(np.fromiter(self.of_mule.values(), np.intp))

    @property
    def largest_share(self) -> float:
        """Tell the share of the mules that the largest ring holds."""
        return float(self.sizes.max() / self.sizes.sum()) if self.of_mule else 0.0

    @property
    def are_told_apart(self) -> bool:
        """Tell whether rings are known and no ring swallows most of the others."""
        return bool(self.of_mule) and self.largest_share <= LARGEST_SHARE

    def of(self, account_id: Iterable[str]) -> npt.NDArray[np.intp]:
        """Name the ring of each row's account, or `NO_RING`."""
        return np.array([self.of_mule.get(account, NO_RING) for account in account_id], np.intp)


def rings(lake: Lake) -> Rings:
    """Find the rings of a ledger whose generator names the pattern of each laundering transaction.

    Mules who share a pattern are of one ring, and so are those connected through others. A mule has
    a part in a pattern where it receives; where it only pays, unless it receives laundered money
    for the first time later: it was a victim then.
    """
    patterns = _part_in_patterns(lake)
    if patterns.empty:
        return Rings()
    accounts, account = np.unique(patterns["account"], return_inverse=True)
    names, pattern = np.unique(patterns["pattern_id"], return_inverse=True)
    size = len(accounts) + len(names)
    shared = coo_matrix((np.ones(len(patterns)), (account, len(accounts) + pattern)), (size, size))
    _, component = connected_components(shared, directed=False)
    _, number = np.unique(component[: len(accounts)], return_inverse=True)
    return Rings(dict(zip(accounts.tolist(), number.tolist(), strict=True)))


def _part_in_patterns(lake: Lake) -> pd.DataFrame:
    """List which mule has a part in which pattern, once or more often."""
    laundering = laundering_transactions(lake).dropna(subset="pattern_id")
    first_received = laundering.groupby("payee_account")["happened_at"].min().rename("first")
    received = laundering.rename(columns={"payee_account": "account"})
    paid = laundering.rename(columns={"payer_account": "account"})
    paid = paid.join(first_received, on="account")
    paid = paid[~(paid["first"] > paid["happened_at"])]
    parts = pd.concat([part[["account", "pattern_id"]] for part in (received, paid)])
    return parts[parts["account"].isin(mules(lake))]
