"""Entries of an account on lists, such as a national list, while they are in force."""

from features.feature import Feature
from features.network.facts import Network
from features.network.family import Columns, Family
from features.network.sums import counted
from features.selectors import nothing

FEATURES = (
    Feature(
        "list_entries",
        "Number of lists with an entry of the account that has not expired, the last one known of"
        " each list; missing if no entry is known of anybody.",
        "times", "listed account", "practice", "raises",
        "The account stands on a warning list {value} at present",
        nothing,
        one_way=True,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if "list_entries" in network.told:
        columns[:, 0] = counted(network.listed, network.size)
    return 0


FAMILY = Family(FEATURES, compute, is_near_label=True)
