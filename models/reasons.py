"""Reasons: what speaks for and against an account being a mule account, in sentences.

Every sentence is made of the catalogue's words and of numbers; nothing else can get into it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from features.catalogue import CATALOGUE, FAMILY_OF
from features.feature import Feature
from models.typical import Typical
from models.wording import worded

Evidence = Callable[[tuple[str, ...]], Mapping[str, Sequence[str]]]
"""Finds the transactions behind features, by their names."""


_LEAST = 0.01
"""In log-odds. What moves the odds by less than one in a hundred is no reason."""


@dataclass(frozen=True)
class Reason:
    """One signed contribution to a raw score, in words.

    Attributes
    ----------
    feature, family, unit : str
    value : float
        What the account shows; NaN is missing.
    typical : float
        The median among peers; NaN where no peer has a value.
    percentile : float
        The percentage of peers below the value; NaN where either is missing.
    contribution : float
        In log-odds: above 0 it speaks for a mule account, below 0 against.
    towards : {"for", "against"}
    sentence : str
    transaction_ids : tuple of str
        The transactions that make the value, oldest first.
    """

    feature: str
    family: str
    unit: str
    value: float
    typical: float
    percentile: float
    contribution: float
    towards: Literal["for", "against"]
    sentence: str
    transaction_ids: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Explainer:
    """Turns contributions into reasons.

    Attributes
    ----------
    typical : Typical
        What the accounts compared with show.
    currency : str
        ISO 4217 code of the reference currency.
    top : int
        At most so many reasons for, and so many against.
    catalogue : tuple of Feature
        In the order of the columns.
    """

    typical: Typical
    currency: str
    top: int = 5
    catalogue: tuple[Feature, ...] = CATALOGUE

    def reasons(
        self,
        values: NDArray[np.float64],
        contributions: NDArray[np.float64],
        kind: str | None,
        evidence: Evidence,
    ) -> tuple[Reason, ...]:
        """Choose and word the strongest reasons for, then those against, strongest first.

        Parameters
        ----------
        values, contributions : float64 arrays of shape (features,)
        kind : str or None
            The account's, to compare it with its peers.
        evidence : callable
            Asked once, for all the features chosen.
        """
        chosen = [*self._strongest(contributions), *self._strongest(-contributions)]
        behind = evidence(tuple(self.catalogue[i].name for i in chosen))
        return tuple(
            self._reason(i, values[i], contributions[i], kind, behind[self.catalogue[i].name])
            for i in chosen
        )

    def _strongest(self, towards: NDArray[np.float64]) -> list[int]:
        # Stable, so that equal contributions keep the catalogue's order.
        order = np.argsort(-towards, kind="stable")[: self.top]
        return [int(i) for i in order if towards[i] >= _LEAST]

    def _reason(
        self, i: int, value: float, contribution: float, kind: str | None, behind: Sequence[str]
    ) -> Reason:
        feature, typical = self.catalogue[i], float(self.typical.medians(kind)[i])
        return Reason(
            feature=feature.name,
            family=FAMILY_OF[feature.name],
            unit=feature.unit,
            value=float(value),
            typical=typical,
            percentile=self.typical.percentile(kind, i, value),
            contribution=float(contribution),
            towards="for" if contribution > 0 else "against",
            sentence=sentence(feature, float(value), typical, self.currency),
            transaction_ids=tuple(behind),
        )


_COMPARISON = "; typical is {typical}"


def sentence(feature: Feature, value: float, typical: float, currency: str) -> str:
    """Say what an account shows of a feature, and what is typical where that is known."""
    words = _words_of_missing(feature) if isnan(value) else feature.words
    if isnan(typical):
        words = words.replace(_COMPARISON, "")
    return words.format(
        value=worded(value, feature.unit, currency), typical=worded(typical, feature.unit, currency)
    )


def _words_of_missing(feature: Feature) -> str:
    definition = feature.about.partition("; missing")[0].rstrip(".")
    definition = definition[0].lower() + definition[1:]
    return f"There is {{value}} to tell this from: {definition}{_COMPARISON}."
