"""Every family of network features, in the order of their columns."""

import hashlib
import json

from features.network import (
    community,
    complaints,
    hops,
    identifiers,
    lists,
    openings,
    patterns,
    payees,
    recalls,
    taint,
    walk,
)
from features.network.family import Family

FAMILIES: dict[str, Family] = {
    "hops": hops.FAMILY,
    "walk": walk.FAMILY,
    "complaints": complaints.FAMILY,
    "recalls": recalls.FAMILY,
    "lists": lists.FAMILY,
    "taint": taint.FAMILY,
    "payees": payees.FAMILY,
    "identifiers": identifiers.FAMILY,
    "community": community.FAMILY,
    "openings": openings.FAMILY,
    "patterns": patterns.FAMILY,
}

FEATURES = tuple(feature for family in FAMILIES.values() for feature in family.features)

NEAR_LABELS = frozenset(
    feature.name
    for family in FAMILIES.values()
    if family.is_near_label
    for feature in family.features
)
"""Features that rest on what was said of accounts, and not on what they did."""

DEFINITIONS = hashlib.sha256(
    json.dumps([(feature.name, feature.about, feature.unit) for feature in FEATURES]).encode()
).hexdigest()
"""Hash over what the columns of a snapshot mean: one of another meaning is never joined."""
