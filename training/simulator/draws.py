"""Random times and amounts, drawn for many accounts at once."""

from collections.abc import Sequence

import numpy as np

from training.simulator.payments import Integers, Reals

MINUTE, HOUR, DAY = 60, 3_600, 86_400
BAHT = 100
"""Minor units in one baht."""

_HOURS: dict[str, list[float]] = {
    "waking": [1, .5, .3, .2, .3, 1, 3, 5, 6, 6, 7, 8, 9, 8, 7, 7, 7, 8, 9, 9, 8, 6, 4, 2],
    "business": [0, 0, 0, 0, 0, 0, .5, 2, 6, 9, 10, 9, 6, 8, 9, 9, 8, 4, 1, .5, .2, 0, 0, 0],
    "evening": [3, 1.5, 1, .5, .2, .2, .5, 1, 1, 1, 2, 3, 4, 3, 2, 2, 3, 6, 9, 10, 10, 9, 7, 5],
    "shopping": [.2, 0, 0, 0, 0, .5, 2, 4, 5, 6, 8, 10, 11, 8, 6, 6, 7, 10, 11, 9, 6, 3, 1, .5],
    "batch": [0, 0, 2, 6, 8, 6, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
}  # fmt: skip
"""Weight of each local hour, by the kind of activity."""

_WEEKEND = {"business": 0.25, "batch": 0.4, "shopping": 1.3, "evening": 1.2}


def clock(rng: np.random.Generator, count: int, rhythm: str) -> Integers:
    """Draw seconds of the day that follow a rhythm."""
    reached = np.cumsum(_HOURS[rhythm])
    hours = np.searchsorted(reached / reached[-1], rng.random(count), side="right")
    return hours * HOUR + rng.integers(0, HOUR, count)


def occasions(
    rng: np.random.Generator, per_day: Reals, days: int, rhythm: str, first_weekday: int
) -> tuple[Integers, Integers]:
    """Draw independent occasions at a daily rate of each account's own.

    Parameters
    ----------
    per_day : ndarray, shape (accounts,)
    rhythm : str
        Decides the hours, and how much weekends count.
    first_weekday : int
        Weekday of the ledger's first day, Monday being 0.

    Returns
    -------
    who, at : ndarray of int64
        Position in `per_day` and seconds since the origin.
    """
    weekend = _WEEKEND.get(rhythm, 1.0)
    highest = max(weekend, 1.0)
    who = np.repeat(np.arange(len(per_day)), rng.poisson(per_day * days * highest))
    day = rng.integers(0, days, len(who))
    chance = np.where((day + first_weekday) % 7 >= 5, weekend, 1.0) / highest
    kept = rng.random(len(who)) < chance
    who, day = who[kept], day[kept]
    return who, day * DAY + clock(rng, len(who), rhythm)


def every_month(
    rng: np.random.Generator, day_of_month: Integers, months: Sequence[int], rhythm: str
) -> tuple[Integers, Integers]:
    """Draw one occasion a month for each account, on its own day of the month.

    Parameters
    ----------
    day_of_month : ndarray of int64, shape (accounts,)
        Counted from 0.
    months : sequence of int
        Days on which the months begin, counted from the origin.
    """
    who = np.tile(np.arange(len(day_of_month)), len(months))
    begins = np.repeat(np.asarray(months), len(day_of_month))
    return who, (begins + day_of_month[who]) * DAY + clock(rng, len(who), rhythm)


def spread(
    rng: np.random.Generator, median: float | Reals, sigma: float, shape: int | tuple[int, ...]
) -> Reals:
    """Draw lognormal values around a median."""
    drawn: Reals = median * np.exp(sigma * rng.standard_normal(shape))
    return drawn


def in_baht(rng: np.random.Generator, baht: Reals) -> Integers:
    """Turn amounts in baht to minor units, rounded the way people round.

    Six in ten are round to about two digits, the rest to whole baht or to quarters of one.
    """
    digits = np.floor(np.log10(np.maximum(baht, 1.0)))
    steps = np.stack(
        [10.0 ** np.maximum(digits - 1, 0), np.ones_like(baht), np.full(baht.shape, 0.25)]
    )
    choice = rng.choice(3, size=baht.shape, p=[0.6, 0.28, 0.12])
    step = np.take_along_axis(steps, choice[None], axis=0)[0]
    rounded: Integers = np.rint(np.maximum(np.rint(baht / step), 1) * step * BAHT).astype(np.int64)
    return rounded
