"""Reasons: what speaks for and against an account being a mule account, in sentences.

Features of one typology see one behaviour in several ways and share its effect between them. So a
reason is a behaviour: its contribution is the sum of theirs, and they are its details.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, isnan
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from features.catalogue import CATALOGUE, FAMILY_OF
from features.feature import Feature
from features.typologies import TYPOLOGIES
from models.peers import Place
from models.sentences import is_unusual, sentence, standing, title

Evidence = Callable[[tuple[str, ...]], Mapping[str, Sequence[str]]]
"""Finds the transactions behind features, by their names."""

LEAST = 0.01
"""In log-odds. What moves the odds by less than one in a hundred is no reason and no detail."""


_MEMBERS: dict[str, list[int]] = {}
"""Columns of each typology, in the catalogue's order."""
for _column, _feature in enumerate(CATALOGUE):
    _MEMBERS.setdefault(_feature.typology, []).append(_column)


def moved(contributions: NDArray[np.float64]) -> dict[str, float]:
    """Sum the contributions, shape (features,), of each typology.

    Rounded once, so that every processor and every library makes the same of them.
    """
    return {name: fsum(contributions[columns]) for name, columns in _MEMBERS.items()}


class Beside(Protocol):
    """What an account's peers show, as far as a reason tells it; `Compared` is one."""

    @property
    def medians(self) -> NDArray[np.float64]:
        """Each feature's median, shape (features,); NaN where no peer has a value."""

    def place(self, feature: int, value: float) -> Place:
        """Tell where a value stands among the peers."""


@dataclass(frozen=True)
class Detail:
    """One feature's part in a reason.

    Attributes
    ----------
    feature, family, unit : str
    value : float
        What the account shows; NaN is missing.
    typical : float
        The median among peers; NaN where no peer has a value.
    percentile : float
        The percentage of peers below the value; NaN where either is missing.
    place : Place
        Where the value stands among its peers.
    contribution : float
        In log-odds: above 0 it speaks for a mule account, below 0 against.
    sentence, standing : str
        The value beside what is typical, and where it stands among the peers: in English, made of
        the facts above alone, from which `models.sentences` makes them in any language.
    transaction_ids : tuple of str
        The transactions that make the value, oldest first.
    """

    feature: str
    family: str
    unit: str
    value: float
    typical: float
    percentile: float
    place: Place
    contribution: float
    sentence: str
    standing: str
    transaction_ids: tuple[str, ...]

    @property
    def peers(self) -> str:
        """Whom the value is compared with, in English."""
        return self.place.peers.words()

    @property
    def compared(self) -> int:
        """How many of them have a value."""
        return self.place.compared


@dataclass(frozen=True)
class Reason:
    """One behaviour that moved a raw score.

    Attributes
    ----------
    typology : str
        A key of `features.typologies.TYPOLOGIES`.
    title : str
        On which side of its peers the first detail is.
    contribution : float
        In log-odds, of all features of the typology: above 0 it speaks for a mule account.
    towards : {"for", "against"}
    details : tuple of Detail
        First the strongest in the reason's direction, then the others that moved the score by
        `LEAST`, by their size; some may point the other way.
    others : float
        What the features that are no detail contribute, so that all add up.
    unusual : bool
        Whether the model counts the first detail the other way than published red flags do.
    """

    typology: str
    title: str
    contribution: float
    towards: Literal["for", "against"]
    details: tuple[Detail, ...]
    others: float
    unusual: bool

    @property
    def sentence(self) -> str:
        """The sentence of the strongest detail."""
        return self.details[0].sentence

    @property
    def transaction_ids(self) -> tuple[str, ...]:
        """The transactions behind any detail, each once."""
        ids = (id_ for detail in self.details for id_ in detail.transaction_ids)
        return tuple(dict.fromkeys(ids))


@dataclass(frozen=True, eq=False)
class Explainer:
    """Turns contributions into reasons.

    Attributes
    ----------
    currency : str
        ISO 4217 code of the reference currency.
    top : int
        At most so many reasons for, and so many against.
    """

    currency: str
    top: int = 5

    def reasons(
        self,
        values: NDArray[np.float64],
        contributions: NDArray[np.float64],
        compared: Beside,
        evidence: Evidence,
    ) -> tuple[Reason, ...]:
        """Choose and word the strongest reasons for, then those against, strongest first.

        Parameters
        ----------
        values, contributions : float64 arrays of shape (features,)
        compared : Beside
            What the account's peers show.
        evidence : callable
            Asked once, for all the features chosen.
        """
        sums = moved(contributions)
        chosen = self._chosen(sums, contributions)
        told = [column for columns in chosen.values() for column in columns]
        behind = evidence(tuple(CATALOGUE[column].name for column in told))

        def detail(column: int) -> Detail:
            ids = behind[CATALOGUE[column].name]
            shown = float(values[column]), float(contributions[column])
            return self._detail(column, shown, ids, compared)

        return tuple(
            _reason(CATALOGUE[columns[0]], tuple(map(detail, columns)), sums[typology])
            for typology, columns in chosen.items()
        )

    def _chosen(
        self, sums: Mapping[str, float], contributions: NDArray[np.float64]
    ) -> dict[str, list[int]]:
        """Choose typologies, for and then against, each with the columns of its details."""
        chosen = {}
        for sign in (1, -1):
            # Stable, so that equal contributions keep the catalogue's order.
            strongest = sorted(sums, key=lambda name: -sign * sums[name])[: self.top]
            for name in strongest:
                if sign * sums[name] >= LEAST:
                    chosen[name] = _details(_MEMBERS[name], sign * contributions)
        return chosen

    def _detail(
        self, column: int, shown: tuple[float, float], ids: Sequence[str], compared: Beside
    ) -> Detail:
        feature, (value, contribution) = CATALOGUE[column], shown
        typical = float(compared.medians[column])
        place = compared.place(column, value)
        return Detail(
            feature=feature.name,
            family=FAMILY_OF[feature.name],
            unit=feature.unit,
            value=value,
            typical=typical,
            percentile=place.percentile,
            place=place,
            contribution=contribution,
            sentence=sentence(feature, value, typical, self.currency),
            standing=standing(place, missing=isnan(value)),
            transaction_ids=tuple(ids),
        )


def _reason(first: Feature, details: tuple[Detail, ...], contribution: float) -> Reason:
    value, typical = details[0].value, details[0].typical
    return Reason(
        typology=first.typology,
        title=title(TYPOLOGIES[first.typology], first, value, typical),
        contribution=contribution,
        towards="for" if contribution > 0 else "against",
        details=details,
        others=contribution - fsum(detail.contribution for detail in details),
        unusual=is_unusual(first, value, typical, contribution),
    )


def _details(columns: Sequence[int], towards: NDArray[np.float64]) -> list[int]:
    """Choose a reason's details: first the strongest in its direction, then by their size."""
    first = max(columns, key=lambda column: towards[column])
    others = [i for i in columns if i != first and abs(towards[i]) >= LEAST]
    return [first, *sorted(others, key=lambda column: -abs(towards[column]))]
