"""The shape that honest collectors and launderers share: money comes in, and soon goes out."""

from dataclasses import dataclass

import numpy as np

from training.simulator.draws import BAHT, MINUTE, in_baht
from training.simulator.payments import Integers, Payments, Reals, join, payments


@dataclass(frozen=True)
class Gatherings:
    """Occasions on which an account collects from payers, then pays out.

    Attributes
    ----------
    hub : ndarray of int64, shape (occasions,)
        The account that collects.
    start : ndarray of int64, shape (occasions,)
        When the first payment may come.
    payers : ndarray of int64, shape (occasions, most payers)
    size : ndarray of int64, shape (occasions,)
        How many of the payers pay.
    baht : ndarray of float64, shape (occasions, most payers)
        What each payer pays.
    lasts, waits : ndarray of float64, shape (occasions,)
        Seconds over which money comes in, and from the last credit to the first payment out.
    payees : ndarray of int64, shape (occasions, most payees)
    parts : ndarray of int64, shape (occasions,)
        How many of the payees are paid.
    keeps : ndarray of float64, shape (occasions,)
        Share of the money that stays.
    """

    hub: Integers
    start: Integers
    payers: Integers
    size: Integers
    baht: Reals
    lasts: Reals
    waits: Reals
    payees: Integers
    parts: Integers
    keeps: Reals


def gather(rng: np.random.Generator, occasions: Gatherings) -> Payments:
    """Draw the payments of these occasions, in and out."""
    g = occasions
    comes = np.arange(g.payers.shape[1]) < g.size[:, None]
    at = g.start[:, None] + rng.random(g.payers.shape) * g.lasts[:, None]
    amount = np.where(comes, in_baht(rng, g.baht), 0)
    last = np.where(comes, at, 0).max(axis=1)
    hub = np.broadcast_to(g.hub[:, None], g.payers.shape)
    paid_in = payments(g.payers[comes], hub[comes], at[comes], amount[comes])
    return join([paid_in, _pay_out(rng, g, amount.sum(axis=1), last)])


def _pay_out(rng: np.random.Generator, g: Gatherings, total: Integers, last: Reals) -> Payments:
    goes = np.arange(g.payees.shape[1]) < g.parts[:, None]
    weight = rng.gamma(5.0, size=goes.shape) * goes
    share = weight / weight.sum(axis=1, keepdims=True) * (1 - g.keeps)[:, None]
    # Whole baht, rounded down, so that no more is paid than came in.
    amount = (total[:, None] * share // BAHT * BAHT).astype(np.int64)
    gaps = (
        rng.exponential(0.3, goes.shape) * g.waits[:, None]
        + rng.exponential(4, goes.shape) * MINUTE
    )
    gaps[:, 0] = g.waits + MINUTE
    at = last[:, None] + np.cumsum(gaps, axis=1)
    hub = np.broadcast_to(g.hub[:, None], goes.shape)
    return payments(hub[goes], g.payees[goes], at[goes], amount[goes])
