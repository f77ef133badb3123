"""What the stage `tune` leaves behind: the parameters that each model is learnt with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.parameters import Fit

SEARCHED = ("num_leaves", "min_data_in_leaf", "lambda_l2", "feature_fraction", "extra_trees")
"""The parameters of `fit` that are searched; the others stay."""
_TRIALS = "trials.json"


@dataclass(frozen=True)
class Tuned:
    """The parameters of every model.

    Attributes
    ----------
    folds : tuple of Fit
        Of each fold's model.
    service : Fit
        Of the model for service.
    """

    folds: tuple[Fit, ...]
    service: Fit


def searched(settings: Fit) -> dict[str, Any]:
    """Name the parameters that a search may change, with their values."""
    return {name: getattr(settings, name) for name in SEARCHED}


def write_tuned(file: Path, tuned: Tuned, trials: Sequence[Mapping[str, Any]]) -> None:
    """Write the parameters to `file`, and beside it all that was tried."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for path, content in ((file, asdict(tuned)), (file.with_name(_TRIALS), trials)):
        path.write_text(json.dumps(content, indent=2, allow_nan=False) + "\n")


def read_tuned(file: Path) -> Tuned:
    """Read the parameters that were chosen."""
    content = json.loads(file.read_text())
    return Tuned(tuple(Fit(**each) for each in content["folds"]), Fit(**content["service"]))


def read_trials(file: Path) -> list[dict[str, Any]]:
    """Read what was tried before these parameters were chosen."""
    trials: list[dict[str, Any]] = json.loads(file.with_name(_TRIALS).read_text())
    return trials
