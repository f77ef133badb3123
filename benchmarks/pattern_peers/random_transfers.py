"""Random transfers between accounts with habits: few busy payers, few popular payees, circles."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_DAY = 24 * 3600
_CONTACTS = 8
_HABIT = 0.75
"""Share of transfers that go to one of the payer's contacts."""


class Edges(NamedTuple):
    """Transfers in time order: seconds, payer, payee; all int64 of length n."""

    second: NDArray[np.int64]
    payer: NDArray[np.int64]
    payee: NDArray[np.int64]


def draw(transfers: int, accounts: int, days: int, seed: int = 0) -> Edges:
    """Draw transfers between accounts at even seconds, so that some coincide.

    No window of an odd number of seconds begins at one of them: what happens exactly then, the
    contenders need not agree about.
    """
    random = np.random.default_rng(seed)
    busy = random.lognormal(0, 1.2, accounts)
    popular = random.lognormal(0, 1.5, accounts)
    payer = random.choice(accounts, transfers, p=busy / busy.sum())
    contacts = random.choice(accounts, (accounts, _CONTACTS), p=popular / popular.sum())
    usual = contacts[payer, random.integers(_CONTACTS, size=transfers)]
    anyone = random.choice(accounts, transfers, p=popular / popular.sum())
    payee = np.where(random.random(transfers) < _HABIT, usual, anyone)
    payee = np.where(payee == payer, (payee + 1) % accounts, payee)
    second = 2 * np.sort(random.integers(0, days * _DAY // 2, transfers))
    return Edges(second, payer.astype(np.int64), payee.astype(np.int64))
