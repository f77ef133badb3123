"""People who collect for others: the shapes of fan-in and fan-out, honestly meant."""

import numpy as np

from training.simulator.draws import DAY, HOUR, MINUTE, every_month, spread
from training.simulator.payments import ABROAD, CASH, ELSEWHERE, Integers, Payments
from training.simulator.people.gathering import Gatherings, gather
from training.simulator.world import World


def _circle(world: World, hubs: Integers, who: Integers, most: int) -> Integers:
    """Give each occasion its hub's own circle of people, in random order, one in eight replaced."""
    rng = world.rng
    circle = world.strangers((len(hubs), most))
    order = rng.permuted(np.broadcast_to(np.arange(most), (len(who), most)), axis=1)
    members = circle[who[:, None], order]
    return np.where(rng.random(members.shape) < 0.12, world.strangers(members.shape), members)


def salary_agents(world: World) -> Payments:
    """Receive a gang's wages from its employer, and pay the workers within hours."""
    rng, agents = world.rng, world.accounts.of("salary_agent")
    who, start = every_month(rng, rng.integers(0, 15, len(agents)), world.months, "business")
    who, start = np.tile(who, 2), np.concatenate([start, start + 14 * DAY])
    events, hub = len(who), agents[who]
    employer = world.accounts.contacts[hub, :1]
    outside = rng.random((events, 1)) < 0.2
    workers = rng.integers(3, 15, len(agents))[who]
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=np.where(outside, ELSEWHERE, employer),
            size=np.ones(events, np.int64),
            baht=(workers * spread(rng, 3_800, 0.3, events))[:, None],
            lasts=np.full(events, 2.0 * HOUR),
            waits=spread(rng, 1.5 * HOUR, 1.2, events),
            payees=_circle(world, agents, who, 15),
            parts=workers,
            keeps=rng.uniform(0.0, 0.1, events),
        ),
    )


def rent_collectors(world: World) -> Payments:
    """Take the tenants' rents around the turn of the month and pass them to the landlord."""
    rng, agents = world.rng, world.accounts.of("rent_collector")
    who, start = every_month(rng, rng.integers(0, 4, len(agents)), world.months, "waking")
    events, hub = len(who), agents[who]
    landlords = world.accounts.contacts[hub, :2]
    rents = spread(rng, 3_500, 0.5, (len(agents), 1))[who]
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=_circle(world, agents, who, 16),
            size=rng.integers(3, 17, len(agents))[who],
            baht=rents * spread(rng, 1.0, 0.15, (events, 16)),
            lasts=rng.uniform(1, 6, events) * DAY,
            waits=spread(rng, 10 * HOUR, 1.2, events),
            payees=landlords,
            parts=rng.integers(1, 3, events),
            keeps=rng.uniform(0.02, 0.12, events),
        ),
    )


def treasurers(world: World) -> Payments:
    """Gather a savings club's contributions, then pay the round's member everything."""
    rng, hubs = world.rng, world.accounts.of("treasurer")
    rounds = 1 / rng.uniform(9, 32, len(hubs))
    who, start = world.occasions(rounds, "evening")
    events, hub = len(who), hubs[who]
    contribution = spread(rng, 1_500, 0.7, (len(hubs), 1))[who]
    circle = _circle(world, hubs, who, 15)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=circle,
            size=rng.integers(4, 16, len(hubs))[who],
            baht=np.broadcast_to(contribution, circle.shape),
            lasts=rng.uniform(0.2, 4, events) * DAY,
            waits=spread(rng, 3 * HOUR, 1.4, events),
            payees=circle[:, ::-1],
            parts=1 + (rng.random(events) < 0.2),
            keeps=rng.uniform(0, 0.12, events) * (rng.random(events) < 0.7),
        ),
    )


def bill_splitters(world: World) -> Payments:
    """Collect friends' shares of a meal or a trip, and pay the bill minutes or hours later."""
    rng, hubs = world.rng, world.accounts.of("bill_splitter")
    who, start = world.occasions(0.05 * world.accounts.activity[hubs], "evening")
    events, hub = len(who), hubs[who]
    # Every fifth bill is a trip or a concert, and costs like one.
    median = np.where(rng.random(events) < 0.2, 2_500.0, 250.0)[:, None]
    share = spread(rng, median, 0.6, (events, 1))
    payee = np.where(rng.random((events, 1)) < 0.25, CASH, world.strangers((events, 1)))
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 8, known=0.7),
            size=rng.integers(2, 9, events),
            baht=np.broadcast_to(share, (events, 8)),
            lasts=spread(rng, 1.2 * HOUR, 1.0, events),
            waits=spread(rng, 40 * MINUTE, 1.4, events),
            payees=payee,
            parts=np.ones(events, np.int64),
            keeps=rng.uniform(0, 0.2, events) * (rng.random(events) < 0.6),
        ),
    )


def remittance_senders(world: World) -> Payments:
    """Collect from compatriots and wire the sum to their families abroad."""
    rng, hubs = world.rng, world.accounts.of("remittance_sender")
    who, start = world.occasions(0.06 * world.accounts.activity[hubs], "waking")
    events, hub = len(who), hubs[who]
    home = rng.choice(ABROAD, len(hubs))[who][:, None]
    families = world.accounts.of("relative_abroad")
    known = families[rng.integers(0, len(families), (len(hubs), 3))][who]
    payees = np.where(rng.random((events, 3)) < 0.6, home, known)
    return gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=_circle(world, hubs, who, 8),
            size=rng.integers(1, 9, events),
            baht=spread(rng, 3_000, 0.7, (events, 8)),
            lasts=rng.uniform(0.5, 48, events) * HOUR,
            waits=spread(rng, 4 * HOUR, 1.3, events),
            payees=payees,
            parts=rng.integers(1, 4, events),
            keeps=rng.uniform(0, 0.08, events),
        ),
    )
