"""How many payments lie between an account and a known mule, in either direction of time."""

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Network
from features.network.family import Columns, Family
from features.selectors import nothing

MOST = 5
_UNREACHED = 2**62


def _feature(name: str, what: str, words: str) -> Feature:
    return Feature(
        name,
        f"Fewest payments, each later than the one before it and all within 90d, by which {what};"
        f" missing if there is none of at most {MOST}, or for a known mule.",
        "payments", "near a known mule", "Holme", "lowers", words, nothing,
    )  # fmt: skip


FEATURES = (
    _feature(
        "hops_from_mule_90d",
        "money of a known mule reached the account",
        "Money of a known mule reached the account over {value}",
    ),
    _feature(
        "hops_to_mule_90d",
        "money of the account reached a known mule",
        "Money of the account reached a known mule over {value}",
    ),
)


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    p = network.since("90d").between_accounts()
    start = np.where(network.mules, -_UNREACHED, _UNREACHED)
    columns[:, 0] = _hops(p.happened_at, p.payer, p.payee, start)
    # The same against time, from the last payment to the first.
    columns[:, 1] = _hops(-p.happened_at, p.payee, p.payer, start)
    return 0


@compiled
def _hops(
    time: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    start: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Follow money from the mules, one payment further each time.

    What counts is the first time it can be at an account: from there most payments follow.

    Parameters
    ----------
    start : int64, shape (accounts,)
        That time without any payment.
    """
    arrived, hops = start.copy(), np.full(len(start), np.nan)
    for hop in range(1, MOST + 1):
        before = arrived.copy()
        for row in range(len(time)):
            to = target[row]
            if before[source[row]] < time[row] < arrived[to]:
                arrived[to] = time[row]
                if np.isnan(hops[to]):
                    hops[to] = hop
    return hops


FAMILY = Family(FEATURES, compute, is_near_label=True)
