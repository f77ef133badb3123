"""People who have just opened an account and move much through it."""

import numpy as np

from training.simulator.draws import DAY, HOUR, spread
from training.simulator.payments import CASH, Payments
from training.simulator.people.gathering import Gatherings, gather
from training.simulator.world import World


def newcomers(world: World) -> Payments:
    """Bring savings, pay deposits and furniture: large sums in and out in the first two months."""
    rng, hubs = world.rng, world.accounts.of("newcomer")
    who = np.repeat(np.arange(len(hubs)), rng.integers(3, 9, len(hubs)))
    events, hub = len(who), hubs[who]
    start = world.accounts.opened[hub] + rng.exponential(20, events) * DAY + 2 * HOUR
    payees = world.counterparts(hub, 3, known=0.3)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start.astype(np.int64),
            payers=world.counterparts(hub, 3, known=0.4),
            size=rng.integers(1, 4, events),
            baht=spread(rng, 6_000, 1.1, (events, 3)),
            lasts=rng.uniform(0.2, 48, events) * HOUR,
            waits=spread(rng, 5 * HOUR, 1.6, events),
            payees=np.where(rng.random(payees.shape) < 0.15, CASH, payees),
            parts=rng.integers(1, 4, events),
            keeps=rng.uniform(0, 0.4, events),
        ),
    )
