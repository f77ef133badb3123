"""What the stage `fit` leaves behind, and promotion signs."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.bands import Thresholds
from models.calibration import Calibration
from models.typical import Typical


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model with all that scoring needs, and where it came from.

    Attributes
    ----------
    model_text : str
        LightGBM's own text format.
    calibration : Calibration
    thresholds : Thresholds
    typical : Typical
    golden : float64 array, shape (n, features)
        Rows whose scores every later load must reproduce.
    origin : dict
        Run, ledger, data, code, time and parameters: what the manifest calls lineage.
    catalogue_hash : str
        Of the features it learnt from.
    model_uri : str
        Where MLflow holds the model.
    """

    model_text: str
    calibration: Calibration
    thresholds: Thresholds
    typical: Typical
    golden: npt.NDArray[np.float64]
    origin: dict[str, Any]
    catalogue_hash: str
    model_uri: str


def write_fitted(fitted: Fitted, out: Path) -> None:
    """Write a fitted model."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.txt").write_text(fitted.model_text)
    np.save(out / "golden.npy", fitted.golden, allow_pickle=False)
    content = {
        "calibration": asdict(fitted.calibration),
        "thresholds": asdict(fitted.thresholds),
        "typical": fitted.typical.to_dict(),
        "names": fitted.typical.names,
        "origin": fitted.origin,
        "catalogue_hash": fitted.catalogue_hash,
        "model_uri": fitted.model_uri,
    }
    (out / "fitted.json").write_text(json.dumps(content, indent=2) + "\n")


def fold_model(folder: Path, number: int) -> Path:
    """Tell where the model of a fold stands, counted from 0, in LightGBM's own text format."""
    return folder / "folds" / f"{number + 1}.txt"


def read_fitted(folder: Path) -> Fitted:
    """Read what `write_fitted` wrote."""
    content = json.loads((folder / "fitted.json").read_text())
    return Fitted(
        model_text=(folder / "model.txt").read_text(),
        calibration=Calibration(**content["calibration"]),
        thresholds=Thresholds(**content["thresholds"]),
        typical=Typical.from_dict(content["typical"], content["names"]),
        golden=np.load(folder / "golden.npy", allow_pickle=False),
        origin=content["origin"],
        catalogue_hash=content["catalogue_hash"],
        model_uri=content["model_uri"],
    )
