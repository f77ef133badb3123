"""Patterns of payments between several accounts that an account stands in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from features.compiled import compiled
from features.feature import Evidence, Feature
from features.network.facts import Network, Payments
from features.network.family import Behind, Columns, Family
from features.patterns.search import ACCOUNT_VALUES
from features.patterns.settings import CYCLE_HOPS, Settings
from features.patterns.stream import chains_through, count_all
from features.patterns.transfers import Transfers
from features.selectors import everything, nothing, paid, received, with_accounts
from ledger.view import MICROSECOND

SETTINGS = Settings(window=timedelta(days=7), dwell=timedelta(hours=1), burst=5, bound=10_000)

_COUNTED = {
    "cycles_30d": tuple(f"cycle_{hops}" for hops in CYCLE_HOPS),
    "scatter_gathers_30d": (
        "scatter_gather_source", "scatter_gather_middleman", "scatter_gather_sink",
    ),
    "gather_scatter_30d": ("gather_scatter",),
    "fan_in_bursts_30d": ("fan_in_bursts",),
    "fan_out_bursts_30d": ("fan_out_bursts",),
    "chain_30d": ("chain",),
    "stacks_30d": ("stack",),
}  # fmt: skip
"""Feature -> the values of `features.patterns` that it is the sum of."""

_CHAIN = "chain_30d"
_LONG_AGO = 2**62

_QUIET = "missing without a payment to or from another account"


_ALL = with_accounts(everything("30d"))


def _feature(
    name: str,
    what: str,
    unit: str,
    typology: str,
    words: str,
    evidence: Evidence = _ALL,
) -> Feature:
    about = f"{what}, among the payments of 30d (docs/patterns.md); {_QUIET}."
    return Feature(name, about, unit, typology, "AMLworld", "raises", words, evidence, one_way=True)


def _burst(name: str, what: str, unit: str, words: str, evidence: Evidence = _ALL) -> Feature:
    """Declare one that no model is held to: shops, employers and savings clubs live by bursts."""
    typology = "bursts of counterparties"
    return replace(_feature(name, what, unit, typology, words, evidence), one_way=False)


FEATURES = (
    _feature(
        "cycles_30d",
        "Number of temporal cycles of 2 to 6 payments within 7d that the account stands in",
        "times", "money in circles",
        "Money came back to where it started, with the account in the circle, {value} in 30 days",
    ),
    _feature(
        "scatter_gathers_30d",
        "Number of scatter-gathers within 7d that the account stands in, as source, middleman or"
        " sink",
        "times", "layers of accounts",
        "Money was scattered over several accounts and gathered again, with the account among them,"
        " {value} in 30 days",
    ),
    _burst(
        "gather_scatter_30d",
        "Largest number of payers in 7d after whom the account paid as many payees, at least 2",
        "accounts",
        "Within a week the account gathered money from {value} and then paid as many, at most in"
        " 30 days",
    ),
    _burst(
        "fan_in_bursts_30d",
        "How often the payers of 7d came to be 5",
        "times",
        "Five accounts paid it within a week {value} in 30 days",
        with_accounts(received("30d")),
    ),
    _burst(
        "fan_out_bursts_30d",
        "How often the payees of 7d came to be 5",
        "times",
        "It paid five accounts within a week {value} in 30 days",
        with_accounts(paid("30d")),
    ),
    _feature(
        "chain_30d",
        "Payments of the longest layered chain through the account, each at most an hour after the"
        " one before",
        "payments", "layers of accounts",
        "The longest chain of quick payments through the account in 30 days has {value}",
        nothing,
    ),
    _feature(
        "stacks_30d",
        "Number of stacks within 7d that the account stands in",
        "times", "layers of accounts",
        "Several accounts each paid several others in layers, with the account among them,"
        " {value} in 30 days",
    ),
)  # fmt: skip


def compute(network: Network, columns: Columns) -> int:
    """Write the features of this family."""
    p = network.since("30d").between_accounts()
    counts = count_all(_transfers(p), network.size, SETTINGS)
    met = np.zeros(network.size, np.bool_)
    met[np.concatenate([p.payer, p.payee])] = True
    for place, values in enumerate(_COUNTED.values()):
        total = counts.accounts[:, [ACCOUNT_VALUES.index(value) for value in values]].sum(axis=1)
        columns[:, place] = np.where(met, total, np.nan)
    return int(counts.cut.sum())


def evidence(network: Network, columns: Columns) -> Iterator[Behind]:
    """Name the payments of the longest chain: of other patterns the declaration selects them."""
    p = network.since("30d").between_accounts()
    hops = chains_through(_transfers(p), network.size, SETTINGS)
    shown = columns[:, [feature.name for feature in FEATURES].index(_CHAIN)]
    for account in (p.payer, p.payee):
        longest = (hops > 0) & (hops == shown[account])
        yield Behind(_CHAIN, account[longest], p.row[longest])


def _transfers(p: Payments) -> Transfers:
    # All of them are known at this instant: none came too late for another.
    return Transfers(p.happened_at, np.zeros_like(p.happened_at), p.sequence, p.payer, p.payee)


def _near(network: Network, account: int) -> NDArray[np.bool_]:
    """Mark the payments of the account and those of chains that may go through it."""
    p = network.payments
    dwell = SETTINGS.dwell // MICROSECOND
    nobody = np.full(network.size, -_LONG_AGO)
    later = _follows(p.happened_at, (p.payer, p.payee), account, dwell, nobody.copy())
    # The same against time, from the last payment to the first.
    back = slice(None, None, -1)
    parties = p.payee[back], p.payer[back]
    earlier = _follows(-p.happened_at[back], parties, account, dwell, nobody)[back]
    return np.asarray(later | earlier)


@compiled
def _follows(
    time: NDArray[np.int64],
    parties: tuple[NDArray[np.int32], NDArray[np.int32]],
    account: int,
    dwell: int,
    arrived: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Mark payments by the account, and those that follow a marked one soon from its payee.

    Parameters
    ----------
    arrived : int64, shape (accounts,)
        Overwritten: when a marked payment last came to each.
    """
    source, target = parties
    marked = np.zeros(len(time), np.bool_)
    for row in range(len(time)):
        if source[row] < 0 or target[row] < 0:
            continue
        if source[row] == account or time[row] - arrived[source[row]] <= dwell:
            marked[row] = True
            arrived[target[row]] = time[row]
    return marked


_FAR = frozenset(("cycles_30d", "scatter_gathers_30d", "stacks_30d"))
"""Patterns in which payments count that are none of the account's."""

FAMILY = Family(FEATURES, compute, evidence, _near, _FAR)
