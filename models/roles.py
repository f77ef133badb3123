"""What kind of mule an account looks like, if it is one: a hint for whoever looks into it.

No score, band, reason or suggestion rests on it, and it is not explained.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError
from ledger.schema import ROLES, Role
from models.bands import BANDS, Band


class RolesRefused(MuleriskError):
    """A role model that does not answer what it is asked."""


@dataclass(frozen=True)
class LearntRoles:
    """A role model as it is kept, or that there is none.

    Attributes
    ----------
    model_text : str
        LightGBM's own text format, a class for each role in their order; empty where too few mules
        are known.
    mules : mapping of Role to int
        How many known mules there were of each role; one that none had is no class.
    """

    model_text: str = ""
    mules: Mapping[Role, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class RoleModel:
    """Tells the roles of mules apart.

    Attributes
    ----------
    roles : tuple of Role
        Its classes.
    booster : lightgbm.Booster
    """

    roles: tuple[Role, ...]
    booster: lightgbm.Booster

    @classmethod
    def read(cls, learnt: LearntRoles, names: tuple[str, ...]) -> "RoleModel":
        """Read a model whose text comes from a source that is trusted.

        Parameters
        ----------
        names : tuple of str
            Of the features, in their order.

        Raises
        ------
        RolesRefused
            If it has other features, or another number of classes than roles.
        lightgbm.basic.LightGBMError
            If it is no model.
        """
        roles = tuple(role for role in ROLES if role in learnt.mules)
        booster = lightgbm.Booster(model_str=learnt.model_text)
        classes = booster.num_model_per_iteration()
        if tuple(booster.feature_name()) != names or classes != len(roles):
            raise RolesRefused(
                f"A role model with {booster.num_feature()} features and {classes} classes; one"
                f" with the {len(names)} features of the catalogue, in its order, and a class for"
                f" each of {', '.join(roles) or 'no roles'} is expected. Train it again."
            )
        return cls(roles, booster)

    def probabilities(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Forecast the role of each row, were it a mule's, shape (n, roles); rows add up to 1.

        Parameters
        ----------
        values : float64 array, shape (n, features)
            NaN is missing.
        """
        rows = np.ascontiguousarray(values, dtype=np.float64)
        return np.asarray(self.booster.predict(rows, num_threads=1), dtype=np.float64)

    def if_mule(self, row: NDArray[np.float64]) -> dict[Role, float]:
        """Forecast the role of one account, were it a mule's; `row` has the shape (features,)."""
        (told,) = self.probabilities(row[np.newaxis]).tolist()
        return dict(zip(self.roles, told, strict=True))


def is_told(band: Band, *, known_mule: bool) -> bool:
    """Tell whether the role is told of an account.

    Not in the lowest band: nearly nobody there is a mule, and a kind of mule beside an account of
    no concern reads as an accusation. Nor of a known mule: its investigation knows better.
    """
    return band != BANDS[0] and not known_mule
