"""E-wallets and crypto wallets: filled from a bank account, emptied elsewhere."""

import numpy as np

from training.simulator.draws import HOUR, in_baht, spread
from training.simulator.payments import MERCHANT, Integers, Payments, payments
from training.simulator.people.gathering import Gatherings, gather
from training.simulator.personas import NAMES
from training.simulator.world import World

E_WALLET, CRYPTO_WALLET = 1, 2


def _of_kind(world: World, kind: int) -> Integers:
    dormant = NAMES.index("dormant")
    return np.flatnonzero((world.accounts.kind == kind) & (world.accounts.persona != dormant))


def top_ups(world: World) -> Payments:
    """Fill an e-wallet from its holder's bank account, and now and then empty it into it."""
    rng, wallets = world.rng, _of_kind(world, E_WALLET)
    who, at = world.occasions(0.05 * world.accounts.activity[wallets], "waking")
    wallet, bank = wallets[who], world.accounts.holder[wallets[who]]
    back = rng.random(len(who)) < 0.15
    amount = in_baht(rng, spread(rng, np.where(back, 1_500.0, 500.0), 0.8, len(who)))
    return payments(np.where(back, wallet, bank), np.where(back, bank, wallet), at, amount)


def spending(world: World) -> Payments:
    """Pay merchants outside the ledger from an e-wallet."""
    rng, wallets = world.rng, _of_kind(world, E_WALLET)
    who, at = world.occasions(0.10 * world.accounts.activity[wallets], "shopping")
    amount = in_baht(rng, spread(rng, 140, 0.9, len(who)))
    return payments(wallets[who], MERCHANT, at, amount, "e_wallet")


def crypto_purchases(world: World) -> Payments:
    """Buy crypto for one's own wallet, and sell it again half as often."""
    rng, wallets = world.rng, _of_kind(world, CRYPTO_WALLET)
    who, at = world.occasions(0.06 * world.accounts.activity[wallets], "evening")
    wallet, bank = wallets[who], world.accounts.holder[wallets[who]]
    sells = rng.random(len(who)) < 0.33
    amount = in_baht(rng, spread(rng, 3_000, 1.2, len(who)))
    return payments(np.where(sells, wallet, bank), np.where(sells, bank, wallet), at, amount)


def crypto_traders(world: World) -> Payments:
    """Sell crypto from person to person: strangers pay in, the money soon buys more."""
    rng, traders = world.rng, world.accounts.of("crypto_trader")
    who, start = world.occasions(0.16 * world.accounts.activity[traders], "evening")
    events, hub = len(who), traders[who]
    wallets = rng.choice(_of_kind(world, CRYPTO_WALLET), (events, 2))
    wallets = np.where(rng.random((events, 2)) < 0.5, wallets, world.strangers((events, 2)))
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 4, known=0.25),
            size=rng.integers(1, 5, events),
            baht=spread(rng, 4_500, 1.1, (events, 4)),
            lasts=rng.uniform(0.2, 10, events) * HOUR,
            waits=spread(rng, 0.6 * HOUR, 1.3, events),
            payees=wallets,
            parts=rng.integers(1, 3, events),
            keeps=rng.uniform(0, 0.06, events),
        ),
    )
