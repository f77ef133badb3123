"""Placing the bands by what people can review."""

from dataclasses import asdict

import numpy as np
import numpy.typing as npt

from models.bands import Thresholds
from training.parameters import Bands


def thresholds(raw: npt.NDArray[np.float64], bands: Bands) -> Thresholds:
    """Place the bands so that each, with those above it, holds its share of the accounts scored."""
    shares = asdict(bands)
    return Thresholds(**{band: float(np.quantile(raw, 1 - shares[band])) for band in shares})
