"""What a bank that knows few mules yet should score with: rules, another's model, or its own.

Each fold learns from the last instants before its test that hold so many mules, as a bank would
that began to look for them then; of more at one instant, some are drawn and nobody has found the
others. Tests stay as they are. Four ways are compared:

- `rules`: red flags, which learn nothing.
- `simulated`: a model that learnt from a simulated ledger and has never seen this one.
- `own`: a model of these last rows of the ledger.
- `both`: a model of these and of the simulated ones.

The second and the fourth do not see the columns in minor units: the ledgers' currencies differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from features.catalogue import CATALOGUE, NAMES
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
SHARED = tuple(feature.name for feature in CATALOGUE if feature.unit != "minor units")
"""What means the same in ledgers of different currencies."""


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
        `known`: mules asked for, None for all; `told`: how many each fold was told; for each of
        `WAYS` its PR-AUC with the interval that holds 95 % of the resamples, None where nothing
        could be learnt; and under `above_rules` how far it stands above the rules.
    """
    tested.progress("a model of the simulated ledger")
    elsewhere = _without_money(simulated)
    pretrained = learn(elsewhere, SHARED, tested.parameters.fit)
    own_currency_left_out = _without_money(tested.test).values
    constant = {
        "rules": tested.scored(rules(tested.test.values, NAMES)),
        "simulated": tested.scored(raw_scores(pretrained, own_currency_left_out)),
    }
    return [_step(tested, elsewhere, constant, known) for known in (*KNOWN, None)]


def _without_money(rows: Rows) -> Rows:
    return rows.seen_with(rows.values[:, [NAMES.index(name) for name in SHARED]])


def _step(
    tested: Tested, elsewhere: Rows, constant: Mapping[str, Scored], known: int | None
) -> dict[str, Any]:
    tested.progress(f"{_many(known)} mules known")
    scores, settings = dict(constant), tested.parameters.evaluate
    pasts = [recent(tested.rows, fold, known, settings.seed) for fold in tested.folds]
    told = [int(past.label.sum()) for past in pasts]
    if all(told):
        shared = [_without_money(past).and_also(elsewhere) for past in pasts]
        scores["own"] = _learnt(tested, pasts, tested.rows, NAMES)
        scores["both"] = _learnt(tested, shared, _without_money(tested.rows), SHARED)
    draws = {"resamples": settings.resamples, "seed": settings.seed}
    above = {
        way: differences(scores[way], {"rules": scores["rules"]}, {"pr_auc": pr_auc}, **draws)
        for way in scores
        if way != "rules"
    }
    return {
        "known": known,
        "told": told,
        **{way: _bounded(scores[way], draws) if way in scores else None for way in WAYS},
        "above_rules": {way: plain(each)["rules"]["pr_auc"] for way, each in above.items()},
    }


def _bounded(scores: Scored, draws: Mapping[str, int]) -> dict[str, float]:
    return vars(interval(scores, pr_auc, **draws))


def recent(rows: Rows, fold: Fold, known: int | None, seed: int) -> Rows:
    """Take the last instants of a fold's past that hold so many mules, or all of it.

    Where they hold more, as many are drawn, and the others count as not found.
    """
    past = rows.only(rows.at(fold.past))
    if known is None:
        return past
    found, since = 0, np.iinfo(np.int64).max
    for at in sorted(fold.past, reverse=True):
        if found >= known:
            break
        found, since = found + int(past.label[past.as_of == at].sum()), at
    last = past.only(past.as_of >= since)
    mules = np.flatnonzero(last.label)
    label = last.label.copy()
    label[np.random.default_rng(seed).permutation(mules)[known:]] = 0
    return replace(last, label=label)


def _learnt(tested: Tested, pasts: Sequence[Rows], rows: Rows, names: Sequence[str]) -> Scored:
    """Score each fold's test rows by a model of its past."""

    def raw(each: tuple[Fold, Rows]) -> Array:
        fold, past = each
        model = learn(past, names, tested.parameters.fit)
        return raw_scores(model, rows.values[rows.at(fold.test)])

    pairs = list(zip(tested.folds, pasts, strict=True))
    return tested.scored(np.concatenate(of_each(pairs, tested.parameters.fit.threads, raw)))


def section(ledger: str, steps: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lay the steps out."""
    yield from (f"## {ledger}: PR-AUC", "")
    yield from table(
        ("known mules", "told to the folds", *WAYS),
        [
            [_many(step["known"]), _list(step["told"]), *(_cell(step, way) for way in WAYS)]
            for step in steps
        ],
    )
    yield ""


def _many(known: int | None) -> str:
    return "all" if known is None else f"{known}"


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


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
