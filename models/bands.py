"""Bands: how urgently a person should look at an account."""

from dataclasses import dataclass
from math import isfinite
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ledger.errors import MuleriskError

Band = Literal["low", "elevated", "high", "critical"]
BANDS: tuple[Band, ...] = get_args(Band)
"""From the least to the most urgent."""


class ThresholdsRefused(MuleriskError):
    """Thresholds that do not order the bands."""


@dataclass(frozen=True)
class Thresholds:
    """The lowest raw score (log-odds) of each band above `low`.

    They come from how many accounts people can review, and are pinned with the model.
    """

    elevated: float
    high: float
    critical: float

    def __post_init__(self) -> None:
        """Refuse thresholds that are not finite and ascending."""
        bounds = (self.elevated, self.high, self.critical)
        if not (all(map(isfinite, bounds)) and self.elevated <= self.high <= self.critical):
            raise ThresholdsRefused(
                f"Thresholds {bounds}: must be finite and must not fall from elevated to critical."
                " Derive them from the review capacity in params.yaml."
            )

    def bands(self, raw: NDArray[np.float64]) -> list[Band]:
        """Name the band of each raw score of shape (n,)."""
        bounds = [self.elevated, self.high, self.critical]
        return [BANDS[i] for i in np.searchsorted(bounds, raw, side="right")]
