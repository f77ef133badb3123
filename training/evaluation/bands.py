"""Whether later accounts keep to the shares that bands promised."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from models.bands import Thresholds
from training.bands import thresholds
from training.evaluation.markdown import table
from training.evaluation.metrics import Scored
from training.parameters import Bands
from training.splits import Fold


def shares_held(model: Scored, folds: Sequence[Fold], bands: Bands) -> dict[str, dict[str, float]]:
    """Measure the share of accounts that each band holds after its thresholds were placed.

    Each fold does what a service does: its model places the bands on the accounts at the first test
    instant, whose outcomes nobody knows then, and keeps them for the later ones.

    Parameters
    ----------
    model : Scored
        The test rows of all folds, each scored by the model of its fold.
    folds : sequence of Fold
    bands : Bands

    Returns
    -------
    dict of dict
        For each band the share `promised` and the share `held`, with those above it. Empty where no
        fold is tested at two instants.
    """
    later = [_above(model, fold, bands) for fold in folds if len(fold.test) > 1]
    if not later:
        return {}
    held = np.concatenate(later, axis=1).mean(axis=1)
    return {
        band: {"promised": promised, "held": float(share)}
        for (band, promised), share in zip(asdict(bands).items(), held, strict=True)
    }


def placed_by(model: Scored, fold: Fold, bands: Bands) -> Thresholds:
    """Place the bands as a fold's model does, on the accounts at its first test instant."""
    return thresholds(model.score[model.as_of == fold.test[0]], bands)


def _above(model: Scored, fold: Fold, bands: Bands) -> npt.NDArray[np.bool_]:
    """Tell for each band which rows after the first test instant reach it."""
    placed = asdict(placed_by(model, fold, bands))
    raw = model.score[np.isin(model.as_of, fold.test[1:])]
    return np.array([raw >= placed[band] for band in asdict(bands)])


def section(bands: Mapping[str, Any]) -> Iterator[str]:
    """Tell what the bands held."""
    yield from ("", "## Bands", "")
    if bands:
        yield from table(
            ("band and those above", "promised", "held at later instants"),
            [[name, f"{b['promised']:.2%}", f"{b['held']:.2%}"] for name, b in bands.items()],
        )
        yield ""
        yield (
            "Each fold's model placed its bands on the accounts at its first test instant and kept"
            " them. The bands of the model for service stand on its own scores at the ledger's end."
        )
    else:
        yield "No fold is tested at two instants, so nothing tells whether bands keep their share."
