"""Which accounts each model would have had people look at.

An account is alerted where its band is high or critical, and each account once. The challenger is
asked twice: by its own thresholds, and for as many accounts as the champion alerted on the same
day. The first tells what people would have got; the second, what a change of order alone does,
since thresholds have no part in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

from training.shadow.answers import Answers
from training.shadow.both import Both

_DAY = 86_400_000_000


@dataclass(frozen=True)
class Alerted:
    """Accounts that were alerted, and those that would have been.

    Attributes
    ----------
    champion : frozenset of str
        By its own thresholds, as they were served.
    by_thresholds : frozenset of str
        By the challenger's own thresholds.
    as_many : frozenset of str
        The first of the challenger, on each day as many as the champion newly alerted on it.
    """

    champion: frozenset[str]
    by_thresholds: frozenset[str]
    as_many: frozenset[str]


@dataclass(frozen=True)
class _Day:
    """Accounts assessed on a day (UTC) of the instants asked about, with their highest scores."""

    accounts: npt.NDArray[np.object_]
    champion: npt.NDArray[np.float64]
    challenger: npt.NDArray[np.float64]


def alerted(answers: Answers, both: Both) -> Alerted:
    """Tell which accounts each model alerts over the days of some answers."""
    limit, own_limit = both.champion.thresholds.high, both.challenger.thresholds.high
    champion: set[str] = set()
    as_many: set[str] = set()
    for day in _days(answers):
        new = set(day.accounts[day.champion >= limit]) - champion
        open_ = [row for row, name in enumerate(day.accounts) if name not in as_many]
        first = sorted(open_, key=lambda row: _rank(day, row))[: len(new)]
        as_many.update(day.accounts[row] for row in first)
        champion |= new
    own = answers.account_id[answers.challenger >= own_limit]
    return Alerted(frozenset(champion), frozenset(own), frozenset(as_many))


def _rank(day: _Day, row: int) -> tuple[float, int]:
    # Ties by a hash, as in the evaluation: no model then gains by the order of names.
    return -day.challenger[row], crc32(day.accounts[row].encode())


def _days(answers: Answers) -> Iterator[_Day]:
    number = answers.as_of // _DAY
    for day in np.unique(number):
        rows = np.flatnonzero(number == day)
        accounts, of = np.unique(answers.account_id[rows].astype(str), return_inverse=True)
        yield _Day(accounts.astype(object), *(
            _highest(raw[rows], of, len(accounts)) for raw in (answers.champion, answers.challenger)
        ))  # fmt: skip


def _highest(
    raw: npt.NDArray[np.float64], of: npt.NDArray[np.intp], count: int
) -> npt.NDArray[np.float64]:
    highest = np.full(count, -np.inf)
    np.maximum.at(highest, of, raw)
    return highest
