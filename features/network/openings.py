"""How many accounts a holder opened lately, at all institutions of the ledger."""

import numpy as np

from features.feature import Feature
from features.history import WINDOWS
from features.network.facts import Network
from features.network.family import Columns, Family
from features.network.sums import counted
from features.selectors import nothing

FEATURES = (
    Feature(
        "holder_openings_90d",
        "Number of accounts that the account's holder opened in 90d, itself included; missing if"
        " the holder is not known.",
        "accounts", "accounts opened at once", "Bangkok Post", "raises",
        "The holder opened {value} in 90 days",
        nothing,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    recent = network.opened_at >= network.as_of - WINDOWS["90d"]
    opened = counted(network.holder[recent], max(network.size, 1))
    known = network.holder >= 0
    columns[known, 0] = np.asarray(opened)[network.holder[known]]
    return 0


FAMILY = Family(FEATURES, compute)
