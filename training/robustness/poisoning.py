"""What false labels from one source cost: the folds are learnt again with some outcomes turned.

As many innocents are called mules as mules are called innocent. Labels of test rows stay true.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from features.catalogue import NAMES
from ledger.lake import Lake
from ledger.schema import MULE_OUTCOMES
from training.evaluation.markdown import number
from training.evaluation.metrics import pr_auc
from training.evaluation.tested import Tested
from training.rows import Rows

TURNED = 0.05
"""Share of all known mules; one source tells these falsely."""
DRAWS = 5


def poisoning(tested: Tested) -> dict[str, Any]:
    """Measure PR-AUC after learning from labels of which one source tells some falsely.

    Returns
    -------
    dict
        `source`, the one that found most mules; `turned`: mules called innocent, and as many
        innocents called mules; `pr_auc` with true labels; `poisoned`, `lowest` and `highest`: mean
        and ends of the `draws`; `relative_loss` of the mean.
    """
    once = np.ones(len(tested.at))
    true = pr_auc(tested.scored(tested.raw), once)
    source, accounts = largest_source(tested.inputs.lake)
    figures, turned = [], 0
    for draw in range(DRAWS):
        tested.progress(f"false labels, draw {draw + 1} of {DRAWS}")
        rows, turned = poisoned(tested.rows, accounts, np.random.default_rng(draw))
        scores = tested.learnt_from(rows, NAMES)
        figures.append(pr_auc(tested.scored(scores.score), once))
    mean = float(np.mean(figures))
    return {
        "source": source,
        "turned": turned,
        "pr_auc": true,
        "poisoned": mean,
        "lowest": min(figures),
        "highest": max(figures),
        "draws": DRAWS,
        "relative_loss": 1 - mean / true,
    }


def largest_source(lake: Lake) -> tuple[str, frozenset[str]]:
    """Name the source that found most mules, and these."""
    rows = lake.read("labels", ["account_id", "outcome", "source"]).to_pandas()
    found = rows[rows["outcome"].isin(MULE_OUTCOMES)]
    source = str(found["source"].value_counts().index[0])
    return source, frozenset(found.loc[found["source"] == source, "account_id"])


def poisoned(rows: Rows, accounts: Collection[str], draw: np.random.Generator) -> tuple[Rows, int]:
    """Turn the labels of some of these mules, and of as many innocents at the same instants.

    Returns
    -------
    tuple of Rows and int
        The rows, and how many labels of each kind were turned.
    """
    mules = np.flatnonzero(rows.label == 1)
    told = mules[np.isin(rows.account_id[mules].astype(str), sorted(accounts))]
    wanted = min(len(told), max(1, round(TURNED * len(mules))))
    silent = draw.choice(told, wanted, replace=False)
    label = rows.label.copy()
    label[silent] = 0
    for row in silent:
        others = np.flatnonzero((rows.as_of == rows.as_of[row]) & (rows.label + label == 0))
        label[draw.choice(others)] = 1
    return replace(rows, label=label), len(silent)


def section(found: Mapping[str, Any]) -> Iterator[str]:
    """Tell what false labels cost."""
    yield (
        f"With {found['turned']} of the mules that source `{found['source']}` found called innocent"
        f" ({TURNED:.0%} of all) and as many innocents called mules, PR-AUC is"
        f" {number(found['poisoned'])} (mean of {found['draws']} draws, {number(found['lowest'])}"
        f" to {number(found['highest'])}) and not {number(found['pr_auc'])}: a relative loss of"
        f" {found['relative_loss']:.1%}."
    )
