"""How many payments lie between an account and a known mule, in either direction of time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.network.facts import Accounts, Integers, Network
from features.network.family import Behind, Columns, Family
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
    for place, (end, hops, _) in enumerate(_both_ways(network)):
        _write_fewest(end, hops, network.mules, columns[:, place])
    return 0


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:
    """Name the payment next to the account of each of the shortest ways."""
    for feature, shown, way in zip(FEATURES, columns.T, _both_ways(network), strict=True):
        end, hops, row = way
        shortest = hops == shown[end]
        yield Behind(feature.name, end[shortest], row[shortest])


def _both_ways(network: Network) -> Iterator[tuple[Accounts, NDArray[np.float64], Integers]]:
    """Give for each direction the payments' ends away from mules, their hops and rows."""
    p = network.since("90d")
    start = np.where(network.mules, -_UNREACHED, _UNREACHED)
    yield p.payee, _hops(p.happened_at, p.payer, p.payee, start), p.row
    # The same against time, from the last payment to the first.
    yield p.payer, _hops(-p.happened_at, p.payee, p.payer, start), p.row


@compiled
def _hops(
    time: NDArray[np.int64],
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    start: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Follow money from the mules, one payment further each time.

    Returns how many payments the shortest way has that ends with each of them.

    What counts is the first time it can be at an account: from there most payments follow.

    Parameters
    ----------
    start : int64, shape (accounts,)
        That time without any payment.
    """
    arrived, hops = start.copy(), np.full(len(time), np.nan)
    for hop in range(1, MOST + 1):
        before = arrived.copy()
        for row in range(len(time)):
            to = target[row]
            known = source[row] >= 0 and to >= 0 and source[row] != to
            if known and before[source[row]] < time[row]:
                arrived[to] = min(arrived[to], time[row])
                if np.isnan(hops[row]):
                    hops[row] = hop
    return hops


@compiled
def _write_fewest(
    end: NDArray[np.int32],
    hops: NDArray[np.float64],
    mules: NDArray[np.bool_],
    fewest: NDArray[np.float64],
) -> None:
    """Write the fewest hops of the payments that end at each account, but for mules."""
    for row in range(len(end)):
        to = end[row]
        if np.isnan(hops[row]) or mules[to]:
            continue
        if np.isnan(fewest[to]) or hops[row] < fewest[to]:
            fewest[to] = hops[row]


def _near(network: Network, account: int) -> NDArray[np.bool_]:  # noqa: ARG001 - the same for all
    return network.payments.are_between_accounts


FAMILY = Family(FEATURES, compute, evidence, _near, is_near_label=True)
