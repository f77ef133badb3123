"""Shops and small firms: many payers, and money that does not rest."""

import numpy as np

from training.simulator.draws import BAHT, DAY, HOUR, every_month, in_baht, spread
from training.simulator.payments import CASH, Payments, join, payments
from training.simulator.people.gathering import Gatherings, gather
from training.simulator.world import World

REGULARS = 40


def shops(world: World) -> Payments:
    """Sell to many customers, half of them regulars; settle most evenings."""
    sold = _sales(world)
    return join([sold, _settlements(world, sold)])


def _sales(world: World) -> Payments:
    rng, owners = world.rng, world.accounts.of("shop")
    who, at = world.occasions(spread(rng, 1.8, 0.9, len(owners)), "shopping")
    regulars = world.strangers((len(owners), REGULARS))
    regular = regulars[who, rng.integers(0, REGULARS, len(who))]
    payer = np.where(rng.random(len(who)) < 0.5, regular, world.strangers(len(who)))
    typical = spread(rng, 180, 0.8, len(owners))
    return payments(payer, owners[who], at, in_baht(rng, spread(rng, typical[who], 0.8, len(who))))


def _settlements(world: World, sold: Payments) -> Payments:
    """Pay what a day took to a supplier, the owner or out as cash, late that evening."""
    rng, days = world.rng, world.settings.days
    takings = np.zeros((len(world.accounts), days), np.int64)
    np.add.at(takings, (sold.payee, sold.at // DAY), sold.amount)
    shop, day = np.nonzero(takings)
    suppliers = world.accounts.contacts[shop, rng.integers(0, 4, len(shop))]
    payee = np.where(rng.random(len(shop)) < 0.12, CASH, suppliers)
    amount = takings[shop, day] * rng.uniform(0.7, 1.0, len(shop)) // BAHT * BAHT
    at = day * DAY + rng.uniform(19.5, 23.9, len(shop)) * HOUR
    settled = (rng.random(len(shop)) < 0.6) & (amount > 0)
    return payments(shop, payee, at, amount).take(settled)


def small_firms(world: World) -> Payments:
    """Receive for invoices and pay suppliers at once; pay a few people monthly."""
    rng, firms = world.rng, world.accounts.of("small_firm")
    who, start = world.occasions(0.14 * world.accounts.activity[firms], "business")
    events, hub = len(who), firms[who]
    invoices = gather(
        rng,
        Gatherings(
            hub=hub,
            start=start,
            payers=world.counterparts(hub, 3, known=0.55),
            size=rng.integers(1, 4, events),
            baht=spread(rng, 11_000, 1.0, (events, 3)),
            lasts=rng.uniform(0.5, 30, events) * HOUR,
            waits=spread(rng, 3 * HOUR, 1.4, events),
            payees=world.counterparts(hub, 3, known=0.7),
            parts=rng.integers(1, 4, events),
            keeps=rng.uniform(0, 0.3, events),
        ),
    )
    return join([invoices, _payroll(world)])


def _payroll(world: World) -> Payments:
    rng = world.rng
    firms = np.repeat(world.accounts.of("small_firm"), 3)
    staff = world.accounts.contacts[firms, np.arange(len(firms)) % 3 + 4]
    who, at = every_month(rng, np.full(len(firms), 27), world.months, "business")
    return payments(
        firms[who], staff[who], at, in_baht(rng, spread(rng, 13_000, 0.3, len(who))), "salary"
    )
