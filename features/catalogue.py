"""Every feature, in the order of the columns: the contract between features and models."""

import hashlib
import json

from features.families import counterparties, dwell, exit, flow, rhythm
from features.feature import Feature

FAMILIES = {
    "flow": flow.FEATURES,
    "dwell": dwell.FEATURES,
    "counterparties": counterparties.FEATURES,
    "rhythm": rhythm.FEATURES,
    "exit": exit.FEATURES,
}
"""The families in the order in which the kernel writes them."""

CATALOGUE: tuple[Feature, ...] = tuple(
    feature for features in FAMILIES.values() for feature in features
)

NAMES: tuple[str, ...] = tuple(feature.name for feature in CATALOGUE)

BY_NAME: dict[str, Feature] = {feature.name: feature for feature in CATALOGUE}

FAMILY_OF: dict[str, str] = {
    feature.name: family for family, features in FAMILIES.items() for feature in features
}


def _hash() -> str:
    """Hash what a model relies on: which features stand in which column, and what they mean."""
    declared = [(feature.name, feature.about, feature.unit) for feature in CATALOGUE]
    return hashlib.sha256(json.dumps(declared).encode()).hexdigest()


CATALOGUE_HASH = _hash()
