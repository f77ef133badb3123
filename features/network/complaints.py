"""Complaints about what an account received, and about those it deals with."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from features.feature import IN_WORDS, Feature
from features.history import WINDOWS
from features.network.facts import Accounts, Complaints, Integers, Network
from features.network.family import Behind, Columns, Family
from features.network.sums import counted, shares, summed
from features.selectors import nothing

_LENGTHS = ("7d", "30d")
_UNTOLD = "missing if no complaint is known of anybody"

FEATURES = (
    *(
        Feature(
            f"complaint_count_{window}",
            f"Number of standing complaints made in {window} about payments that the account"
            f" received; {_UNTOLD}.",
            "times", "complaints received", "practice", "raises",
            f"Payments that the account received were complained of {{value}} in"
            f" {IN_WORDS[window]}",
            nothing,
            one_way=True,
        )
        for window in _LENGTHS
    ),
    *(
        Feature(
            f"complaint_sum_{window}",
            f"Sum of the payments received by the account about which a standing complaint was made"
            f" in {window}, each once; {_UNTOLD}.",
            "minor units", "complaints received", "practice", "raises",
            f"Complaints made in {IN_WORDS[window]} concern {{value}} that the account received",
            nothing,
            one_way=True,
        )
        for window in _LENGTHS
    ),
    Feature(
        "complaint_sources_30d",
        f"Number of different places that took these complaints in 30d; {_UNTOLD}.",
        "institutions", "complaints received", "practice", "raises",
        "Complaints made in 30 days about payments to the account were taken by {value}",
        nothing,
        one_way=True,
    ),
    Feature(
        "complained_counterparty_share_90d",
        "Of the accounts that paid it or were paid by it in 90d, the share that received a payment"
        " under a standing complaint from somebody other than the account; missing if there are"
        " none or if no complaint is known of anybody.",
        "share", "counterparties complained of", "practice", "raises",
        "Of the accounts it dealt with in 90 days, {value} are complained of by others",
        nothing,
        one_way=True,
    ),
    Feature(
        "complained_payer_share_30d",
        "Of the money received in 30d, the share from accounts that received a payment under a"
        " standing complaint from somebody other than the account; missing if nothing came in or if"
        " no complaint is known of anybody.",
        "share", "counterparties complained of", "practice", "raises",
        "Of the money received in 30 days, {value} came from accounts that others complain of",
        nothing,
        one_way=True,
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    if "complaints" in network.told:
        for place, window in enumerate(_LENGTHS):
            made = _made_since(network, window)
            columns[:, place] = counted(made.payee, network.size)
            _, first = np.unique(made.payment, return_index=True)
            columns[:, 2 + place] = summed(made.payee[first], made.amount[first], network.size)
        columns[:, 4] = _sources(made, network.size)
        columns[:, 5] = _share_of_counterparties(network)
        columns[:, 6] = _share_of_money(network)
    return 0


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:  # noqa: ARG001 - of any value
    """Name the payments complained of, and those from and to accounts that others complain of."""
    for window in _LENGTHS:
        made = _made_since(network, window)
        for name in ("complaint_count", "complaint_sum"):
            yield Behind(f"{name}_{window}", made.payee, made.payment)
    yield Behind("complaint_sources_30d", made.payee, made.payment)
    p = network.since("90d").between_accounts()
    for account, other in ((p.payer, p.payee), (p.payee, p.payer)):
        complained = _are_complained_of(network, other, account)
        yield Behind("complained_counterparty_share_90d", account[complained], p.row[complained])
    p = network.since("30d").between_accounts()
    complained = _are_complained_of(network, p.payer, p.payee)
    yield Behind("complained_payer_share_30d", p.payee[complained], p.row[complained])


def _made_since(network: Network, window: str) -> Complaints:
    recent = network.complaints.made_at >= network.as_of - WINDOWS[window]
    return network.complaints.only(recent)


def _sources(made: Complaints, size: int) -> Integers:
    places = int(made.source.max(initial=0)) + 1
    pairs = np.unique(made.payee[made.payee >= 0] * places + made.source[made.payee >= 0])
    return counted(pairs // places, size)


def _share_of_counterparties(network: Network) -> NDArray[np.float64]:
    payer, payee = network.paid
    account, other = np.concatenate([payer, payee]), np.concatenate([payee, payer])
    pairs = np.unique(account * network.size + other)
    account, other = pairs // network.size, pairs % network.size
    complained = _are_complained_of(network, other, account)
    return shares(counted(account[complained], network.size), counted(account, network.size))


def _share_of_money(network: Network) -> NDArray[np.float64]:
    p = network.since("30d")
    payer, payee = p.payer.astype(np.int64), p.payee.astype(np.int64)
    known = (payer >= 0) & (payer != payee)
    complained = np.zeros(len(payer), np.bool_)
    complained[known] = _are_complained_of(network, payer[known], payee[known])
    tainted = summed(payee[complained], p.amount[complained], network.size)
    return shares(tainted, summed(payee, p.amount, network.size))


def _are_complained_of(
    network: Network, who: Integers | Accounts, asking: Integers | Accounts
) -> NDArray[np.bool_]:
    """Tell of whom somebody other than the one who asks complains."""
    told = network.complaints
    named = told.payee >= 0
    # The payer of a complained-of payment may stand outside the ledger: he is NONE.
    pairs = np.unique(told.payee[named] * (network.size + 1) + told.payer[named] + 1)
    about, by = pairs // (network.size + 1), pairs % (network.size + 1) - 1
    complainers = counted(about, network.size)
    one = np.full(network.size, -1, np.int64)
    one[about] = by
    by_another = (complainers[who] == 1) & (one[who] != asking)
    return np.asarray((complainers[who] > 1) | by_another)


def _own(network: Network, account: int) -> NDArray[np.bool_]:
    p = network.payments
    return np.asarray((p.payer == account) | (p.payee == account))


FAMILY = Family(FEATURES, compute, evidence, _own, is_near_label=True)
