"""Where ordinary people's money comes from."""

import numpy as np

from training.simulator.draws import every_month, in_baht, spread
from training.simulator.payments import ELSEWHERE, Integers, Payments, payments
from training.simulator.personas import NAMES, PERSONAS
from training.simulator.world import World


def living_on(world: World, source: str) -> Integers:
    """List the accounts whose income comes from `source`."""
    return world.accounts.of(*(name for name in NAMES if PERSONAS[name].source == source))


def salaries(world: World) -> Payments:
    """Pay each employee on their company's day; a third work for employers elsewhere."""
    rng, staff = world.rng, living_on(world, "salary")
    companies = world.accounts.of("company")
    employer = rng.integers(0, len(companies), len(staff))
    payday = rng.choice([14, 24, 27, 29], len(companies), p=[0.1, 0.3, 0.3, 0.3])[employer]
    payer = np.where(rng.random(len(staff)) < 0.33, ELSEWHERE, companies[employer])
    who, at = every_month(rng, payday, world.months, "batch")
    baht = world.accounts.income[staff][who] * spread(rng, 1.0, 0.04, len(who))
    return payments(payer[who], staff[who], at, in_baht(rng, baht), "salary")


def pensions(world: World) -> Payments:
    """Pay pensions from outside the ledger at the end of the month."""
    rng, pensioners = world.rng, living_on(world, "pension")
    who, at = every_month(rng, rng.integers(22, 27, len(pensioners)), world.months, "batch")
    return payments(
        ELSEWHERE,
        pensioners[who],
        at,
        in_baht(rng, world.accounts.income[pensioners][who]),
        "salary",
    )


def gigs(world: World) -> Payments:
    """Pay the self-employed by job: half by people they know, half by new clients."""
    rng, workers = world.rng, living_on(world, "gigs")
    who, at = world.occasions(0.13 * world.accounts.activity[workers], "waking")
    payer = world.counterparts(workers[who], 1, known=0.5)[:, 0]
    baht = spread(rng, world.accounts.income[workers][who] / 14, 0.9, len(who))
    return payments(payer, workers[who], at, in_baht(rng, baht))


def family_support(world: World) -> Payments:
    """Send money each month to those who live on their family, from one or two relatives."""
    rng, family = world.rng, living_on(world, "family")
    who, at = every_month(rng, rng.integers(0, 28, len(family)), world.months, "evening")
    twice = rng.random(len(who)) < 0.4
    who, at = np.concatenate([who, who[twice]]), np.concatenate([at, at[twice] + 86_400 * 9])
    relative = world.accounts.contacts[family[who], rng.integers(0, 2, len(who))]
    baht = spread(rng, world.accounts.income[family][who] * 0.6, 0.4, len(who))
    return payments(relative, family[who], at, in_baht(rng, baht))
