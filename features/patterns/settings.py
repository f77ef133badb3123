"""What is looked for, and how far."""

from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from ledger.errors import MuleriskError
from ledger.view import MICROSECOND

FAMILIES = ("fan", "cycle", "scatter_gather", "gather_scatter", "stack", "chain")
"""The families of patterns, in the order in which their cut searches are counted."""

FAN, CYCLE, SCATTER_GATHER, GATHER_SCATTER, STACK, CHAIN = range(len(FAMILIES))

CYCLE_HOPS = (2, 3, 4, 5, 6)
"""How many transactions a cycle may have."""


class SettingsRefused(MuleriskError):
    """Settings that mean nothing."""


@dataclass(frozen=True)
class Settings:
    """How patterns are searched.

    Attributes
    ----------
    window : timedelta
        All transactions of one pattern happen within it: later than that of the one that completes
        the pattern less `window`.
    dwell : timedelta
        How long money may rest in an account of a layered chain.
    burst : int
        How many counterparties make a fan a burst.
    in_order : bool
        Whether a scatter-gather's middleman must be paid before it pays.
    bound : int
        How many counterparties and transactions one search may look at. A search that needs more
        is cut, and counted as such.
    families : tuple of str
        Which of `FAMILIES` are searched; the values of the others are 0.

    Raises
    ------
    SettingsRefused
    """

    window: timedelta = timedelta(days=7)
    dwell: timedelta = timedelta(hours=1)
    burst: int = 5
    in_order: bool = True
    bound: int = 10_000
    families: tuple[str, ...] = FAMILIES

    def __post_init__(self) -> None:
        """Refuse settings that mean nothing, all their faults at once."""
        faults = [what for holds, what in self._rules() if not holds]
        if faults:
            raise SettingsRefused(f"patterns cannot be searched so: {'; '.join(faults)}")

    def _rules(self) -> tuple[tuple[bool, str], ...]:
        unknown = sorted(set(self.families) - set(FAMILIES))
        return (
            (
                timedelta() <= self.dwell < self.window,
                f"dwell is {self.dwell}; choose one from 0 to less than the window, {self.window}",
            ),
            (self.burst >= 2, f"burst is {self.burst}; choose 2 counterparties or more"),
            (self.bound >= 1, f"bound is {self.bound}; choose 1 or more"),
            (not unknown, f"families has {unknown}; choose among {', '.join(FAMILIES)}"),
        )

    def limits(self) -> "Limits":
        """Return the same as compiled code reads it."""
        return Limits(
            self.window // MICROSECOND,
            self.dwell // MICROSECOND,
            self.burst,
            self.in_order,
            self.bound,
            tuple(family in self.families for family in FAMILIES),
        )


class Limits(NamedTuple):
    """`Settings` in microseconds and numbers; `wanted` has one element for each family."""

    window: int
    dwell: int
    burst: int
    in_order: bool
    bound: int
    wanted: tuple[bool, ...]
