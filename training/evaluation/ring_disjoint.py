"""How well a model finds mules of rings of which it knows nobody.

A split by time leaves the members of one ring on both sides: some are found before a test, others
after it, and what a model saw of the first may give the second away. So in an extra run test rows
of a ring of which the fold learnt a positive are left out.

Test rows are left out, not rows that were learnt from. The models stay those that were tested, no
training is chosen with knowledge of the future, and the question is the one that a new ring asks.
Leaving out training rows instead would mix in what is lost by having less to learn from. The price
is another share of positives, so compare within the run; the recall in the top 1 % of all accounts,
told for rings known and for others, needs no such care.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from training.evaluation import comparison
from training.evaluation.comparison import Scores, compare
from training.evaluation.markdown import share
from training.evaluation.metrics import Scored, taken_at_capacity
from training.evaluation.rings import NO_RING
from training.evaluation.tested import Tested
from training.rows import Rows
from training.splits import Fold


def ring_disjoint(tested: Tested, scores: Scores) -> dict[str, Any] | str:
    """Compare on the test rows of rings that were new to their fold, or say why that is impossible.

    Returns
    -------
    dict or str
        What `compare` returns; `left_out`: rows and positives of known rings; `recalls`; `rings`:
        how many the ledger has, and the share of the mules in the largest.
    """
    if not tested.rings.of_mule:
        return "the ledger names no patterns"
    if not tested.rings.are_told_apart:
        largest = tested.rings.largest_share
        return f"patterns overlap so much that one ring would hold {largest:.0%} of the mules"
    ring = tested.rings.of(tested.rows.account_id)
    known = of_known_rings(tested.rows, tested.folds, ring)
    left_out = {"rows": int(known.sum()), "positives": int(scores.model.label[known].sum())}
    return {
        **compare(scores.only(~known), tested.parameters.evaluate),
        "left_out": left_out,
        "recalls": recalls(scores.model, known),
        "rings": {
            "count": len(tested.rings.sizes),
            "largest_share": tested.rings.largest_share,
        },
    }


def of_known_rings(
    rows: Rows, folds: Iterable[Fold], ring: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    """Tell which test rows belong to a ring of which the fold that tests them learnt a positive.

    Parameters
    ----------
    rows : Rows
        All labelled rows.
    folds : iterable of Fold
    ring : int array, length len(rows)

    Returns
    -------
    bool array
        For the test rows, fold after fold.
    """
    parts = []
    for fold in folds:
        learnt = np.unique(ring[rows.at(fold.past) & (rows.label == 1)])
        tested = ring[rows.at(fold.test)]
        parts.append(np.isin(tested, learnt) & (tested != NO_RING))
    return np.concatenate(parts)


def recalls(model: Scored, known: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Measure the recall in the top 1 % of all accounts, for mules of known rings and others."""
    found = taken_at_capacity(model, np.ones(len(model.label)))
    shares = {}
    for name, which in (("of_known_rings", known), ("of_others", ~known)):
        positive = which & (model.label == 1)
        count = int(positive.sum())
        share = float(found[positive].mean()) if count else float("nan")
        shares[name] = {"positives": count, "recall_at_1pct": share}
    return shares


def section(figures: Mapping[str, Any]) -> Iterator[str]:
    """Tell the comparison on new rings, and the recall of mules of known rings and others."""
    yield from comparison.section("Rings that were new to the model", figures)
    left_out, rings, recalls = figures["left_out"], figures["rings"], figures["recalls"]
    known, others = recalls["of_known_rings"], recalls["of_others"]
    yield ""
    yield (
        f"Without {left_out['rows']:,} test rows, {left_out['positives']} of them positive, of"
        f" rings of which the fold had learnt a mule; of the ledger's {rings['count']} rings the"
        f" largest holds {rings['largest_share']:.0%} of their mules. Of all accounts the top 1 %"
        f" holds {share(known['recall_at_1pct'])} of the {known['positives']} mules of known rings"
        f" and {share(others['recall_at_1pct'])} of the {others['positives']} others."
    )
