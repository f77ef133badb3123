"""The reasons of an assessment again, from the numbers it states alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.catalogue import NAMES
from models.peers import EVERY, Peers, Place, peers_of
from models.reasons import Explainer, Reason
from models.typical import AGE

_NOWHERE = Place(EVERY, 0, 0, np.nan, np.nan)
"""Of a feature that no stated reason is about, so that what needs it comes out otherwise."""


@dataclass(frozen=True, eq=False)
class Stated:
    """The numbers that an assessment states, read back.

    Attributes
    ----------
    assessment : mapping
        As `Assessment.to_dict` gives it.
    """

    assessment: Mapping[str, Any]

    def numbers(self, what: str) -> NDArray[np.float64]:
        """Return `value`, `typical` or `contribution` of every feature, shape (features,)."""
        stated = self.assessment["features"]
        return np.array([number(stated[name][what]) for name in NAMES])

    @property
    def details(self) -> dict[str, Mapping[str, Any]]:
        """Every detail of every reason, by its feature."""
        reasons = self.assessment["reasons"]
        return {each["feature"]: each for reason in reasons for each in reason["details"]}

    def reasons(self, currency: str, most: int) -> tuple[Reason, ...]:
        """Choose and word the reasons that follow from the numbers.

        Parameters
        ----------
        currency : str
            ISO 4217 code of the reference currency.
        most : int
            So many reasons for, and so many against, were asked for.
        """
        ids = {name: detail["transaction_ids"] for name, detail in self.details.items()}
        return Explainer(currency, most).reasons(
            self.numbers("value"),
            self.numbers("contribution"),
            _Peers(self.numbers("typical"), self._places()),
            lambda names: {name: ids.get(name, ()) for name in names},
        )

    def strangers(self, account: pa.Table) -> list[str]:
        """Name the features that are compared with accounts which are no peers of this one.

        Parameters
        ----------
        account : pyarrow.Table
            Its row of the table `accounts`.
        """
        (row,) = account.to_pylist()
        age_days = number(self.assessment["features"][AGE]["value"])
        peers = peers_of(row["kind"], row["country"], age_days)
        return [
            name
            for name, place in self._places().items()
            if place.peers not in (peers.groups_of_any_age if name == AGE else peers.groups)
        ]

    def _places(self) -> dict[str, Place]:
        return {name: _place(detail["place"]) for name, detail in self.details.items()}


@dataclass(frozen=True, eq=False)
class _Peers:
    """What is stated of the account's peers: what they show stands in the model's bundle."""

    medians: NDArray[np.float64]
    places: Mapping[str, Place]

    def place(self, feature: int, value: float) -> Place:  # noqa: ARG002
        """Tell where the value stands among the peers, as is stated."""
        return self.places.get(NAMES[feature], _NOWHERE)


def number(value: float | None) -> float:
    """Read a number; null is missing."""
    return np.nan if value is None else float(value)


def _place(stated: Mapping[str, Any]) -> Place:
    shares = number(stated["below"]), number(stated["above"])
    return Place(Peers(**stated["peers"]), stated["accounts"], stated["compared"], *shares)
