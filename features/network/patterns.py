"""Patterns of payments between several accounts that an account stands in."""

from datetime import timedelta

import numpy as np

from features.feature import Feature
from features.network.facts import Network
from features.network.family import Columns, Family
from features.patterns.search import ACCOUNT_VALUES
from features.patterns.settings import CYCLE_HOPS, Settings
from features.patterns.stream import count_all
from features.patterns.transfers import Transfers
from features.selectors import nothing

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

_QUIET = "missing without a payment to or from another account"


def _feature(name: str, what: str, unit: str, typology: str, words: str) -> Feature:
    about = f"{what}, among the payments of 30d (docs/patterns.md); {_QUIET}."
    return Feature(name, about, unit, typology, "AMLworld", "raises", words, nothing)


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
    _feature(
        "gather_scatter_30d",
        "Largest number of payers in 7d after whom the account paid as many payees, at least 2",
        "accounts", "bursts of counterparties",
        "Within a week the account gathered money from {value} and then paid as many, at most in"
        " 30 days",
    ),
    _feature(
        "fan_in_bursts_30d",
        "How often the payers of 7d came to be 5",
        "times", "bursts of counterparties",
        "Five accounts paid it within a week {value} in 30 days",
    ),
    _feature(
        "fan_out_bursts_30d",
        "How often the payees of 7d came to be 5",
        "times", "bursts of counterparties",
        "It paid five accounts within a week {value} in 30 days",
    ),
    _feature(
        "chain_30d",
        "Payments of the longest layered chain through the account, each at most an hour after the"
        " one before",
        "payments", "layers of accounts",
        "The longest chain of quick payments through the account in 30 days has {value}",
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
    # All of them are known at this instant: none came too late for another.
    transfers = Transfers(p.happened_at, np.zeros_like(p.happened_at), p.sequence, p.payer, p.payee)
    counts = count_all(transfers, network.size, SETTINGS)
    met = np.zeros(network.size, np.bool_)
    met[np.concatenate([p.payer, p.payee])] = True
    for place, values in enumerate(_COUNTED.values()):
        total = counts.accounts[:, [ACCOUNT_VALUES.index(value) for value in values]].sum(axis=1)
        columns[:, place] = np.where(met, total, np.nan)
    return int(counts.cut.sum())


FAMILY = Family(FEATURES, compute)
