"""Payments that their banks ask back from an account."""

from features.feature import Feature
from features.history import WINDOWS
from features.network.facts import Network
from features.network.family import Columns, Family
from features.network.sums import counted
from features.selectors import nothing

FEATURES = (
    Feature(
        "recall_count_30d",
        "Number of recalls made in 30d of payments that the account received; missing if no recall"
        " is known of anybody.",
        "times", "recalled payments", "ISO 20022", "raises",
        "Payments that the account received were recalled {value} in 30 days",
        nothing,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if "recalls" in network.told:
        recent = network.recalls.happened_at >= network.as_of - WINDOWS["30d"]
        columns[:, 0] = counted(network.recalls.payee[recent], network.size)
    return 0


FAMILY = Family(FEATURES, compute, is_near_label=True)
