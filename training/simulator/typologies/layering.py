"""Typologies that put accounts between the victim and the exit."""

from collections.abc import Sequence

from training.simulator.draws import BAHT, HOUR
from training.simulator.scheme import Scheme


def chain(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Money runs from mule to mule and out at the end."""
    held = scheme.defraud(mules[0], victims)
    for mule in mules[1:]:
        [held] = scheme.pass_on(held, [mule])
    scheme.leave(held)


def cycle(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Money returns to the mule who first received it, then leaves."""
    held = scheme.defraud(mules[0], victims)
    for mule in (*mules[1:], mules[0]):
        [held] = scheme.pass_on(held, [mule])
    scheme.leave(held)


def stack(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Two layers of mules stand between the victims and the exit; each pays several of the next."""
    upper, lower = mules[:2], mules[2:]
    half = len(victims) // 2
    shares = (victims[:half], victims[half:])
    arrived: dict[int, list[int]] = {mule: [] for mule in lower}
    parts = [
        part
        for mule, group in zip(upper, shares, strict=True)
        for part in scheme.pass_on(scheme.defraud(mule, group), lower)
    ]
    for position, part in enumerate(parts):
        arrived[part.account].append(position)
    for positions in arrived.values():
        scheme.leave(scheme.join([parts[position] for position in positions]))


def pass_through(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """Each fraud is forwarded by itself, less a commission, to the same accounts."""
    for victim in victims:
        held = scheme.defraud(mules[0], [victim], hours=1)
        if len(mules) > 1:
            [held] = scheme.pass_on(held, [mules[1]])
        scheme.leave(held)
        scheme.start += int(scheme.rng.uniform(3, 72) * HOUR)


def test_payment(scheme: Scheme, mules: Sequence[int], victims: Sequence[int]) -> None:
    """A payment of a few baht tries the way; one at least fifty times as large follows."""
    victim = victims[0]
    baht = int(scheme.rng.integers(1, 100))
    scheme.pay(victim, mules[0], scheme.start, baht * BAHT, is_fraud=True)
    scheme.start += int(scheme.rng.uniform(0.1, 20) * HOUR)
    held = scheme.pay(victim, mules[0], scheme.start, _large(scheme, baht), is_fraud=True)
    more = [scheme.defraud(mules[0], victims[1:])] if victims[1:] else []
    held = scheme.join([held, *more])
    for mule in mules[1:]:
        [held] = scheme.pass_on(held, [mule])
    scheme.leave(held)


def _large(scheme: Scheme, test_baht: int) -> int:
    return max(50 * test_baht, int(scheme.rng.lognormal(8.9, 1.0)) // 100 * 100) * BAHT
