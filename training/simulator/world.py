"""What every part of the simulation shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from training.simulator.draws import DAY, clock, occasions
from training.simulator.payments import Integers, Reals
from training.simulator.population import Population, month_starts
from training.simulator.settings import Settings


@dataclass(frozen=True)
class World:
    """The settings, the accounts, and one source of chance.

    Attributes
    ----------
    settings : Settings
    accounts : Population
    rng : numpy.random.Generator
    """

    settings: Settings
    accounts: Population
    rng: np.random.Generator

    @property
    def end(self) -> int:
        """The ledger's last instant, in seconds since its origin."""
        return self.settings.days * DAY

    @cached_property
    def months(self) -> Sequence[int]:
        """Days on which months begin."""
        return month_starts(self.settings)

    @cached_property
    def _sociable(self) -> Integers:
        return self.accounts.sociable

    def occasions(self, per_day: Reals, rhythm: str) -> tuple[Integers, Integers]:
        """Draw occasions of accounts at rates of their own; see `draws.occasions`."""
        weekday = self.settings.start.weekday()
        return occasions(self.rng, per_day, self.settings.days, rhythm, weekday)

    def strangers(self, shape: int | tuple[int, ...]) -> Integers:
        """Draw accounts that nobody needs to know."""
        return self.rng.choice(self._sociable, shape)

    def counterparts(self, who: Integers, count: int, known: float) -> Integers:
        """Draw `count` other accounts for each of `who`; a share of them contacts, the rest not.

        Returns
        -------
        ndarray of int64, shape (len(who), count)
        """
        contacts = self.accounts.contacts
        # Squaring favours the closest contacts, who stand first.
        rank = (self.rng.random((len(who), count)) ** 2 * contacts.shape[1]).astype(np.int64)
        friends = contacts[np.asarray(who)[:, None], rank]
        return np.where(self.rng.random(rank.shape) < known, friends, self.strangers(rank.shape))

    def on_day(self, day: Integers, rhythm: str) -> Integers:
        """Place occasions at an hour of the given days."""
        return np.asarray(day) * DAY + clock(self.rng, len(day), rhythm)
