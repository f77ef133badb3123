"""How far figures depend on the draw of the learner and not on the data: several seeds.

The model that is tested, explained and promoted is that of the first seed, and so are the figures
and intervals beside it. An interval says how far another sample of accounts would move a figure,
the spread over seeds how far another draw of the same learner would.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from features.catalogue import NAMES
from training.evaluation.baselines import Baseline
from training.evaluation.comparison import COMPARED, Scores
from training.evaluation.markdown import number, table
from training.evaluation.metrics import RANKING, Scored
from training.evaluation.tested import Tested


def seeds(tested: Tested, first: Scores, baselines: Mapping[str, Baseline]) -> dict[str, Any]:
    """Learn again with other seeds all that has one, and tell mean and spread of the figures.

    Parameters
    ----------
    tested : Tested
    first : Scores
        Of the first seed.
    baselines : dict of str to Baseline

    Returns
    -------
    dict
        `count`, and under `figures` for each model and figure `mean`, `sd` (standard deviation of
        the seeds), `lowest` and `highest`; of a model without a seed the one figure it has.
    """
    count = tested.parameters.evaluate.seeds
    drawn = {name: [rows] for name, rows in first.by_name.items()}
    for again in range(1, count):
        tested.progress(f"seed {again + 1} of {count}")
        drawn["mulerisk"].append(_ours(tested, again))
        for name, baseline in baselines.items():
            if baseline.is_drawn:
                drawn[name].append(baseline.score(again))
    return {"count": count, "figures": {name: spread(each) for name, each in drawn.items()}}


def _ours(tested: Tested, again: int) -> Scored:
    settings = [replace(own, seed=own.seed + again) for own in tested.settings]
    return tested.learnt_from(tested.rows, NAMES, settings)


def spread(drawn: Sequence[Scored]) -> dict[str, dict[str, float]]:
    """Tell mean and spread of each figure over the seeds of one model."""
    figures = {}
    for name in COMPARED:
        values = np.array([RANKING[name](rows, np.ones(len(rows.label))) for rows in drawn])
        figures[name] = {
            "mean": float(values.mean()),
            "sd": float(values.std(ddof=1)) if len(values) > 1 else 0.0,
            "lowest": float(values.min()),
            "highest": float(values.max()),
        }
    return figures


def section(seeds: Mapping[str, Any]) -> Iterator[str]:
    """Tell mean and spread of each model."""
    yield from ("", "## Seeds", "")
    yield from table(
        ("mean ± standard deviation (lowest to highest)", "PR-AUC", "precision at 1 %"),
        [
            [name, *(_told(figures[column]) for column in COMPARED)]
            for name, figures in seeds["figures"].items()
        ],
    )
    yield ""
    yield (
        f"Learnt with {seeds['count']} of them; one tells no spread, nor does what draws nothing."
        " All other figures are of the first seed."
    )


def _told(figure: Mapping[str, float]) -> str:
    if figure["lowest"] == figure["highest"]:
        return number(figure["mean"])
    ends = f"{number(figure['lowest'])} to {number(figure['highest'])}"
    return f"{number(figure['mean'])} ± {number(figure['sd'])} ({ends})"
