"""Who is recruited, when rings launder, and when each mule is found out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from training.simulator.draws import BAHT, DAY, MINUTE, clock, spread
from training.simulator.payments import Integers, Payments, Whether, payments
from training.simulator.scheme import Scheme, Traits, Transfer, traits
from training.simulator.settings import Settings
from training.simulator.typologies import TYPOLOGIES, Typology
from training.simulator.world import World

NEVER = 2**62
_MOST_EPISODES = 4
_GOLDEN = 0.618033988749895
_SILENCE = 40 * DAY
_TYPICAL_SUM = 14_000 * BAHT
"""About the median of what a mule receives in its first episode."""
_ATTEMPTS = 3_000
"""Bounds the search for rings where few accounts can be recruited."""


@dataclass(frozen=True)
class Laundering:
    """Everything criminal in a ledger.

    Attributes
    ----------
    payments : Payments
    is_fraud : ndarray of bool
        Which payments the victims made themselves.
    pattern : ndarray of int64
        Position in `typologies` of the instance that each payment belongs to.
    typologies : tuple of str
        Typology of each instance.
    rings : tuple of int
        Ring that played each instance.
    found_at : dict of int to int
        Mule account -> when its outcome becomes known, `NEVER` if nobody finds it.
    """

    payments: Payments
    is_fraud: Whether
    pattern: Integers
    typologies: tuple[str, ...]
    rings: tuple[int, ...]
    found_at: dict[int, int]


@dataclass
class _Underworld:
    """What has been laundered so far."""

    world: World
    traits: Traits
    life: Payments
    transfers: list[Transfer] = field(default_factory=list)
    pattern: list[int] = field(default_factory=list)
    typologies: list[str] = field(default_factory=list)
    rings: list[int] = field(default_factory=list)
    ring: int = 0
    found_at: dict[int, int] = field(default_factory=dict)
    quiet: set[int] = field(default_factory=set)
    episodes: Counter[int] = field(default_factory=Counter)


def launder(world: World, life: Payments) -> Laundering:
    """Recruit rings at random moments until the settings' share of accounts has laundered.

    Each ring draws its mules uniformly among the accounts open at that moment, whoever holds them,
    so that nothing in a mule's honest life tells it from anybody else's.
    """
    count = len(world.accounts)
    under = _Underworld(world, traits(count, world.rng), life)
    wanted = round(world.settings.mule_share * count)
    phase = world.rng.random()
    for number in range(_ATTEMPTS):
        if len(under.found_at) >= wanted:
            break
        # Steps of the golden ratio spread the rings evenly over the ledger, however many there are.
        start = int((0.02 + 0.95 * ((phase + number * _GOLDEN) % 1)) * world.end)
        under.ring = number
        _run_ring(under, start, wanted - len(under.found_at))
    return _result(under)


def _run_ring(under: _Underworld, start: int, missing: int) -> None:
    world, rng = under.world, under.world.rng
    lasts = int(rng.uniform(4, 21) * DAY)
    ring = _recruit(under, start, min(int(rng.integers(6, 13)), max(missing, 3)))
    under.quiet |= _quiet(under.life, ring, start)
    moments = rng.uniform(start, start + lasts, int(len(ring) * rng.uniform(1.2, 2.0)))
    for at in np.sort(moments).tolist():
        _run_episode(under, ring, _awake(rng, at, start))
    # Whoever was recruited launders: else roles that need a kind of account would favour it.
    later = start + lasts
    while later < world.end and not all(under.episodes[int(mule)] for mule in ring):
        later += int(rng.uniform(0.2, 3) * DAY)
        _run_episode(under, ring, _awake(rng, later, start))


def _quiet(life: Payments, ring: Integers, start: int) -> set[int]:
    """Find the accounts of a ring that nobody used for a while before it started."""
    recent = (life.at < start) & (life.at >= start - _SILENCE)
    used = np.concatenate([life.payer[recent], life.payee[recent]])
    return {int(mule) for mule in np.setdiff1d(ring, used)}


def _awake(rng: np.random.Generator, at: float, earliest: int) -> int:
    moment = int(at // DAY) * DAY + int(clock(rng, 1, "waking")[0])
    return max(moment, earliest)


def _recruit(under: _Underworld, start: int, size: int) -> Integers:
    accounts = under.world.accounts
    people = accounts.people
    free = people[(accounts.opened[people] < start) & ~np.isin(people, list(under.found_at))]
    return under.world.rng.choice(free, min(size, len(free)), replace=False)


def _run_episode(under: _Underworld, ring: Integers, moment: int) -> None:
    """Play the rarest typology so far that the ring's free mules can play."""
    rng = under.world.rng
    drawn: list[int] = rng.permutation(ring).tolist()
    free = [mule for mule in drawn if _is_free(under, mule, moment)]
    free.sort(key=under.episodes.__getitem__)
    played = Counter(under.typologies)
    names: list[str] = rng.permutation(list(TYPOLOGIES)).tolist()
    for name in sorted(names, key=played.__getitem__):
        crew = _crew(under, TYPOLOGIES[name], free)
        if crew:
            return _play(under, name, crew, moment)
    return None


def _is_free(under: _Underworld, mule: int, moment: int) -> bool:
    return under.episodes[mule] < _MOST_EPISODES and moment < under.found_at.get(mule, NEVER)


def _crew(under: _Underworld, typology: Typology, free: Sequence[int]) -> list[int]:
    """Choose mules, least used first; empty if the typology needs others or more."""
    fewest, most = typology.mules
    first = [mule for mule in free if _suits(under, mule, typology.needs)][:1]
    size = int(under.world.rng.integers(fewest, most + 1))
    crew = [*first, *(mule for mule in free if mule not in first)][:size]
    return crew if first and len(crew) >= fewest else []


def _suits(under: _Underworld, mule: int, needs: str) -> bool:
    if needs == "e_wallet":
        return bool(under.world.accounts.kind[mule] == 1)
    if needs == "dormant":
        return mule in under.quiet and not under.episodes[mule]
    return True


def _play(under: _Underworld, name: str, crew: Sequence[int], moment: int) -> None:
    world, typology = under.world, TYPOLOGIES[name]
    scheme = Scheme(world.accounts, under.traits, world.rng, moment)
    typology.play(scheme, crew, _victims(under, typology, crew, moment))
    number = len(under.typologies)
    under.typologies.append(name)
    under.rings.append(under.ring)
    transfers = [t for t in scheme.transfers if _is_possible(world, t)]
    under.transfers += transfers
    under.pattern += [number] * len(transfers)
    for mule in crew:
        times = [t.at for t in transfers if mule in (t.payer, t.payee)]
        if times:
            under.episodes[mule] += 1
            received = sum(t.amount for t in transfers if t.payee == mule)
            under.found_at.setdefault(mule, _found_at(world, min(times), received))


def _is_possible(world: World, transfer: Transfer) -> bool:
    opened = (world.accounts.opened[n] for n in (transfer.payer, transfer.payee) if n >= 0)
    return transfer.payer != transfer.payee and max(opened) <= transfer.at < world.end


def _victims(under: _Underworld, typology: Typology, crew: Sequence[int], moment: int) -> list[int]:
    rng, accounts = under.world.rng, under.world.accounts
    fewest, most = typology.victims
    chosen = rng.choice(accounts.people, 4 * most, replace=False)
    honest = [
        int(v)
        for v in chosen
        if v not in crew and v not in under.found_at and accounts.opened[v] < moment
    ]
    return honest[: int(rng.integers(max(fewest, 1), most + 1))]


def _found_at(world: World, first: int, received: int) -> int:
    """Draw when an investigation ends that starts from the first laundering transaction."""
    settings, rng = world.settings, world.rng
    delay = spread(rng, settings.label_delay_days * DAY, settings.label_delay_spread, 1)[0]
    if rng.random() < _stays_undiscovered(settings, received):
        return NEVER
    return first + max(int(delay), 30 * MINUTE)


def _stays_undiscovered(settings: Settings, received: int) -> float:
    undiscovered = settings.undiscovered_share
    larger: float = (max(received, 1) / _TYPICAL_SUM) ** settings.discovery_by_sum
    return undiscovered / (undiscovered + (1 - undiscovered) * larger)


def _result(under: _Underworld) -> Laundering:
    columns = np.array(under.transfers, np.int64).reshape(-1, 5).T
    return Laundering(
        payments(*columns[:4]),
        columns[4].astype(bool),
        np.array(under.pattern, np.int64),
        tuple(under.typologies),
        tuple(under.rings),
        under.found_at,
    )
