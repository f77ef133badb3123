"""A model in service: raw scores, probabilities, bands and exact SHAP values."""

from dataclasses import dataclass

import lightgbm
import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError
from models.bands import Band, Thresholds
from models.calibration import Calibration
from models.roles import RoleModel
from models.treeshap.shap_values import TreeShap
from models.typical import Typical

_TOLERANCE = 1e-9


class NotAdditive(MuleriskError):
    """SHAP values that do not add up to the raw score."""


@dataclass(frozen=True)
class Versions:
    """What an assessment was made with.

    Attributes
    ----------
    model : str
        Version in the model registry.
    bundle : str
        SHA-256 of the bundle's manifest.
    catalogue : str
        Hash of the feature catalogue.
    card : str
        SHA-256 of the bundle's model card; empty where it has none.
    """

    model: str
    bundle: str
    catalogue: str
    card: str = ""


@dataclass(frozen=True, eq=False)
class Scorer:
    """A LightGBM model with its calibration, thresholds and typical values.

    Every `values` below is a float64 array of shape (n, features) in the order of `names`, NaN
    where a feature is missing. Predictions use one thread: a request needs no more, and waking
    others costs more than they save.

    Attributes
    ----------
    names : tuple of str
    booster : lightgbm.Booster
    explainer : TreeShap
        Of the same model.
    calibration : Calibration
    thresholds : Thresholds
    typical : Typical
    versions : Versions
    roles : RoleModel or None
        None where too few mules of known roles taught it.
    """

    names: tuple[str, ...]
    booster: lightgbm.Booster
    explainer: TreeShap
    calibration: Calibration
    thresholds: Thresholds
    typical: Typical
    versions: Versions
    roles: RoleModel | None = None

    def raw(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Score each row in log-odds, shape (n,); what accounts are ranked by."""
        scores = self.booster.predict(self._checked(values), raw_score=True, num_threads=1)
        return np.asarray(scores, dtype=np.float64)

    def probability(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn raw scores of shape (n,) into probabilities of shape (n,)."""
        return self.calibration.probability(raw)

    def interval(self, raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tell the ends between which the probabilities of raw scores lie; see `Calibration`."""
        return self.calibration.interval(raw)

    def bands(self, raw: NDArray[np.float64]) -> list[Band]:
        """Name the band of each raw score."""
        return self.thresholds.bands(raw)

    def shap(self, values: NDArray[np.float64], raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Split each row's raw score over the features, shape (n, features), in log-odds.

        Parameters
        ----------
        raw : float64, shape (n,)
            What `raw` says of these rows. Each row plus `base` adds up to it; that is checked on
            every call, and is no formality: LightGBM computed it, and not the explainer.

        Raises
        ------
        NotAdditive
            If a row does not add up.

        References
        ----------
        Lundberg, S. M. et al. (2020). From local explanations to global understanding with
        explainable AI for trees. Nature Machine Intelligence 2: path-dependent TreeSHAP.
        """
        contributions = self.explainer.values(self._checked(values))
        _check_additive(contributions, self.base, raw)
        return contributions

    @property
    def base(self) -> float:
        """Raw score before any feature is known, in log-odds."""
        return self.explainer.base

    def _checked(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if values.ndim != 2 or values.shape[1] != len(self.names):
            raise ValueError(f"values of shape {values.shape}: expected (n, {len(self.names)})")
        return np.ascontiguousarray(values, dtype=np.float64)


def _check_additive(
    contributions: NDArray[np.float64], base: float, raw: NDArray[np.float64]
) -> None:
    gap = np.abs(base + contributions.sum(axis=1) - raw)
    scale = np.maximum(1.0, np.abs(contributions).sum(axis=1))
    # Written so that a NaN fails as well.
    wrong = ~(gap <= _TOLERANCE * scale)
    if wrong.any():
        raise NotAdditive(
            f"SHAP values of {int(wrong.sum())} of {len(raw)} rows miss the raw score by up to"
            f" {gap[wrong].max():.3g}; at most {_TOLERANCE:g} of their size is rounding."
            " Do not use this model; train it again and report the fault."
        )
