"""Which of the drawn payments are booked, on which channel, and in which order."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledger.schema import ACCOUNT_KINDS, CHANNELS
from training.simulator.draws import BAHT, DAY
from training.simulator.payments import (
    BY_KIND,
    CASH,
    MERCHANT,
    OUTSIDE,
    Integers,
    Payments,
    Whether,
)
from training.simulator.population import COUNTRIES
from training.simulator.world import World

_INSTANT = 0.85
"""Share of plain transfers within the country that arrive at once."""


@dataclass(frozen=True)
class Booked:
    """Payments in the order of the ledger.

    Attributes
    ----------
    payments : Payments
        Ordered by time.
    position : ndarray of int64
        For each payment as drawn, its place in that order; -1 if it was never booked.
    """

    payments: Payments
    position: Integers


def book(world: World, drawn: Payments) -> Booked:
    """Keep what could be booked, give plain payments a channel, and order all by time.

    An account neither pays nor is paid before it is opened or after the ledger ends. Within one
    second the order is by chance.
    """
    opened = np.append(world.accounts.opened, np.full(len(OUTSIDE), -DAY * 100_000))
    possible = (
        (drawn.payer != drawn.payee)
        & (drawn.at >= np.maximum(0, np.maximum(opened[drawn.payer], opened[drawn.payee])))
        & (drawn.at < world.end)
        & (drawn.amount > 0)
        & ((drawn.payer >= 0) | (drawn.payee >= 0))
    )
    kept = np.flatnonzero(possible)
    order = kept[np.lexsort((world.rng.random(len(kept)), drawn.at[kept]))]
    position = np.full(len(drawn), -1, np.int64)
    position[order] = np.arange(len(order))
    return Booked(_with_channels(world, drawn.take(order)), position)


def _with_channels(world: World, plain: Payments) -> Payments:
    """Decide the channel of plain payments by where they go; machines give hundreds of baht."""
    kinds = np.append(world.accounts.kind, np.zeros(len(OUTSIDE), np.int64))
    payer, payee = plain.payer, plain.payee
    kind = np.maximum(kinds[payer], kinds[payee])
    country = countries(world)
    ways: list[tuple[str, Whether]] = [
        ("atm", payee == CASH),
        ("cash_deposit", payer == CASH),
        ("card", payee == MERCHANT),
        ("crypto", kind == ACCOUNT_KINDS.index("crypto_wallet")),
        ("e_wallet", kind == ACCOUNT_KINDS.index("e_wallet")),
        ("wire", country[payer] != country[payee]),
        ("instant", world.rng.random(len(plain)) < _INSTANT),
    ]
    channel = np.full(len(plain), CHANNELS.index("transfer"))
    for name, goes in reversed(ways):
        channel[goes] = CHANNELS.index(name)
    channel = np.where(plain.channel == BY_KIND, channel, plain.channel)
    hundreds = np.maximum(plain.amount // (100 * BAHT), 1) * 100 * BAHT
    amount = np.where(channel == CHANNELS.index("atm"), hundreds, plain.amount)
    return Payments(payer, payee, plain.at, amount, channel)


def countries(world: World) -> npt.NDArray[np.str_]:
    """Give the country of every account and, so that negative numbers find it, place outside."""
    at_home = np.array(COUNTRIES)[world.accounts.institution]
    return np.append(at_home, [place.country or "TH" for place in reversed(OUTSIDE.values())])
