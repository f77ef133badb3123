"""Payments between people who mostly know each other."""

import numpy as np

from training.simulator.draws import in_baht, spread
from training.simulator.payments import Payments, payments
from training.simulator.world import World


def payments_to_friends(world: World) -> Payments:
    """Pay friends and family, and in every fourth case somebody new."""
    rng, accounts = world.rng, world.accounts
    who, at = world.occasions(accounts.habit("friends") * accounts.activity, "waking")
    payee = world.counterparts(who, 1, known=0.75)[:, 0]
    # Most are small; one in twelve is a loan, a gift or a purchase of thousands.
    median = np.asarray(rng.choice([350.0, 6_000.0], len(who), p=[0.92, 0.08]), np.float64)
    return payments(who, payee, at, in_baht(rng, spread(rng, median, 1.1, len(who))))
