"""Known mules among the accounts that shared identifiers link with an account."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Integers, Network
from features.network.family import Columns, Family
from features.network.identifiers import USUAL, usual
from features.network.links import Links, linked
from features.network.sums import shares
from features.selectors import nothing

_LEFT_OUT = f"what more than {USUAL} accounts share links nobody"

FEATURES = (
    Feature(
        "sharer_mule_share_30d",
        "Of the other accounts seen in 30d with a device, telephone number, network, e-mail or"
        f" other address of the account, the share that are known mules; {_LEFT_OUT}; missing if"
        " there are none or if no mule is known.",
        "share", "mules among sharers", "FATF", "raises",
        "Of the accounts that share a device, telephone number or address with it, {value} are"
        " known mules",
        nothing,
        one_way=True,
    ),
    Feature(
        "community_mule_share_30d",
        "Of the other accounts linked with the account by shared identifiers of 30d, directly or"
        f" over others, the share that are known mules; {_LEFT_OUT}; missing if there are none or"
        " if no mule is known.",
        "share", "mules among sharers", "FATF", "raises",
        "Of the accounts linked with it by shared identifiers, {value} are known mules",
        nothing,
        one_way=True,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if network.mule_is_known:
        (account, key), _, _ = usual(network.sightings)
        links = linked(account, key, (network.size, int(key.max(initial=-1)) + 1))
        sharers, mules = _sharers(links, network.mules)
        columns[:, 0] = shares(mules, sharers)
        group = _groups(links)
        members = np.bincount(group, minlength=network.size)[group] - 1
        known = np.bincount(group[network.mules], minlength=network.size)[group] - network.mules
        columns[:, 1] = shares(known, members)
    # What was left out is counted where identifiers are.
    return 0


@compiled
def _sharers(links: Links, mules: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Count for each account the others that share an identifier with it, and the mules of them."""
    size = len(mules)
    sharers, found = np.zeros(size, np.int64), np.zeros(size, np.int64)
    counted_for = np.full(size, -1)
    for account in range(size):
        counted_for[account] = account
        for key in links.rights[links.right_start[account] : links.right_start[account + 1]]:
            for other in links.lefts[links.left_start[key] : links.left_start[key + 1]]:
                if counted_for[other] != account:
                    counted_for[other] = account
                    sharers[account] += 1
                    found[account] += mules[other]
    return sharers, found


@compiled
def _groups(links: Links) -> Integers:
    """Give connected accounts one number: that of the first of them.

    References
    ----------
    Galler and Fischer, An improved equivalence algorithm, CACM 7 (1964): union-find.
    """
    parent = np.arange(len(links.right_start) - 1)
    for key in range(len(links.left_start) - 1):
        together = links.lefts[links.left_start[key] : links.left_start[key + 1]]
        for account in together[1:]:
            one, other = _root(parent, together[0]), _root(parent, account)
            parent[max(one, other)] = min(one, other)
    for account in range(len(parent)):
        parent[account] = _root(parent, account)
    return parent


@compiled
def _root(parent: Integers, account: int) -> int:
    while parent[account] != account:
        parent[account] = parent[parent[account]]
        account = parent[account]
    return account


FAMILY = Family(FEATURES, compute, is_near_label=True)
