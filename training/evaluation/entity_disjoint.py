"""How well a model ranks accounts of whose holder, devices and ring it has learnt nothing.

A split by time leaves an account, its holder's others and those on the same device on both sides,
so a model may remember whom it has met rather than know what mules do. In an extra run all entities
are split into two halves with about as many positive rows, and each fold learns one model of either
half. Each test row is scored twice: by the model that learnt from its entity's half, which has met
it if it was there before, and by the other, which has not. What the first is better by is memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from features.catalogue import NAMES
from training.evaluation.bootstrap import differences, interval, plain
from training.evaluation.entities import PUBLIC_ABOVE, entities
from training.evaluation.markdown import bounded, share
from training.evaluation.metrics import Array, pr_auc
from training.evaluation.tested import Tested
from training.learner import learn, of_each, raw_scores
from training.parameters import Fit
from training.rows import Rows
from training.splits import Fold

LARGEST_SHARE = 0.5
"""Where one entity holds more of the accounts, no halves are alike."""


def entity_disjoint(tested: Tested) -> dict[str, Any]:
    """Compare models that have met the entities of the test rows with such that have not.

    Returns
    -------
    dict
        `entities`: how many there are; `largest_share`: the share of the accounts in the largest;
        `met` and `unmet`: PR-AUC with the interval that holds 95 % of the resamples; `difference`:
        the second less the first. Or `omitted`: why it is impossible.
    """
    tested.progress("accounts that are new to a model")
    entity = entities(tested.inputs.lake, tested.rings, tested.rows.account_id)
    count, largest = int(entity.max()) + 1, _largest(tested.rows, entity)
    found: dict[str, Any] = {"entities": count, "largest_share": largest}
    settings = tested.parameters.evaluate
    positives = np.bincount(entity[tested.rows.label == 1], minlength=count)
    half = halves(positives, settings.seed)[entity]
    if reason := _impossible(tested, half, largest):
        return found | {"omitted": reason}
    of_halves = raw_of_halves(tested.rows, NAMES, tested.folds, tested.settings, half)
    own = half[tested.at]
    place = np.arange(len(own))
    met, unmet = (tested.scored(of_halves[which, place]) for which in (own, 1 - own))
    draws = {"resamples": settings.resamples, "seed": settings.seed}
    above = differences(unmet, {"met": met}, {"pr_auc": pr_auc}, **draws)
    bounds = {
        "met": interval(met, pr_auc, **draws),
        "unmet": interval(unmet, pr_auc, **draws),
        "difference": above["met"]["pr_auc"],
    }
    return found | plain(bounds)


def halves(positives: npt.NDArray[np.intp], seed: int) -> npt.NDArray[np.int64]:
    """Split entities into the halves 0 and 1.

    Parameters
    ----------
    positives : int array, length n
        Positive rows of each entity. Those with most come first, each into the half that has fewer
        so far; the many that have none go where chance puts them.
    seed : int
    """
    half = np.random.default_rng(seed).integers(2, size=len(positives))
    held = [0, 0]
    for entity in np.argsort(-positives, kind="stable")[: np.count_nonzero(positives)]:
        half[entity] = np.argmin(held)
        held[half[entity]] += positives[entity]
    return half


def _largest(rows: Rows, entity: npt.NDArray[np.intp]) -> float:
    _, first = np.unique(rows.account_id.astype(str), return_index=True)
    accounts = np.bincount(entity[first])
    return float(accounts.max() / accounts.sum())


def _impossible(tested: Tested, half: npt.NDArray[np.int64], largest: float) -> str:
    """Say why the entities cannot be split; empty where they can."""
    if largest > LARGEST_SHARE:
        return f"one entity holds {largest:.0%} of the accounts"
    for fold in tested.folds:
        known = half[tested.rows.at(fold.past) & (tested.rows.label == 1)]
        if len(np.unique(known)) < 2:
            return "the positive rows of a fold are all of one half"
    return ""


def raw_of_halves(
    rows: Rows,
    names: Sequence[str],
    folds: Sequence[Fold],
    settings: Sequence[Fit],
    half: npt.NDArray[np.int64],
) -> Array:
    """Score every fold's test rows by a model of either half of its past.

    Parameters
    ----------
    rows : Rows
        All labelled rows.
    names : sequence of str
        Of their columns.
    folds : sequence of Fold
    settings : sequence of Fit
        Of each fold's models.
    half : int array, length len(rows)
        0 or 1.

    Returns
    -------
    float64 array, shape (2, test rows), fold after fold
    """

    def raw(each: tuple[Fold, Fit]) -> Array:
        fold, parameters = each
        tests, past = rows.values[rows.at(fold.test)], rows.at(fold.past)
        models = [learn(rows.only(past & (half == one)), names, parameters) for one in (0, 1)]
        return np.stack([raw_scores(model, tests) for model in models])

    pairs = list(zip(folds, settings, strict=True))
    return np.concatenate(of_each(pairs, settings[0].threads, raw), axis=1)


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell what memory of holders, devices and rings gives."""
    yield from ("", "## Accounts that were new to the model", "")
    split = (
        "Accounts that share a holder, a device of at most"
        f" {PUBLIC_ABOVE} accounts or a ring are one entity; of"
        f" {figures['entities']:,} the largest holds {share(figures['largest_share'])} of the"
        " accounts."
    )
    if "omitted" in figures:
        yield f"{split} They could not be split into halves: {figures['omitted']}."
        return
    yield (
        f"{split} Learnt from one half of them and tested on the other PR-AUC is"
        f" {bounded(figures['unmet'])}; by a model of the same half, which may have met them,"
        f" {bounded(figures['met'])}. The difference is {bounded(figures['difference'])}. Each"
        " learns from half of the rows, so compare within the run."
    )
