"""What false labels from one source cost: the folds are learnt again with some outcomes turned.

As many innocents are called mules as mules are called innocent. Labels of test rows stay true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from features.catalogue import NAMES
from training.evaluation.markdown import number
from training.evaluation.metrics import pr_auc
from training.evaluation.tested import Tested
from training.rows import Rows

TURNED = 0.05
"""Share of the known mules whose outcome one source tells falsely."""
DRAWS = 5


def poisoning(tested: Tested) -> dict[str, Any]:
    """Measure PR-AUC after learning from labels of which a share is false.

    Returns
    -------
    dict
        `turned`: mules called innocent, and as many innocents called mules; `pr_auc` with true
        labels and `poisoned`, the mean over `draws`; `relative_loss`.
    """
    model = tested.scored(tested.raw)
    true = pr_auc(model, np.ones(len(model.label)))
    figures, turned = [], 0
    for number_ in range(DRAWS):
        tested.progress(f"false labels, draw {number_ + 1} of {DRAWS}")
        rows, turned = poisoned(tested.rows, np.random.default_rng(number_))
        scores = tested.learnt_from(rows, NAMES)
        honest = replace(scores, label=model.label)
        figures.append(pr_auc(honest, np.ones(len(model.label))))
    mean = float(np.mean(figures))
    return {
        "turned": turned,
        "pr_auc": true,
        "poisoned": mean,
        "draws": DRAWS,
        "relative_loss": 1 - mean / true,
    }


def poisoned(rows: Rows, draw: np.random.Generator) -> tuple[Rows, int]:
    """Turn the labels of some mules, and of as many innocents at the instants of these.

    Returns
    -------
    tuple of Rows and int
        The rows, and how many labels of each kind were turned.
    """
    mules = np.flatnonzero(rows.label == 1)
    silent = draw.choice(mules, max(1, round(TURNED * len(mules))), replace=False)
    accused = np.array([_innocent_beside(rows, row, draw) for row in silent])
    label = rows.label.copy()
    label[silent], label[accused] = 0, 1
    return replace(rows, label=label), len(silent)


def _innocent_beside(rows: Rows, row: int, draw: np.random.Generator) -> np.intp:
    others: npt.NDArray[np.intp] = np.flatnonzero(
        (rows.as_of == rows.as_of[row]) & (rows.label == 0)
    )
    chosen: np.intp = draw.choice(others)
    return chosen


def section(found: Mapping[str, Any]) -> Iterator[str]:
    """Tell what false labels cost."""
    yield (
        f"With {found['turned']} of the mules called innocent ({TURNED:.0%}) and as many innocents"
        f" called mules, PR-AUC is {number(found['poisoned'])} (mean of {found['draws']} draws)"
        f" and not {number(found['pr_auc'])}: a relative loss of {found['relative_loss']:.1%}."
    )
