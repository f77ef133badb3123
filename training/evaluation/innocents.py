"""How often innocent accounts are flagged, and above all those that look like mules.

References
----------
Bound of a share: C. Clopper and E. Pearson, "The use of confidence or fiducial limits", Biometrika
26 (1934). Of a share among rows that are not independent: E. Korn and B. Graubard, "Confidence
intervals for proportions with small expected number of positive counts estimated from survey data",
Survey Methodology 24 (1998).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

from ledger.lake import Lake
from training.evaluation.metrics import Scored, taken_at_capacity
from training.evaluation.tested import Tested


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


def hard_innocents(tested: Tested, model: Scored) -> dict[str, float]:
    """Count the innocents flagged among the test rows, as `flagged_innocents` does."""
    known, accounts = known_accounts(tested.inputs.lake), tested.test.account_id
    return flagged_innocents(model, known.is_hard(accounts), known.is_ordinary(accounts))


def flagged_innocents(
    rows: Scored, hard: npt.NDArray[np.bool_], ordinary: npt.NDArray[np.bool_]
) -> dict[str, float]:
    """Count how many innocent rows stand in the top 1 % of their instant, per 10,000.

    Returns
    -------
    dict of str to float
        `upper_95` bounds the rate of hard innocents from above with 95 % confidence, however alike
        the rows of one account are. Empty where the ledger has no hard innocents.
    """
    if not hard.any():
        return {}
    flagged = taken_at_capacity(rows, np.ones(len(rows.label))) > 0
    accounts, account = np.unique(rows.account[hard], return_inverse=True)
    seen = np.bincount(account)
    found = np.bincount(account[flagged[hard]], minlength=len(accounts))
    return {
        "flagged_per_10k": 10_000 * float(found.sum() / seen.sum()),
        "ordinary_flagged_per_10k": 10_000 * float(flagged[ordinary].mean()),
        "upper_95": 10_000 * upper_bound(found, seen),
        "rows": int(seen.sum()),
        "accounts": len(seen),
    }


def upper_bound(found: npt.NDArray[np.intp], seen: npt.NDArray[np.intp]) -> float:
    """Bound a share of rows from above with 95 % confidence, accounts being independent.

    The bound of Clopper and Pearson for as many independent rows as would tell as much (Korn and
    Graubard): between the number of accounts, if rows of one account are all alike, and that of
    the rows.

    Parameters
    ----------
    found, seen : arrays of one element for each account
        Its rows flagged, and all its rows.
    """
    rows, accounts = seen.sum(), len(seen)
    share = found.sum() / rows
    if share == 1:
        return 1.0
    variance = ((found - share * seen) ** 2).sum() * accounts / max(accounts - 1, 1) / rows**2
    # Where all or none are flagged nothing tells how alike the rows of an account are.
    independent = share * (1 - share) / variance if variance else accounts
    independent = np.clip(independent, min(accounts, rows), rows)
    return float(beta.ppf(0.95, share * independent + 1, (1 - share) * independent))


def section(figures: Mapping[str, float]) -> Iterator[str]:
    """Tell how often innocents are flagged."""
    yield from ("", "## Innocents in the top 1 %", "")
    yield (
        f"Hard innocents: {figures['flagged_per_10k']:.1f} of 10,000 rows (at most"
        f" {figures['upper_95']:.1f} with 95 % confidence); ordinary accounts:"
        f" {figures['ordinary_flagged_per_10k']:.1f}."
    )
