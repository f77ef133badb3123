"""What ordinary people spend their money on."""

import numpy as np

from training.simulator.draws import BAHT, every_month, in_baht, spread
from training.simulator.payments import CASH, ELSEWHERE, MERCHANT, Payments, payments
from training.simulator.world import World


def cards(world: World) -> Payments:
    """Pay by card, half to companies of the ledger and half to merchants outside."""
    rng, accounts = world.rng, world.accounts
    who, at = world.occasions(accounts.habit("card") * accounts.activity, "shopping")
    company = rng.choice(accounts.of("company"), len(who))
    payee = np.where(rng.random(len(who)) < 0.5, company, MERCHANT)
    return payments(who, payee, at, in_baht(rng, spread(rng, 320, 1.0, len(who))), "card")


def cash_withdrawals(world: World) -> Payments:
    """Take cash, in hundreds of baht."""
    rng, accounts = world.rng, world.accounts
    who, at = world.occasions(accounts.habit("cash") * accounts.activity, "waking")
    hundreds = np.clip(np.rint(spread(rng, 20, 0.9, len(who))), 1, 300)
    return payments(who, CASH, at, hundreds * 100 * BAHT)


def cash_deposits(world: World) -> Payments:
    """Pay cash in; the self-employed and shops do so more often."""
    rng, accounts = world.rng, world.accounts
    rate = np.full(len(accounts), 0.004)
    rate[accounts.of("self_employed", "shop", "rent_collector")] = 0.03
    who, at = world.occasions(rate * accounts.activity, "business")
    hundreds = np.clip(np.rint(spread(rng, 40, 0.9, len(who))), 1, 1_000)
    return payments(CASH, who, at, hundreds * 100 * BAHT)


def bills(world: World) -> Payments:
    """Pay companies for power, water, telephone and instalments."""
    rng, accounts = world.rng, world.accounts
    who, at = world.occasions(accounts.habit("bills") / 30, "evening")
    companies = accounts.of("company")
    payee = companies[(who * 7 + rng.integers(0, 3, len(who))) % len(companies)]
    payee = np.where(rng.random(len(who)) < 0.3, ELSEWHERE, payee)
    return payments(who, payee, at, in_baht(rng, spread(rng, 650, 0.8, len(who))), "bill")


def private_rent(world: World) -> Payments:
    """Pay a private landlord in the first days of the month."""
    rng, accounts = world.rng, world.accounts
    tenants = np.flatnonzero((accounts.income > 6_000) & (rng.random(len(accounts)) < 0.2))
    who, at = every_month(rng, rng.integers(0, 6, len(tenants)), world.months, "evening")
    baht = accounts.income[tenants][who] * 0.25
    return payments(tenants[who], accounts.contacts[tenants[who], -1], at, in_baht(rng, baht))
