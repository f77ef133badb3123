"""How near an account is to known mules, however money went: personalised PageRank."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Feature
from features.history import WINDOWS
from features.network.facts import Integers, Network, Payments
from features.network.family import Behind, Columns, Family
from features.selectors import nothing

ROUNDS = 20
DAMPING = 0.85

FEATURES = (
    Feature(
        "mule_rank_30d",
        "Personalised PageRank from known mules over the payments of 30d, in either direction, each"
        f" payment a link, damping {DAMPING}, {ROUNDS} rounds; 1 is the mean of the accounts that"
        " paid or were paid; missing without a payment to or from another account, or if no known"
        " mule made or received one.",
        "ratio", "near a known mule", "PageRank", "raises",
        "The account is {value} times as near to known mules as the mean account",
        nothing,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    p = network.since("30d").between_accounts()
    links = _links(p, network.size)
    starts = network.mules & (links > 0)
    if starts.any():
        rank = _rank(p.payer, p.payee, links, starts / starts.sum())
        columns[:, 0] = np.where(links > 0, rank * (links > 0).sum(), np.nan)
    return 0


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:
    """Name the payments that bring at least half as much as the one that brings most."""
    p = network.since("30d").between_accounts()
    # What an account hands on by each of its payments; a missing rank brings nothing.
    handed = np.nan_to_num(columns[:, 0]) / np.maximum(_links(p, network.size), 1)
    account, other = np.concatenate([p.payer, p.payee]), np.concatenate([p.payee, p.payer])
    most = np.zeros(network.size)
    np.maximum.at(most, account, handed[other])
    strong = (handed[other] > 0) & (2 * handed[other] >= most[account])
    yield Behind(FEATURES[0].name, account[strong], np.tile(p.row, 2)[strong])


def _links(p: Payments, size: int) -> Integers:
    return np.bincount(np.concatenate([p.payer, p.payee]), minlength=size)


@compiled
def _rank(
    payer: NDArray[np.int32],
    payee: NDArray[np.int32],
    links: NDArray[np.int64],
    start: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sum in the ledger's order, so that equal ledgers give equal ranks, bit for bit."""
    rank = start.copy()
    for _ in range(ROUNDS):
        reached = np.zeros(len(rank))
        for row in range(len(payer)):
            reached[payee[row]] += rank[payer[row]] / links[payer[row]]
            reached[payer[row]] += rank[payee[row]] / links[payee[row]]
        rank = (1 - DAMPING) * start + DAMPING * reached
    return rank


def _near(network: Network, account: int) -> NDArray[np.bool_]:  # noqa: ARG001 - the same for all
    p = network.payments
    return p.are_between_accounts & (p.happened_at >= network.as_of - WINDOWS["30d"])


FAMILY = Family(FEATURES, compute, evidence, _near, is_near_label=True)
