"""How often innocent accounts are flagged, and above all those that look like mules."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from ledger.lake import Lake
from training.evaluation.metrics import Scored, taken_at_capacity


@dataclass(frozen=True)
class KnownAccounts:
    """Accounts whose nature a generator knows: a hard innocent looks like a mule and is none."""

    hard_innocents: frozenset[str]
    mules: frozenset[str]

    def is_hard(self, account_id: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Tell which rows are of hard innocents."""
        return np.isin(account_id.astype(str), list(self.hard_innocents))

    def is_ordinary(self, account_id: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
        """Tell which rows are of accounts that are neither hard innocents nor mules."""
        return ~np.isin(account_id.astype(str), list(self.hard_innocents | self.mules))


def known_accounts(lake: Lake) -> KnownAccounts:
    """Read what a generator knows of its accounts."""
    rows = lake.read("truth_accounts").to_pylist()
    return KnownAccounts(
        frozenset(row["account_id"] for row in rows if row["is_hard_innocent"]),
        frozenset(row["account_id"] for row in rows if row["is_mule"]),
    )


def flagged_innocents(
    rows: Scored, hard: npt.NDArray[np.bool_], ordinary: npt.NDArray[np.bool_]
) -> dict[str, float]:
    """Count how many innocent rows stand in the top 1 % of their instant, per 10,000.

    Returns
    -------
    dict of str to float
        `upper_95` bounds the rate of hard innocents from above with 95 % confidence
        (Clopper-Pearson). Empty where the ledger has no hard innocents.

    References
    ----------
    C. Clopper and E. Pearson, "The use of confidence or fiducial limits", Biometrika 26 (1934).
    """
    if not hard.any():
        return {}
    flagged = taken_at_capacity(rows, np.ones(len(rows.label))) > 0
    found, seen = int(flagged[hard].sum()), int(hard.sum())
    return {
        "flagged_per_10k": 10_000 * found / seen,
        "ordinary_flagged_per_10k": 10_000 * float(flagged[ordinary].mean()),
        "upper_95": 10_000 * upper_bound(found, seen),
        "rows": seen,
    }


def upper_bound(found: int, seen: int) -> float:
    """Bound a share from above with 95 % confidence (Clopper-Pearson, one-sided)."""
    return float(beta.ppf(0.95, found + 1, seen - found)) if found < seen else 1.0
