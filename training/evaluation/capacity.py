"""What people find who review as many accounts a day as they can.

At each instant the accounts of the highest scores are reviewed, `alerts.reviews_per_day` for each
day until the next instant. A row is an account at an instant, so none is reviewed twice for one.

References
----------
Y. Le Borgne et al., "Reproducible machine learning for credit card fraud detection: practical
handbook", chapter 4 (2022): card precision top-k.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from training.evaluation.bootstrap import intervals, plain
from training.evaluation.comparison import Scores
from training.evaluation.markdown import bounded, number, table
from training.evaluation.metrics import FIXED_FPR, Array, Scored, reviewed
from training.evaluation.tested import Tested


def at_capacity(tested: Tested, scores: Scores) -> dict[str, Any]:
    """Compute what reviews find, for each model, with intervals for ours.

    Returns
    -------
    dict
        `reviews_per_day`, `reviews` at each instant, and under `figures` for each model `precision`
        (share of positives among the reviews), `recall` (share of the positives reviewed) and
        `innocents_per_10k` (negatives reviewed of 10,000 negatives); `mulerisk`: the same of ours
        with 95 % intervals.
    """
    settings, reviews = tested.parameters.evaluate, tested.reviews
    bounds = intervals(
        scores.model,
        lambda rows, weight: found(rows, weight, reviews),
        resamples=settings.resamples,
        seed=settings.seed,
    )
    return {
        "reviews_per_day": tested.parameters.alerts.reviews_per_day,
        "reviews": reviews,
        "figures": {
            name: found(rows, np.ones(len(rows.label)), reviews)
            for name, rows in scores.by_name.items()
        },
        "mulerisk": plain(bounds),
    }


def found(rows: Scored, weight: Array, reviews: int) -> dict[str, float]:
    """Compute what so many reviews at each instant find."""
    taken, all_positives = reviewed(rows, weight, reviews), rows.positive_part(weight)
    positives = rows.positive_part(taken)
    negatives = float(weight.sum()) - all_positives
    return {
        "precision": positives / float(taken.sum()),
        "recall": positives / all_positives if all_positives else float("nan"),
        "innocents_per_10k": 10_000 * (float(taken.sum()) - positives) / negatives,
    }


def section(figures: Mapping[str, Any], metrics: Mapping[str, Any]) -> Iterator[str]:
    """Tell what reviews find, beside the recall at fixed false positive rates."""
    yield from ("", "## What people can review", "")
    of_all = {"mulerisk": metrics["model"], **metrics["baselines"]}
    yield from table(
        ("", "precision", "recall", "innocents of 10,000", *_rates()),
        [
            [name, number(each["precision"]), number(each["recall"]),
             f"{each['innocents_per_10k']:.1f}",
             *(number(of_all[name][column]) for column in FIXED_FPR)]
            for name, each in figures["figures"].items()
        ],
    )  # fmt: skip
    ours = figures["mulerisk"]
    yield ""
    yield (
        f"The first {figures['reviews']} accounts are reviewed at each instant:"
        f" {figures['reviews_per_day']} a day. mulerisk: precision {bounded(ours['precision'])},"
        f" recall {bounded(ours['recall'])}."
    )


def _rates() -> Iterator[str]:
    for fpr in FIXED_FPR.values():
        yield f"recall at FPR {fpr:.1%}"
