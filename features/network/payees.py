"""Payees that an account has in common with known mules."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Integers, Network
from features.network.family import Behind, Columns, Family
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
    if not network.mule_is_known:
        return 0
    links, popular = _payees(network)
    columns[:, 0], _ = _most_alike(network, links)
    return int(popular.sum())


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:  # noqa: ARG001 - of any value
    """Name the payments to the payees in common with the mule that is most alike."""
    links, _ = _payees(network)
    _, alike = _most_alike(network, links)
    payer = np.repeat(np.arange(network.size), np.diff(links.right_start))
    of_mules = network.mules[payer]
    paid = payer[of_mules] * network.size + links.rights[of_mules]
    p = network.since("90d").between_accounts()
    p = p.only(alike[p.payer] >= 0)
    common = np.isin(alike[p.payer] * network.size + p.payee, paid)
    yield Behind(FEATURES[0].name, p.payer[common], p.row[common])


def _payees(network: Network) -> tuple[Links, NDArray[np.bool_]]:
    """Link payers with their payees, without the popular ones, which are marked."""
    payer, payee = network.paid
    popular = np.bincount(payee, minlength=network.size) > POPULAR
    payer, payee = payer[~popular[payee]], payee[~popular[payee]]
    return linked(payer, payee, (network.size, network.size)), popular


def _most_alike(network: Network, links: Links) -> tuple[NDArray[np.float64], Integers]:
    """Return each account's largest similarity with a mule, and that mule.

    0 and -1 where they share nothing; of several mules as alike the first.
    """
    payees = np.diff(links.right_start)
    most, alike = np.where(payees > 0, 0.0, np.nan), np.full(network.size, -1)
    _write_most_alike(links, payees, np.flatnonzero(network.mules), most, alike)
    return most, alike


@compiled
def _write_most_alike(
    links: Links,
    payees: Integers,
    mules: NDArray[np.int64],
    most: NDArray[np.float64],
    alike: Integers,
) -> None:
    """Write each account's largest similarity with a mule where it is above what stands there.

    Parameters
    ----------
    payees : int64, shape (accounts,)
        How many different ones each account has.
    alike : int64, shape (accounts,)
        Written beside it: the mule.
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
                    if shared[payer] / both > most[payer]:
                        most[payer], alike[payer] = shared[payer] / both, mule
                shared[payer] = 0


def _near(network: Network, account: int) -> NDArray[np.bool_]:
    """Mark what the account and mules paid, but to popular payees.

    All payments to a payee that without this account would be popular no longer.
    """
    p = network.payments
    payers = np.bincount(network.paid[1], minlength=network.size)[p.payee]
    compared = (p.payer == account) | network.mules[p.payer]
    return np.asarray((compared & (payers <= POPULAR)) | (payers == POPULAR + 1))


FAMILY = Family(FEATURES, compute, evidence, _near, is_near_label=True)
