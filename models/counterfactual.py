"""What would have to be otherwise for an account to leave its band.

Behaviours (typologies) that can change are set to what is typical of the account's peers, all their
features together, and the scorer itself says what band that gives. The answer names as few
behaviours as possible: every set of at most `MOST` is tried, smaller sets first.

References
----------
Wachter, S., Mittelstadt, B. and Russell, C. (2018). Counterfactual explanations without opening the
black box. Harvard Journal of Law and Technology 31.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from features.catalogue import BY_NAME
from features.typologies import TYPOLOGIES
from models.bands import BANDS, Band
from models.language import ENGLISH, Language, marked
from models.scorer import Scorer
from models.sentences import changed
from models.typical import Compared

MOST = 3
"""More behaviours at once are no small change, and there are too many sets of them to try all."""


@dataclass(frozen=True)
class Change:
    """One feature that would be otherwise.

    Attributes
    ----------
    feature, typology, unit : str
    value, typical : float
        What the account shows, and what its peers typically do.
    sentence : str
    """

    feature: str
    typology: str
    unit: str
    value: float
    typical: float
    sentence: str


@dataclass(frozen=True)
class Counterfactual:
    """The smallest change found that leaves the band, or that there is none.

    Attributes
    ----------
    sentence : str
        In English.
    typologies : tuple of str
        The behaviours changed, in the catalogue's order; empty where nothing small leaves the band.
    changes : tuple of Change
        Their features, the one furthest from its peers first in each behaviour.
    raw_score : float
        With the changes; the account's own where there is none.
    band : Band
        Of `raw_score`.
    """

    sentence: str
    typologies: tuple[str, ...]
    changes: tuple[Change, ...]
    raw_score: float
    band: Band

    def words(self, now: tuple[float, Band], language: Language = ENGLISH) -> str:
        """Say what would have to be otherwise.

        Parameters
        ----------
        now : tuple of (float, Band)
            Raw score and band of the account as it is.
        """
        raw, band = now
        if not self.typologies:
            return language.text(_NOTHING_SMALL, most=MOST, band=language.term("band", band))
        return language.text(
            _WOULD,
            what=language.joined([language.text(TYPOLOGIES[n].about) for n in self.typologies]),
            band=language.term("band", self.band),
            now=language.term("band", band),
            score=language.number(self.raw_score, 2),
            raw=language.number(raw, 2),
        )


def counterfactual(
    scorer: Scorer, values: NDArray[np.float64], compared: Compared, currency: str
) -> Counterfactual | None:
    """Find the fewest behaviours that, were they typical of the peers, would leave the band.

    Of several sets with as few, the one whose features are moved by the fewest percentiles in all;
    of equal ones the first in the catalogue's order.

    Parameters
    ----------
    values : float64 array of shape (features,)
        Of the account.
    compared : Compared
        What its peers show.
    currency : str
        ISO 4217 code of the reference currency.

    Returns
    -------
    Counterfactual or None
        None in the lowest band, which nothing has to leave.
    """
    raw = float(scorer.raw(values[np.newaxis])[0])
    (band,) = scorer.bands(np.array([raw]))
    if band == BANDS[0]:
        return None
    search = _Search(scorer, values, compared, movable(scorer.names, values, compared.medians))
    for size in range(1, MOST + 1):
        found = search.smallest(size, band)
        if found:
            return _told(search, found, (raw, band), currency)
    return _in_words(Counterfactual("", (), (), raw, band), (raw, band))


def movable(
    names: Sequence[str], values: NDArray[np.float64], typical: NDArray[np.float64]
) -> dict[str, list[int]]:
    """List the columns of each behaviour that can change and is not typical already.

    A missing value is left alone: there is no behaviour that could be otherwise.
    """
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        typology = BY_NAME[name].typology
        # A comparison with NaN is True for !=, so it is asked for itself.
        is_known = not np.isnan(values[column] + typical[column])
        if TYPOLOGIES[typology].changeable and is_known and values[column] != typical[column]:
            columns.setdefault(typology, []).append(column)
    return columns


@dataclass(frozen=True, eq=False)
class _Search:
    """Tries behaviours together."""

    scorer: Scorer
    values: NDArray[np.float64]
    compared: Compared
    movable: dict[str, list[int]]

    def smallest(self, size: int, band: Band) -> tuple[str, ...]:
        """Return the least change among the sets of `size` that leave the band, or nothing."""
        sets = list(combinations(self.movable, size))
        if not sets:
            return ()
        bands = self.scorer.bands(self.scorer.raw(np.array([self.moved(each) for each in sets])))
        lower = BANDS[: BANDS.index(band)]
        leaving = [each for each, reached in zip(sets, bands, strict=True) if reached in lower]
        # The first of equal ones, since min keeps it.
        return min(leaving, key=self.distance, default=())

    def moved(self, typologies: Sequence[str]) -> NDArray[np.float64]:
        """Set the features of these behaviours to what is typical."""
        row = self.values.copy()
        columns = [column for name in typologies for column in self.movable[name]]
        row[columns] = self.compared.medians[columns]
        return row

    def distance(self, typologies: Sequence[str]) -> float:
        """Sum by how many percentiles the features of these behaviours are moved."""
        return sum(self.percentiles(i) for name in typologies for i in self.movable[name])

    def percentiles(self, column: int) -> float:
        """Return how far a feature stands from the middle of its peers."""
        return abs(self.compared.percentile(column, float(self.values[column])) - 50)


_NOTHING_SMALL = marked(
    "No {most} behaviours or fewer, were they typical of the account's peers, would leave the"
    " {band} band."
)
_WOULD = marked(
    "If {what} were typical of the account's peers, the band would be {band} and not {now}"
    " ({score} log-odds instead of {raw})."
)


def _told(
    search: _Search, typologies: tuple[str, ...], now: tuple[float, Band], currency: str
) -> Counterfactual:
    # Scored again by itself: what is told is what the scorer says of this very row.
    raw = search.scorer.raw(search.moved(typologies)[np.newaxis])
    (band,) = search.scorer.bands(raw)
    changes = tuple(
        _change(search, column, currency)
        for name in typologies
        for column in sorted(search.movable[name], key=lambda i: -search.percentiles(i))
    )
    return _in_words(Counterfactual("", typologies, changes, float(raw[0]), band), now)


def _in_words(found: Counterfactual, now: tuple[float, Band]) -> Counterfactual:
    return replace(found, sentence=found.words(now))


def _change(search: _Search, column: int, currency: str) -> Change:
    feature = BY_NAME[search.scorer.names[column]]
    value, typical = float(search.values[column]), float(search.compared.medians[column])
    return Change(
        feature=feature.name,
        typology=feature.typology,
        unit=feature.unit,
        value=value,
        typical=typical,
        sentence=changed(feature, value, typical, currency),
    )
