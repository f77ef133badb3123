"""The accounts: who holds them, where, since when, and whom they know."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.simulator.draws import DAY, spread
from training.simulator.payments import Integers, Reals
from training.simulator.personas import NAMES, PERSONAS
from training.simulator.settings import Settings

INSTITUTIONS = (
    "bank_north", "bank_south", "bank_delta", "bank_hills", "bank_coast",
    "wallet_river", "wallet_market", "exchange_orchid", "exchange_teak",
    "bank_laos", "bank_malaya", "bank_khmer",
)  # fmt: skip
COUNTRIES = ("TH",) * 9 + ("LA", "MY", "KH")
_AT_HOME = {
    0: ((0, 1, 2, 3, 4), (0.32, 0.25, 0.18, 0.15, 0.10)),
    1: ((5, 6), (0.6, 0.4)),
    2: ((7, 8), (0.65, 0.35)),
}
"""Institutions that hold each kind of account, and their shares of it."""
_NEIGHBOURS = (9, 10, 11)
CONTACTS = 12


@dataclass(frozen=True)
class Population:
    """All accounts, one position each; positions say nothing about who the holder is.

    Attributes
    ----------
    persona : ndarray of int64
        Position in `personas.NAMES`.
    kind : ndarray of int64
        Position in `ledger.schema.ACCOUNT_KINDS`.
    institution : ndarray of int64
        Position in `INSTITUTIONS`.
    opened : ndarray of int64
        Seconds since the origin, negative for accounts older than the ledger.
    holder : ndarray of int64
        Account whose holder also holds this one; a bank account's own position.
    activity, income : ndarray of float64
        How busy the account is compared with its persona, and baht a month.
    contacts : ndarray of int64, shape (accounts, CONTACTS)
        Accounts of family, friends and sellers it knows, closest first.
    """

    persona: Integers
    kind: Integers
    institution: Integers
    opened: Integers
    holder: Integers
    activity: Reals
    income: Reals
    contacts: Integers

    def __len__(self) -> int:
        """Count the accounts."""
        return len(self.persona)

    def of(self, *names: str) -> Integers:
        """List the accounts of these personas."""
        return np.flatnonzero(np.isin(self.persona, [NAMES.index(name) for name in names]))

    def habit(self, name: str) -> Reals:
        """Give each account its persona's value of a numeric attribute."""
        return np.array([float(getattr(p, name)) for p in PERSONAS.values()])[self.persona]

    @property
    def people(self) -> Integers:
        """List all accounts but those of companies."""
        return np.flatnonzero(self.habit("is_recruitable"))

    @property
    def sociable(self) -> Integers:
        """List the people whose accounts are in use."""
        return np.setdiff1d(self.people, self.of("dormant"))


def populate(settings: Settings, rng: np.random.Generator) -> Population:
    """Draw the accounts."""
    count = settings.accounts
    persona = _personas(count, rng)
    kind = _kinds(persona, rng)
    sociable = np.flatnonzero(~np.isin(persona, [NAMES.index("company"), NAMES.index("dormant")]))
    banked = sociable[kind[sociable] == 0]
    income = np.array([p.income for p in PERSONAS.values()])[persona]
    return Population(
        persona=persona,
        kind=kind,
        institution=_institutions(persona, kind, rng),
        opened=_openings(persona, settings.days, rng),
        holder=np.where(kind == 0, np.arange(count), rng.choice(banked, count)),
        activity=spread(rng, 0.6, 0.75, count),
        income=income * spread(rng, 1.0, 0.45, count),
        contacts=rng.choice(sociable, (count, CONTACTS)),
    )


def _personas(count: int, rng: np.random.Generator) -> Integers:
    """Hand out personas in their exact shares, at least two of each, in random order."""
    shares = np.array([persona.share for persona in PERSONAS.values()])
    sizes = np.maximum(np.rint(shares * count).astype(np.int64), 2)
    sizes[0] += count - sizes.sum()
    return rng.permutation(np.repeat(np.arange(len(NAMES)), sizes))


def _kinds(persona: Integers, rng: np.random.Generator) -> Integers:
    reached = np.cumsum([p.kinds for p in PERSONAS.values()], axis=1)[persona]
    beyond = rng.random((len(persona), 1)) >= reached[:, :2]
    kind: Integers = beyond.sum(axis=1).astype(np.int64)
    return kind


def _institutions(persona: Integers, kind: Integers, rng: np.random.Generator) -> Integers:
    institution = np.zeros(len(kind), np.int64)
    for each, (choices, weights) in _AT_HOME.items():
        institution[kind == each] = rng.choice(choices, (kind == each).sum(), p=weights)
    away = persona == NAMES.index("relative_abroad")
    institution[away] = rng.choice(_NEIGHBOURS, away.sum())
    return institution


def _openings(persona: Integers, days: int, rng: np.random.Generator) -> Integers:
    """Most accounts are years old, at most 27; one in fourteen opens while the ledger runs."""
    count = len(persona)
    age = np.minimum(rng.exponential(1_500 * DAY, count), 10_000 * DAY) + rng.random(count) * DAY
    opened = np.where(rng.random(count) < 0.07, rng.random(count) * days * DAY, -age)
    new = persona == NAMES.index("newcomer")
    opened[new] = rng.uniform(-30, days - 5, new.sum()) * DAY
    return opened.astype(np.int64)


def month_starts(settings: Settings) -> Sequence[int]:
    """List the days, counted from the origin, on which months begin; the first lies before it."""
    year, month = settings.start.year, settings.start.month
    starts: list[int] = []
    while not starts or starts[-1] < settings.days:
        starts.append((settings.start.replace(year=year, month=month, day=1) - settings.start).days)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return starts
