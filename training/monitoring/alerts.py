"""What moved the scores of the alerts among some accounts."""

import numpy as np
import numpy.typing as npt

from models.scorer import Scorer
from training.drift.behaviours import Behaviours, behaviours_of

CAPACITY = 0.01
"""Share of the accounts that count as alerts."""

MOST = 1000
"""Alerts that are explained; where there are more, so many evenly from the first to the last."""


def alerts_among(
    values: npt.NDArray[np.float64],
    raw: npt.NDArray[np.float64],
    as_of: npt.NDArray[np.int64],
    scorer: Scorer,
) -> Behaviours:
    """Explain the accounts that score highest: the first of 100, and at least one.

    Parameters
    ----------
    values : float64 array, shape (n, features)
    raw : float64 array, length n
        What `scorer` says of them.
    as_of : int64 array, length n
        Microseconds, UTC.
    """
    first = np.argsort(-raw, kind="stable")[: int(np.ceil(CAPACITY * len(raw)))]
    spread = np.linspace(0, len(first) - 1, min(len(first), MOST)).astype(int)
    alerts = first[spread]
    return behaviours_of(as_of[alerts], scorer.shap(values[alerts], raw[alerts]))
