"""How many accounts share a device, a telephone number or an address with an account."""

import numpy as np
from numpy.typing import NDArray

from features.feature import Feature
from features.network.facts import Network, Sightings
from features.network.family import Columns, Family
from features.selectors import nothing

USUAL = 50
"""What more accounts share is a branch, a carrier's address or the like, and links nobody."""

_KINDS = (
    ("device", "device"),
    ("identifier", "telephone number, network, e-mail or other address"),
)

FEATURES = tuple(
    Feature(
        f"{name}_accounts_30d",
        f"Most accounts, itself included, seen in 30d with one {kind} that the account was seen"
        f" with; what more than {USUAL} share is left out; missing if it was seen with none.",
        "accounts", "shared identifiers", "FATF", "raises",
        f"One {kind} of the account was used by {{value}} in 30 days",
        nothing,
    )
    for name, kind in _KINDS
)  # fmt: skip


def usual(sightings: Sightings) -> tuple[Sightings, NDArray[np.int64], int]:
    """Leave out what too many accounts share.

    Returns
    -------
    Sightings
    int64 array
        How many accounts share each pair's identifier.
    int
        How many identifiers were left out.
    """
    accounts = np.bincount(sightings.key)
    kept = accounts[sightings.key] <= USUAL
    left = Sightings(sightings.account[kept], sightings.key[kept])
    return left, accounts[left.key], int((accounts > USUAL).sum())


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    (account, key), shared_by, left_out = usual(network.sightings)
    is_device = key < network.device_keys
    for place, of_kind in enumerate((is_device, ~is_device)):
        most = np.zeros(network.size)
        np.maximum.at(most, account[of_kind], shared_by[of_kind])
        columns[:, place] = np.where(most > 0, most, np.nan)
    return left_out


FAMILY = Family(FEATURES, compute)
