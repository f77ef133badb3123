"""Typologies that gather money in one account, or scatter it from one."""

from collections.abc import Sequence

from training.simulator.scheme import Scheme


def fan_in(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Many victims pay one collector, who takes the money out."""
    scheme.leave(scheme.defraud(mules[0], victims, hours=96))


def fan_out(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """One collector splits a large fraud among several mules; each takes a part out."""
    for held in scheme.pass_on(scheme.defraud(mules[0], victims), mules[1:]):
        scheme.leave(held)


def gather_scatter(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Many victims pay one collector, who splits everything among several mules."""
    collected = scheme.defraud(mules[0], victims, hours=72)
    for held in scheme.pass_on(collected, mules[1:]):
        scheme.leave(held)


def scatter_gather(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Split money among relays, all of whom pay the last mule."""
    first, *relays, last = mules
    parts = scheme.pass_on(scheme.defraud(first, victims), relays)
    scheme.leave(scheme.join([scheme.pass_on(part, [last])[0] for part in parts]))
