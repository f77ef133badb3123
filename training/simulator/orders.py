"""What payments are ordered with: devices, network addresses and telephone numbers.

A household shares its address and now and then a device; agents, branches and carriers lend theirs
to many. Rings order some of their laundering with a device and an address of their herder: these
stand on laundering payments only, so that nothing in a mule's honest life gives it away.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ledger.schema import CHANNELS
from training.simulator.booking import Booked
from training.simulator.laundering import Laundering
from training.simulator.payments import Integers, Whether
from training.simulator.world import World

NONE = -1
_ON_A_DEVICE = ("transfer", "instant", "wire", "bill", "e_wallet", "crypto")
_LENDS = 0.1
"""Share of the holders who use the device of somebody in their household."""
_WITH_AGENT = 0.03
_AGENTS_SERVE = 25
"""Accounts that order with the device of a village agent, and how many one agent serves."""
_BRANCHES, _AT_BRANCH = 40, 0.05
_CARRIERS, _MOBILE = 12, 0.35
"""Share of the orders at a branch's terminal; of the others over a carrier's shared address."""
_CHANGES = 0.15
"""Share of the holders who change their device in the course of the ledger."""
_BY_HERDER = 0.3
"""Share of a mule's laundering payments that its ring's herder orders."""


@dataclass(frozen=True)
class Orders:
    """What each booked payment was ordered with; arrays of length n, `NONE` for nothing known.

    Attributes
    ----------
    device, address, phone : ndarray of int64
        Numbers without meaning; equal numbers are one and the same.
    """

    device: Integers
    address: Integers
    phone: Integers


def order(world: World, booked: Booked, laundering: Laundering) -> Orders:
    """Draw with what each payment is ordered; cards, cash and salaries need no device."""
    rng, p, people = world.rng, booked.payments, len(world.accounts)
    usual = _usual(world)
    device, address, phone = (np.append(each, NONE)[np.maximum(p.payer, NONE)] for each in usual)
    has_new = rng.random(people) < _CHANGES
    changed_at = rng.random(people) * world.end
    payer = np.maximum(p.payer, 0)
    device = np.where(has_new[payer] & (p.at >= changed_at[payer]), device + people, device)
    mobile = rng.random(len(p)) < _MOBILE
    address = np.where(mobile, 3 * people + rng.integers(0, _CARRIERS, len(p)), address)
    at_branch = rng.random(len(p)) < _AT_BRANCH
    branch = 3 * people + _CARRIERS + payer % _BRANCHES
    device, address = np.where(at_branch, branch, device), np.where(at_branch, branch, address)
    herder = _herders(rng, booked, laundering)
    of_herder = 3 * people + _CARRIERS + _BRANCHES + herder
    device, address = (np.where(herder >= 0, of_herder, each) for each in (device, address))
    ordered = np.isin(p.channel, [CHANNELS.index(name) for name in _ON_A_DEVICE]) & (p.payer >= 0)
    phoned = ordered & (p.channel == CHANNELS.index("e_wallet"))
    return Orders(*(_only(*pair) for pair in ((device, ordered), (address, ordered),
                                             (phone, phoned))))  # fmt: skip


def _only(drawn: npt.NDArray[np.int64], which: Whether) -> Integers:
    return np.where(which, drawn, NONE)


def _usual(world: World) -> tuple[Integers, Integers, Integers]:
    """Draw each account's own device, address and telephone number, by its holder's household."""
    rng, accounts = world.rng, world.accounts
    count = len(accounts)
    home = _homes(rng, count)[accounts.holder]
    lent = rng.random(count) < _LENDS
    first_of = np.full(count, count)
    np.minimum.at(first_of, home, np.arange(count))
    device = np.where(lent[accounts.holder], first_of[home], accounts.holder)
    served = rng.random(count) < _WITH_AGENT
    agents = max(int(count * _WITH_AGENT / _AGENTS_SERVE), 1)
    device = np.where(served, 2 * count + rng.integers(0, agents, count), device)
    return device, home, np.where(lent[accounts.holder], first_of[home], accounts.holder)


def _homes(rng: np.random.Generator, count: int) -> Integers:
    """Put holders into households of one to five, at random."""
    sizes = rng.choice([1, 2, 3, 4, 5], count, p=[0.3, 0.28, 0.2, 0.15, 0.07])
    return rng.permutation(np.repeat(np.arange(count), sizes)[:count])


def _herders(rng: np.random.Generator, booked: Booked, laundering: Laundering) -> Integers:
    """Name the ring whose herder orders a booked payment; `NONE` for all others."""
    herder = np.full(len(booked.payments), NONE)
    ring = np.array(laundering.rings, np.int64)[laundering.pattern]
    ordered = (rng.random(len(ring)) < _BY_HERDER) & ~laundering.is_fraud
    place = booked.position[len(booked.position) - len(ring) :]
    chosen = ordered & (place >= 0)
    herder[place[chosen]] = ring[chosen]
    return herder


def identifiers(prefix: str, numbers: Integers) -> list[str | None]:
    """Write numbers as identifiers: equal ones are equal texts, which say nothing else."""
    different, place = np.unique(numbers, return_inverse=True)
    names = [None if n == NONE else f"{prefix}{_scattered(n):08x}" for n in different.tolist()]
    texts: list[str | None] = np.array(names, object)[place].tolist()
    return texts


def _scattered(number: int) -> int:
    """Spread numbers, so that no identifier tells how it was made."""
    return (int(number) * 0x9E3779B1 + 0x7F4A7C15) % 2**32
