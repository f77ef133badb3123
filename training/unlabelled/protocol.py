"""From a simulated ledger to the ways compared."""

from collections.abc import Callable, Iterable
from typing import Any

from ledger.lake import open_lake
from training.evaluation.rings import rings
from training.features import read
from training.folders import Folders
from training.parameters import Parameters
from training.rows import labelled_rows
from training.splits import read_folds
from training.unlabelled.compare import compare
from training.unlabelled.draws import COMPARED, DRAWS, over_draws
from training.unlabelled.known import Known, with_draws
from training.unlabelled.learnt import Learnt, learn_all
from training.unlabelled.ways import WAYS


def run(
    folders: Folders, parameters: Parameters, share: float, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Draw accounts of a ledger whose stages ran up to the splits, and compare the ways.

    Parameters
    ----------
    share : float
        Of the accounts without an outcome, drawn for investigation at each instant.

    Returns
    -------
    dict
        Of `training.unlabelled.compare.compare`, for the first draw, and `draws`: of
        `training.unlabelled.draws.over_draws`.
    """
    lake, settings = open_lake(folders.ledger), parameters.evaluate
    rows = labelled_rows(read(folders.features), folders.labels)
    folds, of_mules = read_folds(folders.splits), rings(lake)
    horizon = parameters.labels.horizon_days
    reviews = parameters.alerts.reviews_per_day * parameters.features.stride_days

    def learnt(number: int, names: Iterable[str]) -> tuple[Known, Learnt]:
        progress(f"draw {number + 1} of {DRAWS}")
        seed = settings.seed + number
        known = with_draws(rows, lake, horizon_days=horizon, share=share, seed=seed)
        ways = {name: WAYS[name] for name in names}
        return known, learn_all(known, folds, of_mules, parameters.fit, progress, ways)

    first = learnt(0, WAYS)
    others = [learnt(number, COMPARED) for number in range(1, DRAWS)]
    progress(f"intervals from {settings.resamples} resamples")
    compared = compare(first[1], reviews, settings)
    return compared | {"draws": over_draws([first, *others], folds[-1].past, reviews)}
