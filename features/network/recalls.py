"""Payments that their banks ask back from an account."""

from collections.abc import Iterator

from features.feature import Feature
from features.history import WINDOWS
from features.network.facts import Network, Recalls
from features.network.family import Behind, Columns, Family
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
        one_way=True,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if "recalls" in network.told:
        columns[:, 0] = counted(_recent(network).payee, network.size)
    return 0


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:  # noqa: ARG001 - of any value
    """Name the payments that were recalled."""
    recent = _recent(network)
    yield Behind(FEATURES[0].name, recent.payee, recent.payment)


def _recent(network: Network) -> Recalls:
    recent = network.recalls.happened_at >= network.as_of - WINDOWS["30d"]
    return network.recalls.only(recent)


FAMILY = Family(FEATURES, compute, evidence, is_near_label=True)
