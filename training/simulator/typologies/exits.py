"""Typologies named for the way on which the money leaves."""

from collections.abc import Sequence

from training.simulator.scheme import Holding, Scheme


def _brought(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> Holding:
    """Bring the money from the victims through all mules to the last."""
    held = scheme.defraud(mules[0], victims)
    for mule in mules[1:]:
        [held] = scheme.pass_on(held, [mule])
    return held


def cash_out(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Take the money from cash machines, and spend some of the pay."""
    held = _brought(scheme, mules, victims)
    scheme.cash_out(held)
    scheme.spend_pay(held)


def crypto_exit(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Buy crypto with it."""
    scheme.buy_crypto(_brought(scheme, mules, victims))


def cross_border(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Wire the money abroad."""
    scheme.wire_abroad(_brought(scheme, mules, victims))


def merchant_exit(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Buy goods that can be sold again, and spend some of the pay."""
    held = _brought(scheme, mules, victims)
    scheme.buy_goods(held)
    scheme.spend_pay(held)


def wallet_hop(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Pass money from a bank mule to a mule's e-wallet, from where it goes on or out."""
    wallet, collector, *onward = mules
    [held] = scheme.pass_on(scheme.defraud(collector, victims), [wallet])
    for mule in onward:
        [held] = scheme.pass_on(held, [mule])
    scheme.leave(held)


def dormant_reactivated(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Let an account that was silent for weeks receive a fraud and pass it on."""
    scheme.leave(_brought(scheme, mules, victims))
