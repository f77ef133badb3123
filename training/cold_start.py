"""What a bank that knows few mules yet should score with: rules, another's model, or its own.

Only the first so many mules that became known are told to the folds; all other rows are taken for
innocent, as a bank would take them. Tests stay as they are. Four ways are compared:

- `rules`: red flags, which learn nothing.
- `simulated`: a model that learnt from a simulated ledger and has never seen this one.
- `own`: a model of this ledger's rows, with the mules that are known.
- `both`: a model of the rows of both ledgers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from features.catalogue import NAMES
from models.baseline import rules
from training.evaluation.bootstrap import differences, interval, plain
from training.evaluation.markdown import bounded, table
from training.evaluation.metrics import Array, Scored, pr_auc
from training.evaluation.tested import Tested
from training.learner import learn, of_each, raw_scores
from training.rows import Rows
from training.splits import Fold

KNOWN = (0, 10, 25, 50)
"""How many mules are known; after these, all of them."""
WAYS = ("rules", "simulated", "own", "both")


def cold_start(tested: Tested, simulated: Rows) -> list[dict[str, Any]]:
    """Compare the ways at each number of known mules.

    Parameters
    ----------
    tested : Tested
        Of the bank's ledger.
    simulated : Rows
        All labelled rows of a simulated one.

    Returns
    -------
    list of dict
        `known`: mules that the last fold was told, None where all; for each of `WAYS` its PR-AUC
        with the interval that holds 95 % of the resamples, None where nothing could be learnt; and
        under `above_rules` how far it stands above the rules.
    """
    settings = tested.parameters.fit
    tested.progress("a model of the simulated ledger")
    pretrained = raw_scores(learn(simulated, NAMES, settings), tested.test.values)
    constant = {
        "rules": tested.scored(rules(tested.test.values, NAMES)),
        "simulated": tested.scored(pretrained),
    }
    return [_step(tested, simulated, constant, known) for known in (*KNOWN, None)]


def _step(
    tested: Tested, simulated: Rows, constant: Mapping[str, Scored], known: int | None
) -> dict[str, Any]:
    tested.progress(f"{'all' if known is None else known} mules known")
    scores = dict(constant)
    if known != 0:
        scores["own"] = _learnt(tested, lambda past: with_known(past, known))
    scores["both"] = _learnt(tested, lambda past: with_known(past, known).and_also(simulated))
    settings = tested.parameters.evaluate
    draws = {"resamples": settings.resamples, "seed": settings.seed}
    above = {
        way: differences(scores[way], {"rules": scores["rules"]}, {"pr_auc": pr_auc}, **draws)
        for way in scores
        if way != "rules"
    }
    return {
        "known": known,
        **{way: None if way not in scores else _bounded(scores[way], draws) for way in WAYS},
        "above_rules": {way: plain(each)["rules"]["pr_auc"] for way, each in above.items()},
    }


def _bounded(scores: Scored, draws: Mapping[str, int]) -> dict[str, float]:
    return vars(interval(scores, pr_auc, **draws))


def _learnt(tested: Tested, told: Callable[[Rows], Rows]) -> Scored:
    """Score each fold's test rows by a model of what the fold was told."""
    rows, settings = tested.rows, tested.parameters.fit

    def raw(fold: Fold) -> Array:
        model = learn(told(rows.only(rows.at(fold.past))), NAMES, settings)
        return raw_scores(model, rows.values[rows.at(fold.test)])

    return tested.scored(np.concatenate(of_each(tested.folds, settings.threads, raw)))


def with_known(past: Rows, known: int | None) -> Rows:
    """Tell only the mules of the first so many positive rows, in order of time; None tells all."""
    if known is None:
        return past
    positive = np.flatnonzero(past.label == 1)
    first = positive[np.lexsort((past.account_id[positive].astype(str), past.as_of[positive]))]
    label = np.zeros_like(past.label)
    label[first[:known]] = 1
    return Rows(past.account_id, past.as_of, label, past.values)


def section(ledger: str, steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lay the steps out."""
    yield from (f"## {ledger}: PR-AUC", "")
    yield from table(
        ("known mules", *WAYS),
        [[_many(step["known"]), *(_cell(step, way) for way in WAYS)] for step in steps],
    )
    yield ""


def _many(known: int | None) -> str:
    return "all" if known is None else f"{known}"


def _cell(step: Mapping[str, Any], way: str) -> str:
    """Write a figure; bold where it stands above the rules with its whole interval."""
    if step[way] is None:
        return ""
    surely = way != "rules" and step["above_rules"][way]["low"] > 0
    text = bounded(step[way])
    return f"**{text}**" if surely else text


def figures(steps: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float | None]]:
    """Give each PR-AUC by the number of known mules and the way."""
    return {
        _many(step["known"]): {way: step[way] and step[way]["value"] for way in WAYS}
        for step in steps
    }
