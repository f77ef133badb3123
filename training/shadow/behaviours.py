"""Which behaviours move accounts into another band."""

from collections.abc import Collection
from dataclasses import dataclass
from math import fsum

from training.shadow.answers import Changed
from training.shadow.both import Both


@dataclass(frozen=True)
class Behaviour:
    """What one behaviour (typology) says of some accounts, in log-odds, on average.

    Attributes
    ----------
    name : str
    champion, challenger : float
    """

    name: str
    champion: float
    challenger: float

    @property
    def gained(self) -> float:
        """How much more it speaks for a mule account to the challenger; below 0, less."""
        return self.challenger - self.champion


@dataclass(frozen=True)
class Shifted:
    """Accounts that the challenger puts into a higher band, or into a lower one.

    Each counts once, with its last assessment in another band.

    Attributes
    ----------
    accounts : int
    base : float
        By how much the challenger's score before any feature is known is above the champion's.
        With what all behaviours gained it adds up to the mean difference of the raw scores.
    behaviours : tuple of Behaviour
        Those that gained or lost most first; empty where there is no account.
    """

    accounts: int
    base: float
    behaviours: tuple[Behaviour, ...]

    @property
    def gained(self) -> float:
        """How much higher the challenger's raw scores are, on average."""
        return fsum((self.base, *(each.gained for each in self.behaviours)))


def shifted(changed: Collection[Changed], both: Both) -> tuple[Shifted, Shifted]:
    """Tell what moves accounts into a higher band, and what into a lower one.

    Where thresholds alone differ an account rises although its score does not: then behaviours
    have gained nothing.
    """
    higher = [each for each in changed if each.steps > 0]
    lower = [each for each in changed if each.steps < 0]
    return _shifted(higher, both), _shifted(lower, both)


def _shifted(accounts: list[Changed], both: Both) -> Shifted:
    base = both.challenger.base - both.champion.base
    names = accounts[0].moved[0] if accounts else ()
    told = [
        Behaviour(name, *(_mean([each.moved[model][name] for each in accounts])
                          for model in (0, 1)))
        for name in names
    ]  # fmt: skip
    return Shifted(len(accounts), base, tuple(sorted(told, key=lambda each: -abs(each.gained))))


def _mean(values: list[float]) -> float:
    return fsum(values) / len(values)
