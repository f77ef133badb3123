"""Every feature, in the order of the columns: the contract between features and models."""

import hashlib
import json

from features.families import (
    amounts,
    arrivals,
    counterparties,
    devices,
    dwell,
    exit,
    flow,
    holder,
    hours,
    rhythm,
    wallets,
)
from features.feature import Feature
from features.network.families import FAMILIES as NETWORK_FAMILIES

ACCOUNT_FAMILIES = {
    "flow": flow.FEATURES,
    "dwell": dwell.FEATURES,
    "counterparties": counterparties.FEATURES,
    "rhythm": rhythm.FEATURES,
    "exit": exit.FEATURES,
    "arrivals": arrivals.FEATURES,
    "amounts": amounts.FEATURES,
    "hours": hours.FEATURES,
    "holder": holder.FEATURES,
    "devices": devices.FEATURES,
    "wallets": wallets.FEATURES,
}
"""The families of one account's transactions, in the order in which the kernel writes them."""

FAMILIES = ACCOUNT_FAMILIES | {name: family.features for name, family in NETWORK_FAMILIES.items()}
"""All families; those of the network stand after those of the account."""

CATALOGUE: tuple[Feature, ...] = tuple(
    feature for features in FAMILIES.values() for feature in features
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in CATALOGUE)

ACCOUNT_NAMES = tuple(
    feature.name for features in ACCOUNT_FAMILIES.values() for feature in features
)
"""The columns that the kernel computes: the first of all."""

NETWORK_NAMES = NAMES[len(ACCOUNT_NAMES) :]
"""The columns that a snapshot shows; all are missing of an account that none shows."""

FIRST_FAMILIES = ("flow", "dwell", "counterparties", "rhythm", "exit")
"""The families of the first models."""

_LATER = ("drained", "share_out_5m", "cash_1h", "crypto_1h", "abroad_1h", "card_24h")

FIRST_NAMES: tuple[str, ...] = tuple(
    feature.name
    for family in FIRST_FAMILIES
    for feature in FAMILIES[family]
    if not feature.name.startswith(_LATER)
)
"""The catalogue of the first models, which later ones are compared with."""

BY_NAME: dict[str, Feature] = {feature.name: feature for feature in CATALOGUE}

FAMILY_OF: dict[str, str] = {
    feature.name: family for family, features in FAMILIES.items() for feature in features
}


def _hash() -> str:
    """Hash what a model relies on: which features stand in which column, and what they mean."""
    declared = [(feature.name, feature.about, feature.unit) for feature in CATALOGUE]
    return hashlib.sha256(json.dumps(declared).encode()).hexdigest()


CATALOGUE_HASH = _hash()
