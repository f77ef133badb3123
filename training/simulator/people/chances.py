"""What happens to anybody now and then, and looks for a day like laundering."""

import numpy as np

from training.simulator.draws import DAY, HOUR, MINUTE, spread
from training.simulator.payments import CASH, ELSEWHERE, Integers, Payments
from training.simulator.people.gathering import Gatherings, gather
from training.simulator.people.wallets import CRYPTO_WALLET
from training.simulator.world import World


def _happens(world: World, per_day: float) -> tuple[Integers, Integers]:
    people = world.accounts.sociable
    busy = np.minimum(world.accounts.activity[people], 2.0)
    who, at = world.occasions(per_day * busy, "waking")
    return people[who], at


def things_sold(world: World) -> Payments:
    """Sell a car, land or gold to somebody new, and spend the money within days."""
    rng = world.rng
    hub, start = _happens(world, 0.0018)
    payees = world.counterparts(hub, 3, known=0.35)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 2, known=0.15),
            size=1 + (rng.random(len(hub)) < 0.3),
            baht=spread(rng, 24_000, 1.1, (len(hub), 2)),
            lasts=rng.uniform(0.1, 30, len(hub)) * HOUR,
            waits=spread(rng, 9 * HOUR, 1.8, len(hub)),
            payees=np.where(rng.random(payees.shape) < 0.2, ELSEWHERE, payees),
            parts=rng.integers(1, 4, len(hub)),
            keeps=rng.uniform(0, 0.5, len(hub)),
        ),
    )


def collections(world: World) -> Payments:
    """Collect for a wedding, a funeral or a class trip, then pay one bill."""
    rng = world.rng
    hub, start = _happens(world, 0.0011)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 16, known=0.4),
            size=rng.integers(3, 17, len(hub)),
            baht=np.broadcast_to(spread(rng, 700, 0.9, (len(hub), 1)), (len(hub), 16)),
            lasts=spread(rng, 1.5 * DAY, 0.9, len(hub)),
            waits=spread(rng, 8 * HOUR, 1.5, len(hub)),
            payees=world.counterparts(hub, 2, known=0.3),
            parts=rng.integers(1, 3, len(hub)),
            keeps=rng.uniform(0, 0.25, len(hub)),
        ),
    )


def side_sales(world: World) -> Payments:
    """Sell clothes or fruit online for a week or two, and take the money out."""
    rng = world.rng
    hub, start = _happens(world, 0.0007)
    payees = world.counterparts(hub, 3, known=0.6)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.strangers((len(hub), 20)),
            size=rng.integers(4, 21, len(hub)),
            baht=spread(rng, 600, 0.9, (len(hub), 20)),
            lasts=rng.uniform(2, 14, len(hub)) * DAY,
            waits=spread(rng, 8 * HOUR, 1.2, len(hub)),
            payees=np.where(rng.random(payees.shape) < 0.4, CASH, payees),
            parts=rng.integers(1, 4, len(hub)),
            keeps=rng.uniform(0, 0.5, len(hub)),
        ),
    )


def money_passed_on(world: World) -> Payments:
    """Pass on money for a relative, a loan or a joint purchase within minutes or hours."""
    rng = world.rng
    hub, start = _happens(world, 0.0028)
    payees = world.counterparts(hub, 2, known=0.5)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 2, known=0.6),
            size=1 + (rng.random(len(hub)) < 0.2),
            baht=spread(rng, 5_000, 1.2, (len(hub), 2)),
            lasts=rng.uniform(0.05, 6, len(hub)) * HOUR,
            waits=spread(rng, 50 * MINUTE, 1.6, len(hub)),
            payees=np.where(rng.random(payees.shape) < 0.15, CASH, payees),
            parts=rng.integers(1, 3, len(hub)),
            keeps=rng.uniform(0, 0.12, len(hub)) * (rng.random(len(hub)) < 0.4),
        ),
    )


def dormant_used_again(world: World) -> Payments:
    """Use an old account for one purpose: a gift arrives and is taken out."""
    rng, dormant = world.rng, world.accounts.of("dormant")
    who, start = world.occasions(np.full(len(dormant), 0.0035), "waking")
    hub = dormant[who]
    payees = world.counterparts(hub, 2, known=0.5)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 4, known=0.5),
            size=rng.integers(1, 5, len(hub)),
            baht=spread(rng, 5_000, 1.1, (len(hub), 4)),
            lasts=rng.uniform(0.1, 60, len(hub)) * HOUR,
            waits=spread(rng, 5 * HOUR, 1.8, len(hub)),
            payees=np.where(rng.random(payees.shape) < 0.35, CASH, payees),
            parts=rng.integers(1, 3, len(hub)),
            keeps=rng.uniform(0, 0.4, len(hub)),
        ),
    )


def investments(world: World) -> Payments:
    """Borrow from family or get a bonus, and buy crypto with it the same day."""
    rng = world.rng
    hub, start = _happens(world, 0.0004)
    wallets = np.flatnonzero(world.accounts.kind == CRYPTO_WALLET)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 2, known=0.7),
            size=rng.integers(1, 3, len(hub)),
            baht=spread(rng, 7_000, 1.1, (len(hub), 2)),
            lasts=rng.uniform(0.1, 20, len(hub)) * HOUR,
            waits=spread(rng, 3 * HOUR, 1.6, len(hub)),
            payees=rng.choice(wallets, (len(hub), 2)),
            parts=rng.integers(1, 3, len(hub)),
            keeps=rng.uniform(0, 0.3, len(hub)),
        ),
    )
