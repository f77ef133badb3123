"""Exchange rates of the neighbouring countries, one a day."""

from dataclasses import dataclass

import numpy as np

from training.simulator.payments import Integers, Reals

REFERENCE = "THB"
CURRENCIES = ("THB", "LAK", "MYR", "KHR")
_FIRST = (1.0, 0.00165, 7.6, 0.0087)
"""Baht for one unit on the first day."""


@dataclass(frozen=True)
class Rates:
    """Baht for one unit of each of `CURRENCIES`, by day.

    Attributes
    ----------
    daily : ndarray of float64, shape (days, currencies)
    """

    daily: Reals

    def convert(self, reference_minor: Integers, currency: Integers, day: Integers) -> Integers:
        """Turn minor units of the reference currency to those of others; all have two decimals."""
        rate = self.daily[np.minimum(day, len(self.daily) - 1), currency]
        return np.maximum(np.rint(reference_minor / rate), 1).astype(np.int64)


def draw_rates(days: int, rng: np.random.Generator) -> Rates:
    """Let each rate walk at random by a fraction of a per cent a day."""
    steps = rng.normal(0, 0.003, (days, len(CURRENCIES)))
    steps[0] = 0
    steps[:, 0] = 0
    return Rates(np.round(np.asarray(_FIRST) * np.exp(np.cumsum(steps, axis=0)), 8))
