"""Payees that an account has in common with known mules."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Integers, Network
from features.network.family import Columns, Family
from features.network.links import Links, linked
from features.selectors import nothing

POPULAR = 1_000
"""A payee of more accounts in the window tells nothing of them, and would cost most of the work."""

FEATURES = (
    Feature(
        "mule_payees_90d",
        "Largest Jaccard similarity of the account's payees in 90d with those of a known mule other"
        f" than itself; payees of more than {POPULAR} accounts are left out; missing if it has no"
        " payee or if no mule is known.",
        "share", "payees of mules", "Jaccard", "raises",
        "The account and a known mule have {value} of their payees of 90 days in common",
        nothing,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if not network.mules.any():
        return 0
    p = network.since("90d").between_accounts()
    pairs = np.unique(p.payer.astype(np.int64) * network.size + p.payee)
    payer, payee = pairs // network.size, pairs % network.size
    popular = np.bincount(payee, minlength=network.size) > POPULAR
    payer, payee = payer[~popular[payee]], payee[~popular[payee]]
    links = linked(payer, payee, (network.size, network.size))
    payees = np.diff(links.right_start)
    columns[:, 0] = np.where(payees > 0, 0.0, np.nan)
    _write_most_alike(links, payees, np.flatnonzero(network.mules), columns[:, 0])
    return int(popular.sum())


@compiled
def _write_most_alike(
    links: Links, payees: Integers, mules: NDArray[np.int64], most: NDArray[np.float64]
) -> None:
    """Write each account's largest similarity with a mule where it is above what stands there.

    Parameters
    ----------
    payees : int64, shape (accounts,)
        How many different ones each account has.
    """
    shared = np.zeros(len(payees), np.int64)
    for mule in mules:
        own = links.rights[links.right_start[mule] : links.right_start[mule + 1]]
        for payee in own:
            for payer in links.lefts[links.left_start[payee] : links.left_start[payee + 1]]:
                shared[payer] += 1
        for payee in own:
            for payer in links.lefts[links.left_start[payee] : links.left_start[payee + 1]]:
                if payer != mule and shared[payer] > 0:
                    both = payees[payer] + payees[mule] - shared[payer]
                    most[payer] = max(most[payer], shared[payer] / both)
                shared[payer] = 0


FAMILY = Family(FEATURES, compute, is_near_label=True)
